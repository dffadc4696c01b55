#pragma once

// What the counts say of quantities that may have moved: for a reader, after the verdict.

#include <vector>

#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::statistic {

inline constexpr std::size_t kMostEstimates = 3;

// rule   - tables of classes: the factor on the logits, by maximum likelihood; the class whose logit moved most,
//          log(N_k/(n - N_k)) - log(p_k/(1 - p_k)), counts half a hit up
//        - ratio grids: the top of the parabola through the grid and through 0 at the claim's own value; of grids of
//          the same kind the one that moved most; none where the top lies beyond three times the grid
//        - pairs of uniforms: the correlation of normal scores, from the mean product of the bins' scores
//        of each of these the one that moved most beside its own spread, the largest first; only those whose interval
//        leaves out the expected value
// error  intervals are normal ones, at the miss rate: approximate
std::vector<Estimate> estimates_of(const Engine& engine, const Counts& counts, double miss_rate);

}  // namespace gumbelcheck::statistic
