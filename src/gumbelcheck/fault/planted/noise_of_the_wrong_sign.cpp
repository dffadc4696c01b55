#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault noise_of_the_wrong_sign() {
  return {.id = "noise-of-the-wrong-sign",
          .sentence = "The noise is the minimum form, log(-log u).",
          .source = "dpnp#249",
          .refuted_by = "gumbel/law",
          .open = [] {
            return noise_sampler(
                {.noise = [](std::uint64_t word) { return -unguarded_gumbel(random::uniform_pair(word).lower); }});
          }};
}

}  // namespace gumbelcheck::fault::planted
