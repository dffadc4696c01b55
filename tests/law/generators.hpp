#pragma once

#include <rapidcheck.h>

#include "gumbelcheck/law/real.hpp"

namespace gumbelcheck::law {

// Between `least` and `most` reals with a grid of 1/1000, mostly moderate, some of them large.
inline std::vector<Real> any_reals(std::size_t least, std::size_t most) {
  const auto classes = *rc::gen::inRange<std::size_t>(least, most + 1);
  const auto moderate = rc::gen::inRange(-5000, 5001);
  const auto wide = rc::gen::inRange(-10'000'000, 10'000'001);
  std::vector<Real> values;
  for (const int thousandths :
       *rc::gen::container<std::vector<int>>(classes, rc::gen::weightedOneOf<int>({{9, moderate}, {1, wide}}))) {
    values.push_back(Real(thousandths) / 1000);
  }
  return values;
}

inline Real any_temperature() { return Real(*rc::gen::element(.01, .1, .5, 1.0, 2.0, 10.0, 100.0)); }

// A point of the simplex, to the last digit of Real.
inline std::vector<Real> any_point(std::size_t classes) {
  std::vector<Real> point;
  Real sum = 0;
  for (const int weight : *rc::gen::container<std::vector<int>>(classes, rc::gen::inRange(1, 1'000'000))) {
    point.push_back(weight);
    sum += weight;
  }
  for (Real& x : point) x /= sum;
  return point;
}

// The derivative of f at x by a central difference in Real: with a step of 1e-16 of the scale both errors are near
// 1e-32, so it witnesses a derivative to some 25 digits.
template <class F>
Real difference_quotient(F f, const Real& x) {
  const Real step = (abs(x) > 1 ? Real(abs(x)) : Real(1)) * Real("1e-16");
  return (f(Real(x + step)) - f(Real(x - step))) / (2 * step);
}

}  // namespace gumbelcheck::law
