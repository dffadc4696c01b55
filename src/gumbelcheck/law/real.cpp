#include "gumbelcheck/law/real.hpp"

namespace gumbelcheck::law {

std::vector<Real> reals(std::span<const double> values) { return {values.begin(), values.end()}; }

double nearest_double(const Real& value) { return static_cast<double>(value); }

std::vector<double> nearest_doubles(std::span<const Real> values) {
  std::vector<double> made;
  made.reserve(values.size());
  for (const Real& value : values) made.push_back(nearest_double(value));
  return made;
}

}  // namespace gumbelcheck::law
