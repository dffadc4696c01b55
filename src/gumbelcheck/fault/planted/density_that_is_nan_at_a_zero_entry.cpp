#include <algorithm>
#include <limits>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_density.hpp"

namespace gumbelcheck::fault::planted {

Fault density_that_is_nan_at_a_zero_entry() {
  return {.id = "density-that-is-nan-at-a-zero-entry",
          .sentence = "The log-density is inf - inf, NaN, where an entry of the sample has underflowed to zero.",
          .source = "pytorch#18254",
          .refuted_by = "concrete/density",
          .open = [] {
            return with_density([](double log_density, const DensityPoint& at) {
              const bool zero = std::ranges::find(at.value, 0.0) != at.value.end();
              return zero ? std::numeric_limits<double>::quiet_NaN() : log_density;
            });
          }};
}

}  // namespace gumbelcheck::fault::planted
