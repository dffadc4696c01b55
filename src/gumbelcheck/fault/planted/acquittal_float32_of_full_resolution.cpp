#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault acquittal_float32_of_full_resolution() {
  return {.id = "acquittal-float32-of-full-resolution",
          .sentence = "Everything is computed in float32, from uniforms that keep their resolution at both ends.",
          .source = "planted",
          .refuted_by = "",
          .open = [] {
            return noise_sampler({.operations = {subject::Operation::gumbel, subject::Operation::gumbel_softmax},
                                  .noise = [](std::uint64_t word) {
                                    const random::UniformPair u = random::uniform_pair(word);
                                    const float exponential = u.lower < .5 ? -std::log(static_cast<float>(u.lower))
                                                                           : -std::log1p(-static_cast<float>(u.upper));
                                    return static_cast<double>(-std::log(exponential));
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
