#pragma once

// The usual way to draw a class: the interval method. Cut (0, 1) into one interval a class, as long as its
// probability, and see where a uniform falls.

#include <cstdint>
#include <span>
#include <vector>

#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::sampling {

// The intervals of one row of logits, for any number of draws.
//
// rule    class k is drawn when u S lies between the running sums before and after it, S their total. A
//         uniform below one half is counted from the front, any other from the back (1 - u), so that rare
//         classes are resolved at both ends of the row.
// domain  logits finite or -inf, not all -inf
// ties    a class of probability zero has an interval of length zero and is never drawn; a uniform exactly on
// an
//         edge belongs to the class on the side of one half
// error   running sums: relative 2^-52, in double and compensated for float and double alike, so the order
//         of the classes and their number (262,144) do not matter
// cost    one exp a class to set up, log2 K comparisons a draw
// throws  std::invalid_argument
// claim   categorical/law, edge/impossible
template <class T>
class IntervalTable {
 public:
  explicit IntervalTable(std::span<const T> logits, std::size_t row_index = 0);
  std::size_t draw(random::UniformPair uniform) const;
  std::size_t size() const { return front_.size(); }

 private:
  std::vector<double> front_;  // sum of the weights of classes 0 ... k
  std::vector<double> back_;   // sum of the weights of classes K-1 ... K-1-k
};

// rule    one class a row by IntervalTable
// shape   index as logits without the axis
// random  one uniform a row, in C order of the rows
// cost    one exp a class
// throws  std::invalid_argument
template <class T>
void categorical(Input<T> logits, int axis, const random::UniformSource& source, View<std::int64_t> index);

}  // namespace gumbelcheck::sampling
