#pragma once

// The live control: a known effect planted in counts that were about to be upheld.

#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::statistic {

struct PlantedCounts {
  Counts counts;
  double effect = 0;      // draws moved / draws: the total variation planted
  std::size_t table = 0;  // where
};

// rule   in the one table that asks for the most draws beside what it has ((sqrt(cells) + 8)/draws
//        largest: the honest choice, since every other table then argues for the law): cells are split at
//        random in givers and takers, and a share of each giver's draws moves to the takers, in proportion
//        to what they have. Of 32 random splits the one nearest to half the mass is taken: at a given total
//        variation that is the direction that chi-squared-like statistics see worst.
// domain never a negative count, never a draw into a cell of probability 0; where the givers hold less than
//        the effect, all that they hold moves, and `effect` says how much that was
// ties   what does not divide is spread by the running floor, so the table's total stays exactly the same
// random the stream alone
PlantedCounts plant_effect(const Engine& engine, const Counts& counts, double effect, const random::StreamId& stream);

}  // namespace gumbelcheck::statistic
