#pragma once

// Tail probabilities for checks that look once: collisions, repeats, agreement of pairs. Exact, or a proven bound.

#include <cstdint>

namespace gumbelcheck::statistic {

double poisson_upper_tail(std::uint64_t count, double mean);                      // P(X >= count)
double binomial_upper_tail(std::uint64_t count, std::uint64_t trials, double p);  // P(X >= count)
double binomial_lower_tail(std::uint64_t count, std::uint64_t trials, double p);  // P(X <= count)
double binomial_two_sided(std::uint64_t count, std::uint64_t trials, double p);   // twice the smaller, at most 1

// What P(R >= count) is at most, R the repeats among N independent values that fall in cells: values minus distinct
// values.
//
// rule    the least, over some z > 0, of 2 exp(-count log(1 + z) + phi z mean), phi = 1 for z <= 1, else
//         2 (exp(b) - 1 - b) / b^2 with b = z crowding
// domain  mean at least N^2 / 2 times the sum of the squared chances of the cells; crowding at least N times the
//         largest of these chances
// error   a bound, not the tail: Chernoff's, and twice that because N is a number and no Poisson variable
// throws  a mean or crowding that is negative, infinite or NaN
// source  proofs/gumbel.md, Lemma 4
double repeats_upper_bound(std::uint64_t count, double mean, double crowding);

}  // namespace gumbelcheck::statistic
