#include <algorithm>
#include <limits>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

Fault uniform_on_a_grid_of_24_bits() {
  return {.id = "uniform-on-a-grid-of-24-bits",
          .sentence = "The float32 uniform lies on a grid of 2^-24: the noise is at most 16.6.",
          .source = "jax#26974, vllm#45996",
          .refuted_by = "gumbel/tail",
          .open = [] {
            return noise_sampler({.noise = [](std::uint64_t word) {
              constexpr double kSmallest = std::numeric_limits<float>::min();
              return unguarded_gumbel(std::max(grid_uniform(word, 24), kSmallest));
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
