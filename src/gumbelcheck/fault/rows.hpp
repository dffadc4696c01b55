#pragma once

// The rows of an array along one axis, for subjects that work row by row.

#include <cstddef>
#include <vector>

#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::fault {

// Where the rows lie, in C order of the other axes.
struct Rows {
  std::size_t classes = 0;
  std::size_t stride = 1;           // between the entries of a row
  std::vector<std::size_t> starts;  // one a row
  std::size_t elements = 0;         // of all rows
  subject::Shape reduced;           // the shape without the axis

  std::size_t at(std::size_t row, std::size_t entry) const { return starts[row] + entry * stride; }
};

// throws  std::invalid_argument for an axis that the shape does not have
Rows rows_along(const subject::Shape& shape, int axis);

// One row of an array with leading draws.
std::vector<double> row_of(const subject::Array& values, const Rows& rows, std::size_t draw, std::size_t row);

// The logits of a question, row by row.
struct AskedRows {
  Rows rows;
  std::vector<std::vector<double>> logits;
};
// throws  std::invalid_argument for bad input: NaN, +inf, a row of -inf, an axis out of range, a temperature
// that is
//         not positive
AskedRows asked_rows(const subject::Question& question);

// `shape`, behind an axis of draws where the question has one.
subject::Shape with_draws(const subject::Question& question, subject::Shape shape);

// exp(logit - largest), not divided by their sum.
std::vector<double> weights_of(const std::vector<double>& logits);

}  // namespace gumbelcheck::fault
