#pragma once

// Draws needed for an effect, and the effect that so many draws can see.

#include <cstddef>
#include <cstdint>

#include "gumbelcheck/statistic/evidence.hpp"

namespace gumbelcheck::statistic {

// Draws after which an effect of this total variation in a table of `cells` is refuted, and its absence
// upheld (live control included), except with probability miss_rate each.
//
// rule   the smallest n with both
//        upheld:  TV(counted, law) stays below sqrt(K - 1)/(2 sqrt n) + sqrt(ln(1/miss)/2n) except with
//                 probability miss (Cauchy-Schwarz and McDiarmid), and that plus sqrt(ln(L/miss)/2n) is at
//                 most the effect
//        refuted: at the best step s = n w^2/(K - 1) of the ladder, X s/(1 + s) - (K - 1) ln(1 + s) reaches
//                 2 ln(J/alpha), X the miss quantile of noncentral chi-squared with ncp 4 n effect^2, J the
//                 components of `tables` such tables; for the control at twice the effect likewise
// domain 0 < effect < 1, cells from 2; an effect that no number of draws below 2^62 sees gives 2^62
// error  "refuted" is the large-sample form of the Dirichlet-multinomial; the tests simulate it
// throws outside the domain, and rates outside (0, 1)
std::uint64_t draws_needed(double effect, std::size_t cells, const Budget& budget, std::size_t tables = 1);

// The smallest total variation for which draws_needed(effect) <= draws; 1 when there is none.
double detectable_effect(std::uint64_t draws, std::size_t cells, const Budget& budget, std::size_t tables = 1);

}  // namespace gumbelcheck::statistic
