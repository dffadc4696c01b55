#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_density.hpp"

namespace gumbelcheck::fault::planted {

Fault density_with_the_factorial_of_all_classes() {
  return {.id = "density-with-the-factorial-of-all-classes",
          .sentence = "The log-density has log K! for log (K - 1)!: lgamma of K + 1.",
          .source = "planted",
          .refuted_by = "concrete/normalised",
          .open = [] {
            return with_density([](double log_density, const DensityPoint& at) {
              return log_density + std::log(static_cast<double>(at.value.size()));
            });
          }};
}

}  // namespace gumbelcheck::fault::planted
