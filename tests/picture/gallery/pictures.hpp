#pragma once

// The pictures of the gallery: one of every kind on data of the kind that reports have, and what is hard to draw.

#include <string>
#include <vector>

#include "gumbelcheck/picture/chart.hpp"
#include "gumbelcheck/picture/dot_table.hpp"
#include "gumbelcheck/picture/simplex.hpp"

namespace gumbelcheck::picture {

std::vector<double> steps(double low, double high, int count);  // evenly spaced, both ends included

template <class F>
std::vector<double> each(const std::vector<double>& x, F f) {
  std::vector<double> y;
  for (const double value : x) y.push_back(f(value));
  return y;
}

std::vector<Chart> charts();
std::vector<Simplex> simplexes();  // the Concrete law of three classes by temperature
std::vector<Chart> multiples();    // of two classes
DotTable faults();
std::vector<Chart> hard_cases();

}  // namespace gumbelcheck::picture
