#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_density.hpp"

namespace gumbelcheck::fault::planted {

Fault density_without_the_factorial() {
  return {.id = "density-without-the-factorial",
          .sentence = "The log-density lacks log (K - 1)!.",
          .source = "planted",
          .refuted_by = "concrete/density",
          .open = [] {
            return with_density([](double log_density, const DensityPoint& at) {
              return log_density - std::lgamma(static_cast<double>(at.value.size()));
            });
          }};
}

}  // namespace gumbelcheck::fault::planted
