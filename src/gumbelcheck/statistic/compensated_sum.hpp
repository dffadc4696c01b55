#pragma once

// A running sum whose rounding does not grow with the number of terms: what each addition loses is kept and
// added at the end.
//
// error   two units of the last place of the sum, and count * 2^-105 of the sum of sizes
// source  Neumaier 1974

#include <cmath>

namespace gumbelcheck::statistic {

class CompensatedSum {
 public:
  void add(double term) {
    const double sum = sum_ + term;
    lost_ += std::fabs(sum_) >= std::fabs(term) ? (sum_ - sum) + term : (term - sum) + sum_;
    sum_ = sum;
  }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

}  // namespace gumbelcheck::statistic
