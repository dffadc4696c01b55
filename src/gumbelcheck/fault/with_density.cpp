#include "gumbelcheck/fault/with_density.hpp"

#include <utility>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault {

subject::Subject with_density(std::function<double(double log_density, const DensityPoint& at)> change) {
  return altered({.operations = {subject::Operation::concrete_log_density},
                  .answer = [change = std::move(change)](const subject::Question& asked, subject::Answer& answer) {
                    const subject::Array& value = *asked.find("value");
                    const Rows rows = rows_along(value.shape, asked.axis.value_or(-1));
                    subject::Array& densities = array(answer.arrays, "log_density");
                    std::vector<double> changed(densities.size());
                    for (std::size_t row = 0; row < changed.size(); ++row) {
                      changed[row] = change(densities.real(row),
                                            {.value = row_of(value, rows, 0, row), .temperature = *asked.temperature});
                    }
                    densities = subject::real_array(densities.shape, changed, asked.dtype);
                  }});
}

}  // namespace gumbelcheck::fault
