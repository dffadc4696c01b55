#pragma once

// Rows of uniforms -> tables of counts: 32 bins a coordinate, dyadic tail bins at both ends, 8 x 8 bins for
// disjoint pairs of coordinates within a row and for the same coordinate of rows 2t and 2t + 1.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::statistic {

struct UniformLayout {
  std::size_t coordinates = 1;
  std::string name = "U";      // coordinates are called U1, U2, ...
  int tail_bits_at_zero = 22;  // tail bins 2^-2 ... 2^-bits near 0
  int tail_bits_at_one = 22;   // and near 1; fewer where the dtype ties (0: no tail bins at that end)
  bool pairs = true;
};

// rule   tables, in the order of laws(), all of cells that are independent under the claim:
//        - 32 bins of each coordinate; above 16 coordinates, of the first 8 and of all the others together
//        - near 0, all coordinates together: [1/4, 1), then [2^-(k+1), 2^-k) for k from 2, then [0, 2^-bits)
//        - near 1 likewise, on 1 - u
//        - 8 x 8 of (U1, U2), (U3, U4), ... of a row, all in one table: disjoint pairs of independent uniforms
//          are independent cells
//        - 8 x 8 of (U2, U3), (U4, U5), ..., from three coordinates: it overlaps the table before, so it has
//          an e-value of its own, and the engine averages
//        - 8 x 8 in a second order of the coordinates, from three on: 1, 3, 5, ..., 2, 4, 6, ..., in disjoint pairs;
//          above 128 coordinates 64 disjoint pairs of a fixed permutation. Again an e-value of its own
//        - 8 x 8 of (U_j of row 2t, U_j of row 2t + 1), all j in one table: no uniform is in two pairs, so
//          these are independent cells as well
// shape  add: a row has `coordinates` entries, each a (u, 1 - u) pair so that both tails are resolved
// cost   a few table increments an entry
class UniformTables {
 public:
  explicit UniformTables(UniformLayout layout);
  std::vector<CellLaw> laws() const;

  // Rows of one block are added in order by one thread (`BlockState` remembers the row before); blocks are
  // merged with Counts::operator+=. Pairs of rows never cross blocks: the last row of an odd number has no
  // partner, and no look may fall inside a block. (Between the two rows of a pair the table is no martingale,
  // since its next cell is half known.)
  struct BlockState {
    std::vector<std::uint8_t> previous;  // 32-bin numbers of the row before
    std::vector<std::uint8_t> bins;      // and of this one
    bool holds_previous = false;
  };
  // Adds to counts.tables[first_table ...], in the order of laws(); counts.rows is the caller's.
  // throws a row of another length; an entry whose smaller half is not in [0, 1/2] (NaN among them)
  void add(std::span<const random::UniformPair> row, BlockState& state, Counts& counts,
           std::size_t first_table = 0) const;

 private:
  UniformLayout layout_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> second_order_;
};

}  // namespace gumbelcheck::statistic
