#pragma once

// The exact law of the index that Gumbel-max draws in a narrow floating-point format: noise rounded to the format,
// added to the logit, the sum rounded again, the first of equal sums taken.

#include <span>
#include <vector>

namespace gumbelcheck::law {

// A binary format with round to nearest, ties to even; subnormal numbers included, overflow not modelled.
struct BinaryFormat {
  int precision = 8;           // significant bits, the leading one included
  int lowest_exponent = -126;  // of the smallest normal number, 2^lowest_exponent
};

// rule    the number of the format that is nearest to x, ties to even
double nearest(const BinaryFormat& format, double x);

// The noise as rounded: all values of the format from -8 to 64, which exact noise leaves with probability 2e-28.
struct RoundedNoise {
  std::vector<double> values;
  std::vector<long double> mass;  // F(upper middle) - F(lower middle), F(x) = exp(-exp(-x))
};
// error   relative, 64 units of the last place of long double
RoundedNoise rounded_noise(const BinaryFormat& format);

// More would take seconds.
inline constexpr std::size_t kMostRoundedSumClasses = 1024;

// rule    s_k = nearest(nearest(g) + logit_k); P(index = k) = sum over v of
//         P(s_k = v) prod_{j<k} P(s_j < v) prod_{j>k} P(s_j <= v)
// domain  logits of the format, finite or -inf, some finite, sizes at most 2^15; at most kMostRoundedSumClasses of them
// ties    to the first
// error   relative, (64 + 4K) units of the last place of long double
// cost    classes times some 40,000 values of the format
// throws  std::invalid_argument
// claim   gumbel-max/law
std::vector<double> rounded_sum_law(std::span<const double> logits, const BinaryFormat& format);

}  // namespace gumbelcheck::law
