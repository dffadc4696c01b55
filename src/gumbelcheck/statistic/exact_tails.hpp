#pragma once

// Exact tail probabilities for checks that look once: collisions, repeats, agreement of pairs.

#include <cstdint>

namespace gumbelcheck::statistic {

double poisson_upper_tail(std::uint64_t count, double mean);                      // P(X >= count)
double binomial_upper_tail(std::uint64_t count, std::uint64_t trials, double p);  // P(X >= count)
double binomial_lower_tail(std::uint64_t count, std::uint64_t trials, double p);  // P(X <= count)
double binomial_two_sided(std::uint64_t count, std::uint64_t trials, double p);   // twice the smaller, at most 1

}  // namespace gumbelcheck::statistic
