#include <algorithm>
#include <cmath>
#include <numeric>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/sampling/categorical.hpp"

namespace gumbelcheck::fault::planted {

Fault one_probability_raised_by_one_per_cent() {
  return {.id = "one-probability-raised-by-one-per-cent",
          .sentence = "The most probable class is one per cent of itself too frequent.",
          .source = "planted",
          .refuted_by = "categorical/law",
          .open = [] {
            return index_sampler({.dtypes = {subject::Dtype::float32, subject::Dtype::float64},
                                  .draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
                                    std::vector<double> logits = batch[row];
                                    const std::vector<double> weights = weights_of(logits);
                                    const double p = 1 / std::accumulate(weights.begin(), weights.end(), 0.0);
                                    // The logit that raises p to 1.01 p.
                                    *std::ranges::max_element(logits) += std::log(1.01 * (1 - p) / (1 - 1.01 * p));
                                    return [table = sampling::IntervalTable<double>(logits)](random::Stream& stream) {
                                      return static_cast<std::int64_t>(table.draw(random::uniform_pair(stream())));
                                    };
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
