#pragma once

// The statistics that users expect. They decide nothing: their p-values hold at one fixed number of draws, and
// the chi-squared law is their limit, not their law.

#include <cstdint>
#include <span>

#include "gumbelcheck/statistic/evidence.hpp"

namespace gumbelcheck::statistic {

// rule   sum (N - n p)^2 / (n p) over cells pooled, smallest first, to an expected count of 500; where that
//        leaves fewer than two cells, to 5, and then the label says "approximate"
// domain cells of probability 0 are never pooled: a hit in one gives statistic +inf and p-value 0
// throws shapes that differ; a probability that is not one
FixedDrawsTest pearson_test(std::span<const std::uint64_t> counts, std::span<const double> probability);

// rule   2 sum N log(N / (n p)) / q, q = 1 + (sum 1/p - 1) / (6 n (K - 1)), over cells pooled to 20
// source Williams 1976
FixedDrawsTest g_test(std::span<const std::uint64_t> counts, std::span<const double> probability);

}  // namespace gumbelcheck::statistic
