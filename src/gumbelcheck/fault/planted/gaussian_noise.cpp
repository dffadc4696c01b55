#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numbers>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault gaussian_noise() {
  return {.id = "gaussian-noise",
          .sentence = "The noise is Gaussian, with the variance that Gumbel noise has.",
          .source = "planted",
          .refuted_by = "gumbel-max/law",
          .open = [] {
            return noise_sampler({.operations = {subject::Operation::gumbel_max}, .noise = [](std::uint64_t word) {
                                    const double deviation = std::numbers::pi / std::sqrt(6.0);
                                    const boost::math::normal law(0, deviation);
                                    return boost::math::quantile(law, random::uniform_pair(word).lower);
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
