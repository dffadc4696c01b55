#pragma once

// A coin of known chance, thrown with numbers that rounding has moved.

#include <cstdint>
#include <vector>

namespace gumbelcheck::claim {

// Heads where the uniform lies below the draw's own chance. Where it lies so near that rounding could have turned the
// coin, the draw stays open, and all that are open are counted on the side that brings the counts nearest to the law: so
// rounding adds no evidence.
//
// rule   an e-value of these counts is at most that of the exact chances' coin and 4/3 more, from 16 draws on and for
//        a probability from 1/16 to 15/16. The counts may be nearer to the law than exact ones by the share that is
//        open, 2 rounding on average
// claim  straight-through/expectation
// proof  proofs/straight-through.md#a-coin-that-rounding-cannot-turn
class RoundedCoin {
 public:
  RoundedCoin(double probability, double rounding) : probability_(probability), rounding_(rounding) {}

  // `cells` are heads and tails of this coin alone, all draws so far.
  void add(double chance, double uniform, std::vector<std::uint64_t>& cells);

 private:
  double probability_;
  double rounding_;  // of a chance, at most
  std::uint64_t draws_ = 0;
  std::uint64_t heads_ = 0;
  std::uint64_t open_ = 0;
};

}  // namespace gumbelcheck::claim
