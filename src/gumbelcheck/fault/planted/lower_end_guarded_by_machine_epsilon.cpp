#include <algorithm>
#include <limits>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

namespace {

double guarded(double u) {
  return unguarded_gumbel(std::max(u, static_cast<double>(std::numeric_limits<float>::epsilon())));
}

}  // namespace

Fault lower_end_guarded_by_machine_epsilon() {
  return {.id = "lower-end-guarded-by-machine-epsilon",
          .sentence =
              "The uniform is kept above the machine epsilon instead of above the smallest positive number: "
              "no noise is below -2.77.",
          .source = "jax#5348",
          .refuted_by = "gumbel/tail",
          .open = [] {
            return noise_sampler({.noise = [](std::uint64_t word) { return guarded(random::uniform_pair(word).lower); },
                                  .injected = guarded});
          }};
}

}  // namespace gumbelcheck::fault::planted
