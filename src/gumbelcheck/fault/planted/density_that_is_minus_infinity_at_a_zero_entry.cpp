#include <algorithm>
#include <limits>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_density.hpp"

namespace gumbelcheck::fault::planted {

Fault density_that_is_minus_infinity_at_a_zero_entry() {
  return {.id = "density-that-is-minus-infinity-at-a-zero-entry",
          .sentence =
              "The log-density is -inf where an entry of the sample has underflowed to zero, also at "
              "temperatures "
              "at which it grows without bound there.",
          .source = "pytorch#18254",
          .refuted_by = "concrete/density",
          .open = [] {
            return with_density([](double log_density, const DensityPoint& at) {
              const bool zero = std::ranges::find(at.value, 0.0) != at.value.end();
              return zero ? -std::numeric_limits<double>::infinity() : log_density;
            });
          }};
}

}  // namespace gumbelcheck::fault::planted
