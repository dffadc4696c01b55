#pragma once

// A subject that draws classes one row at a time, by whatever method: categorical or gumbel_max.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::fault {

using Batch = std::vector<std::vector<double>>;  // the logits of all rows

struct IndexSampler {
  // One draw of a class. Whatever it needs for its row is made once a question.
  using Draw = std::function<std::int64_t(random::Stream&)>;

  std::vector<subject::Operation> operations = {subject::Operation::categorical};
  std::vector<subject::Dtype> dtypes = {subject::Dtype::float32};
  std::function<Draw(const Batch& batch, std::size_t row)> draw;
};

subject::Subject index_sampler(IndexSampler parts);

// rule  float32 probabilities, added up in float32 from the first class to the last
std::vector<float> float32_running_sum(const std::vector<double>& logits);

}  // namespace gumbelcheck::fault
