#pragma once

#include <cmath>
#include <type_traits>

namespace gumbelcheck::sampling {

// The type that rows of T are summed in: double for float, any other number type (double, a dual number)
// itself.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, float>, double, T>;

// A sum whose error does not grow with the number of terms in any way that matters: Neumaier's compensated
// sum. A float running sum over 262,144 classes could be wrong by one per cent.
//
// domain  Real: double, or a number type with + and - that compares by value
// error   2^-53 of the sum and n 2^-105 of the sum of magnitudes
// source  Neumaier 1974
template <class Real = double>
class Accumulator {
 public:
  void add(Real term) {
    const Real sum = sum_ + term;
    correction_ = correction_ + (magnitude(sum_) >= magnitude(term) ? (sum_ - sum) + term : (term - sum) + sum_);
    sum_ = sum;
  }
  Real sum() const { return sum_ + correction_; }

 private:
  static Real magnitude(const Real& x) {
    if constexpr (std::is_floating_point_v<Real>) {
      return std::abs(x);
    } else {
      return x < Real(0) ? Real(0) - x : x;
    }
  }

  Real sum_ = Real(0);
  Real correction_ = Real(0);
};

}  // namespace gumbelcheck::sampling
