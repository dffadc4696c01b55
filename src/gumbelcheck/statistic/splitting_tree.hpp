#pragma once

// A test of a table that is exact at every level, number of draws and law.

#include <cstdint>
#include <span>

#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/statistic/evidence.hpp"

namespace gumbelcheck::statistic {

inline constexpr std::size_t kMostCellsOfATree = std::size_t{1} << 18;

// rule   the cells are halved by mass, in their order, again and again. Given what a node holds, its left half is
//        binomial; U = F(x - 1) + V f(x), V uniform from `stream`, is uniform and independent of all nodes above. The
//        sum of the squared normal quantiles of the K - 1 nodes is chi-squared with K - 1 degrees of freedom, exactly
// domain a hit in a cell of probability 0 gives statistic +inf and p-value 0; above kMostCellsOfATree not computed
// cost   three incomplete beta functions a cell
// throws shapes that differ
// source Rosenblatt 1952; proofs/statistics.md
FixedDrawsTest splitting_tree_test(std::span<const std::uint64_t> counts, std::span<const double> probability,
                                   const random::StreamId& stream);

}  // namespace gumbelcheck::statistic
