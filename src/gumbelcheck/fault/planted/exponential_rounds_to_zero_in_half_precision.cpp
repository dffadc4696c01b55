#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

namespace {

double half(double value) { return subject::rounded_to(subject::Dtype::float16, value); }

}  // namespace

Fault exponential_rounds_to_zero_in_half_precision() {
  return {.id = "exponential-rounds-to-zero-in-half-precision",
          .sentence =
              "An exponential race in half precision: an exponential rounds to 0, 0/0 is NaN, NaN is the "
              "largest, and an impossible class wins.",
          .source = "pytorch#192812",
          .refuted_by = "edge/impossible",
          .open = [] {
            return index_sampler({.dtypes = {subject::Dtype::float16},
                                  .draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
                                    return [weights = weights_of(batch[row])](random::Stream& stream) {
                                      std::size_t best = 0;
                                      double best_score = -1;
                                      for (std::size_t k = 0; k < weights.size(); ++k) {
                                        const double score =
                                            weights[k] / half(-std::log(half(random::uniform_pair(stream()).lower)));
                                        if (std::isnan(score)) return static_cast<std::int64_t>(k);
                                        if (score > best_score) {
                                          best = k;
                                          best_score = score;
                                        }
                                      }
                                      return static_cast<std::int64_t>(best);
                                    };
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
