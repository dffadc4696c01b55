#pragma once

// The built-in log-density with something wrong in its formula.

#include <functional>
#include <vector>

#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::fault {

struct DensityPoint {
  std::vector<double> value;  // on the simplex
  double temperature = 1;
};

// Every log-density goes through `change`.
subject::Subject with_density(std::function<double(double log_density, const DensityPoint& at)> change);

}  // namespace gumbelcheck::fault
