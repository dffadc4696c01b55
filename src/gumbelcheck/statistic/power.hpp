#pragma once

// Draws needed for an effect, and the effect that so many draws can see.

#include <cstddef>
#include <cstdint>

#include "gumbelcheck/statistic/evidence.hpp"

namespace gumbelcheck::statistic {

// Draws after which an effect of this total variation in a table of `cells` is refuted, and its absence
// upheld, except with probability miss_rate.
std::uint64_t draws_needed(double effect, std::size_t cells, const Budget& budget);

// The smallest total variation for which draws_needed(effect) <= draws; 1 when there is none.
double detectable_effect(std::uint64_t draws, std::size_t cells, const Budget& budget);

}  // namespace gumbelcheck::statistic
