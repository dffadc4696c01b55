#pragma once

// Rows of uniforms -> tables of counts: 32 bins a coordinate, dyadic tail bins at both ends, 8 x 8 bins for
// disjoint pairs of coordinates within a row and for the same coordinate of rows 2t and 2t + 1.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::statistic {

struct UniformLayout {
  std::size_t coordinates = 1;
  std::string name = "U";    // coordinates are called U1, U2, ...
  int tail_bits_at_zero = 22;  // tail bins 2^-2 ... 2^-bits near 0
  int tail_bits_at_one = 22;   // and near 1; fewer where the dtype ties (0: no tail bins at that end)
  bool pairs = true;
};

// shape  add: a row has `coordinates` entries, each a (u, 1 - u) pair so that both tails are resolved
// cost   a few table increments an entry
class UniformTables {
 public:
  explicit UniformTables(UniformLayout layout);
  std::vector<CellLaw> laws() const;

  // Rows of one block are added in order by one thread (`BlockState` remembers the row before); blocks are
  // merged with Counts::operator+=. A block holds an even number of rows, so that pairs never cross blocks.
  struct BlockState {
    std::vector<random::UniformPair> previous;
    bool holds_previous = false;
  };
  // Adds to counts.tables[first_table ...], in the order of laws().
  void add(std::span<const random::UniformPair> row, BlockState& state, Counts& counts,
           std::size_t first_table = 0) const;

 private:
  UniformLayout layout_;
};

}  // namespace gumbelcheck::statistic
