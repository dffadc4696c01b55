#pragma once

// The numbers of this folder. Every law is computed in 168-bit binary floating point (some 50 decimal digits) straight
// from its definition, with no thought for speed, and rounded once at the end. Binary and not decimal, because a
// double is then one of these numbers exactly; a library type and not long double, because that is 64 bits here and
// 53 elsewhere.

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <span>
#include <vector>

namespace gumbelcheck::law {

using Real = boost::multiprecision::cpp_bin_float_50;

// Largest relative error of a function of this folder whose data sheet says `kRealError`, for logits within 1e6
// temperatures of each other: 168 bits are 2.7e-51, arguments of exp up to 1e6 cost six digits, and the rest is room
// for sums. The tests hold every tabulated value to it.
inline constexpr double kRealError = 1e-43;

// rule    a double as the Real that equals it, infinities and NaN included
std::vector<Real> reals(std::span<const double> values);

// rule    the double nearest to the value, ties to even; subnormal numbers and overflow as IEEE 754 rounds them
// error   one rounding, so with a value of relative error kRealError: correctly rounded unless the true value is
//         within that of the middle between two doubles
double nearest_double(const Real& value);
std::vector<double> nearest_doubles(std::span<const Real> values);

}  // namespace gumbelcheck::law
