#pragma once

// A subject that draws k classes a row by whatever method: gumbel_top_k.

#include <cstdint>
#include <functional>
#include <vector>

#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::fault {

struct TopKSampler {
  // k classes of one row, in the order drawn, from weights of which the largest is 1.
  std::function<std::vector<std::int64_t>(std::vector<double> weights, std::size_t k, random::Stream&)> draw;
  std::vector<subject::Dtype> dtypes = {subject::Dtype::float32};
};

subject::Subject top_k_sampler(TopKSampler parts);

// The class in whose interval u times `total` falls; the last of positive weight where u lies beyond them all.
std::int64_t class_at(const std::vector<double>& weights, double total, double u);

}  // namespace gumbelcheck::fault
