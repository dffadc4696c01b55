#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault logistic_noise() {
  return {.id = "logistic-noise",
          .sentence = "The noise is logistic, log(u / (1 - u)).",
          .source = "planted",
          .refuted_by = "gumbel/law",
          .open = [] {
            return noise_sampler({.noise = [](std::uint64_t word) {
              const random::UniformPair u = random::uniform_pair(word);
              return std::log(u.lower / u.upper);
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
