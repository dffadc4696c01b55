#pragma once

// Rising factorials, of which mixtures of counts are made.

#include <cstdint>

namespace gumbelcheck::statistic {

// rule    ln(a (a + 1) ... (a + n - 1) / a^n): the sum of log1p(i/a) over i below n
// domain  a > 0
// error   4 units of (value + 2 n), and 32 units. A difference of two lgamma's, which Boost.Math has, would be
//         off by units of a ln a: 1e-9 at a = 1e6, where the value itself may be 1e-6
// cost    two logarithms; where a is small also a product of up to 16 factors
double log_rising(double a, std::uint64_t n);

}  // namespace gumbelcheck::statistic
