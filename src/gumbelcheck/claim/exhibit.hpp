#pragma once

// Numbers of a check for people to look at: what was counted beside what was expected, and how the evidence grew. A
// report draws pictures from them; they decide nothing.

#include <string>
#include <vector>

#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::claim {

// A small table of numbers by columns of one length. `kind` says which columns there are:
//   looks     draws, log_e, effect, effect_high     at each look
//   cells     expected (probability), counted       classes, or groups of them, in order
//   bins      expected, counted                     equal bins of a uniform
//   tail      expected, counted                     [1/4, 1), then [2^-(k+1), 2^-k) from k = 2, and all below
//   squares   expected, counted                     squares of two uniforms, row by row
//   simplex   x, y, expected, counted               triangles of the simplex of three classes, by their centres: the
//                                                   entries of the first two classes
//   steps     step, error, bound, used              of the comparisons with finite differences of one step the one
//                                                   nearest to its bound, or farthest beyond; used is 1 for the step
//                                                   that the check took, else 0
//   rows      row, later, correlation, pairs        of the uniforms of a row of the batch and of the row so many later
//   seeds     bit, other_bit, correlation, pairs    of the uniforms under two seeds: 0 for a seed, k for that which
//                                                   differs from it in bit k - 1
struct Exhibit {
  struct Column {
    std::string name;
    std::vector<double> values;
  };
  std::string kind;
  std::string title;  // "U1 in 32 bins"
  std::vector<Column> columns;
};

// Of tables with at most this many cells: more are no picture.
inline constexpr std::size_t kMostCellsOfExhibit = 64;

// How the evidence grew, a row a look.
class Course {
 public:
  void add(const statistic::Evidence& evidence);
  Exhibit exhibit() const;

 private:
  std::vector<double> draws_, log_e_, effect_, effect_high_;
};

// rule  of the tables with entries and at most kMostCellsOfExhibit cells: the first of each kind, and
//       of tails all; and the one with the largest effect, where that is another
std::vector<Exhibit> exhibits_of(const statistic::Engine& engine, const statistic::Counts& counts,
                                 const std::string& effect_table);

}  // namespace gumbelcheck::claim
