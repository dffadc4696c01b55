#include <algorithm>
#include <cmath>
#include <numeric>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault probability_table_of_24_bits() {
  return {.id = "probability-table-of-24-bits",
          .sentence = "The table holds probabilities as multiples of 2^-24: rare classes are too frequent, or lost.",
          .source = "planted",
          .refuted_by = "categorical/law",
          .open = [] {
            return index_sampler({.draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
              const std::vector<double> weights = weights_of(batch[row]);
              const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
              std::vector<std::int64_t> sums;
              for (const double weight : weights) {
                sums.push_back((sums.empty() ? 0 : sums.back()) + std::llround(std::ldexp(weight / sum, 24)));
              }
              return [sums](random::Stream& stream) {
                const double target = random::uniform_pair(stream()).lower * static_cast<double>(sums.back());
                return std::ranges::upper_bound(sums, static_cast<std::int64_t>(target)) - sums.begin();
              };
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
