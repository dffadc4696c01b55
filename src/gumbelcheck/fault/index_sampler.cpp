#include "gumbelcheck/fault/index_sampler.hpp"

#include <numeric>
#include <stdexcept>
#include <utility>

#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault {

namespace {

class Sampler {
 public:
  explicit Sampler(IndexSampler parts) : parts_(std::move(parts)) {}

  subject::Description describe() const {
    subject::Description description{
        .name = "fault", .version = "1", .device = "cpu", .dtypes = parts_.dtypes, .operations = {}};
    for (const subject::Operation operation : parts_.operations) {
      description.operations[operation] = {.axis = true};
    }
    return description;
  }

  subject::Reply ask(const subject::Question& question) const {
    try {
      return drawn(question);
    } catch (const std::invalid_argument& error) {
      return subject::Refusal{error.what()};
    }
  }

 private:
  subject::Answer drawn(const subject::Question& question) const {
    const AskedRows asked = asked_rows(question);
    const std::uint64_t draws = question.draws.value_or(1);
    const std::size_t batch = asked.logits.size();
    std::vector<std::int64_t> indices(draws * batch);
    // The rows follow each other in the stream, each with all of its draws.
    random::Stream stream({.seed = question.seed.value_or(0), .purpose = random::Purpose::fault});
    for (std::size_t row = 0; row < batch; ++row) {
      const IndexSampler::Draw draw = parts_.draw(asked.logits, row);
      for (std::size_t i = row; i < indices.size(); i += batch) indices[i] = draw(stream);
    }
    return {.arrays = {{"index", {with_draws(question, asked.rows.reduced), std::move(indices)}}}};
  }

  IndexSampler parts_;
};

}  // namespace

subject::Subject index_sampler(IndexSampler parts) { return Sampler(std::move(parts)); }

std::vector<float> float32_running_sum(const std::vector<double>& logits) {
  const std::vector<double> weights = weights_of(logits);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<float> sums(weights.size());
  float running = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    running += static_cast<float>(weights[k] / sum);
    sums[k] = running;
  }
  return sums;
}

}  // namespace gumbelcheck::fault
