#include "gumbelcheck/fault/top_k_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault {

namespace {

class Sampler {
 public:
  explicit Sampler(TopKSampler parts) : parts_(std::move(parts)) {}

  subject::Description describe() const {
    subject::Description description{
        .name = "fault", .version = "1", .device = "cpu", .dtypes = parts_.dtypes, .operations = {}};
    description.operations[subject::Operation::gumbel_top_k] = {};
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
    const std::size_t k = question.k.value_or(1);
    random::Stream stream({.seed = question.seed.value_or(0), .purpose = random::Purpose::fault});
    std::vector<std::vector<double>> weights;
    for (const std::vector<double>& row : asked.logits) {
      weights.push_back(weights_of(row));
      if (std::ranges::count_if(row, [](double logit) { return std::isfinite(logit); }) < static_cast<long>(k)) {
        throw std::invalid_argument("k is above the number of possible classes");
      }
    }
    std::vector<std::int64_t> indices;
    for (std::uint64_t draw = 0; draw < question.draws.value_or(1); ++draw) {
      for (const std::vector<double>& row : weights) {
        const std::vector<std::int64_t> classes = parts_.draw(row, k, stream);
        indices.insert(indices.end(), classes.begin(), classes.end());
      }
    }
    subject::Shape shape = asked.rows.reduced;  // the axis is the last
    shape.push_back(k);
    return {.arrays = {{"index", {with_draws(question, std::move(shape)), std::move(indices)}}}};
  }

  TopKSampler parts_;
};

}  // namespace

subject::Subject top_k_sampler(TopKSampler parts) { return Sampler(std::move(parts)); }

std::int64_t class_at(const std::vector<double>& weights, double total, double u) {
  double left = u * total;
  std::size_t k = 0;
  while (k + 1 < weights.size() && left >= weights[k]) left -= weights[k++];
  while (k > 0 && !(weights[k] > 0)) --k;
  return static_cast<std::int64_t>(k);
}

}  // namespace gumbelcheck::fault
