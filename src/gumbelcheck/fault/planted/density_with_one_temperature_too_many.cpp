#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_density.hpp"

namespace gumbelcheck::fault::planted {

Fault density_with_one_temperature_too_many() {
  return {.id = "density-with-one-temperature-too-many",
          .sentence = "The log-density has temperature^K for temperature^(K-1).",
          .source = "planted",
          .refuted_by = "concrete/density",
          .open = [] {
            return with_density(
                [](double log_density, const DensityPoint& at) { return log_density + std::log(at.temperature); });
          }};
}

}  // namespace gumbelcheck::fault::planted
