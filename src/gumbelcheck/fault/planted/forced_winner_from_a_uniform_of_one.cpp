#include <algorithm>
#include <cmath>
#include <limits>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

Fault forced_winner_from_a_uniform_of_one() {
  return {.id = "forced-winner-from-a-uniform-of-one",
          .sentence =
              "In gumbel_max a uniform rounded to float32 becomes 1 in 33 million draws: its class wins, "
              "whatever its logit.",
          .source = "sglang#25106",
          .refuted_by = "gumbel/tail",
          .open = [] {
            return noise_sampler({.operations = {subject::Operation::gumbel_max},
                                  .noise =
                                      [](std::uint64_t word) {
                                        const double u = std::ldexp(static_cast<double>(word), -64);
                                        return unguarded_gumbel(static_cast<float>(u));
                                      },
                                  .injected =
                                      [](double u) {
                                        constexpr double kSmallest = std::numeric_limits<float>::min();
                                        return unguarded_gumbel(std::max(u, kSmallest));
                                      },
                                  .endpoints = true});
          }};
}

}  // namespace gumbelcheck::fault::planted
