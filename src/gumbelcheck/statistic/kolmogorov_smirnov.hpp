#pragma once

// The distance between two distribution functions, by a theorem that holds at every number of draws.

#include <cstdint>
#include <span>

#include "gumbelcheck/statistic/evidence.hpp"

namespace gumbelcheck::statistic {

// rule   D = the largest |F_n - F| at the edges of the bins; p = min(1, 2 exp(-2 n D^2)). At the edges D is at most
//        what it is everywhere, so the p-value stays a bound
// domain bins in the order of the variable; a hit in a bin of probability 0 is part of D like any other
// throws shapes that differ
// source Massart 1990
FixedDrawsTest kolmogorov_smirnov_test(std::span<const std::uint64_t> counts, std::span<const double> probability);

}  // namespace gumbelcheck::statistic
