#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_density.hpp"

namespace gumbelcheck::fault::planted {

// Temperature times the distance of two log entries from 1.3 to 1.7: a rule of ten points on (0, 3) has none there.
Fault density_from_a_table_with_one_wrong_entry() {
  return {.id = "density-from-a-table-with-one-wrong-entry",
          .sentence = "The density of two classes comes from a table in which one entry is 20% too large.",
          .source = "planted",
          .refuted_by = "concrete/normalised",
          .open = [] {
            return with_density([](double log_density, const DensityPoint& at) {
              if (at.value.size() != 2) return log_density;
              const double place = at.temperature * std::abs(std::log(at.value[0] / at.value[1]));
              return place > 1.3 && place < 1.7 ? log_density + std::log(1.2) : log_density;
            });
          }};
}

}  // namespace gumbelcheck::fault::planted
