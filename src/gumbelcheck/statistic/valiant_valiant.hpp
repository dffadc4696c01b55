#pragma once

// A cross-check for tables of many cells, whose counts are too small for a chi-squared law.

#include <cstdint>
#include <span>

#include "gumbelcheck/statistic/evidence.hpp"

namespace gumbelcheck::statistic {

// Below so many cells Pearson's and G's statistics do.
inline constexpr std::size_t kFewestCellsOfValiantValiant = 301;

// rule   T = sum w_k ((N_k - l_k)^2 - N_k), l_k = n p_k, w_k = max(l_k, .01)^(-2/3): the floor, or cells that are next
//        to impossible would have all the weight. The p-value is P(T' >= T) for independent Poisson counts with
//        means l_k
// domain cells of probability 0 are left out, and a hit in one gives +inf and p-value 0
// throws shapes that differ
// source Valiant and Valiant 2014
FixedDrawsTest valiant_valiant_test(std::span<const std::uint64_t> counts, std::span<const double> probability);

// Upper tail of T for independent Poisson counts of these means.
struct PoissonTail {
  double saddlepoint = 1;  // Lugannani and Rice 1980
  double chernoff = 1;     // a bound on the true one
};
// rule   both from the exact cumulant generating function of T, its counts cut off where all cells together leave
//        less than kLeftOut: without a cut it would be infinite right of 0, since the square of a Poisson count has no
//        exponential moment. The bound has kLeftOut added
// cost   a few operations for each count that a cell can have, some twenty times
inline constexpr double kLeftOut = 1e-18;
PoissonTail valiant_valiant_tail(double statistic, std::span<const double> means);

}  // namespace gumbelcheck::statistic
