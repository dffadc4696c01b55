#include <algorithm>
#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

Fault log1p_of_a_uniform_of_24_bits() {
  return {.id = "log1p-of-a-uniform-of-24-bits",
          .sentence = "log1p is taken to mend the tail of a 24-bit uniform: it resolves no more than there was.",
          .source = "planted",
          .refuted_by = "gumbel/tail",
          .open = [] {
            return noise_sampler({.noise = [](std::uint64_t word) {
              const double u = std::max(grid_uniform(word, 24), 0x1p-25);
              return -std::log(-std::log1p(-u));
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
