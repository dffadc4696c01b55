#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_density.hpp"

namespace gumbelcheck::fault::planted {

Fault density_with_a_wrong_exponent() {
  return {.id = "density-with-a-wrong-exponent",
          .sentence = "The product of the density has x^(-temperature) for x^(-temperature-1).",
          .source = "planted",
          .refuted_by = "concrete/density",
          .open = [] {
            return with_density([](double log_density, const DensityPoint& at) {
              for (const double x : at.value) log_density += std::log(x);
              return log_density;
            });
          }};
}

}  // namespace gumbelcheck::fault::planted
