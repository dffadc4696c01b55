#pragma once

// A density on the probabilities of three classes: a triangle of small triangles, a corner for each class.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gumbelcheck/picture/scale.hpp"
#include "gumbelcheck/picture/svg.hpp"

namespace gumbelcheck::picture {

inline constexpr double kSimplexWidth = 180;  // two stand side by side on a telephone

struct Simplex {
  Words words;
  std::array<std::string, 3> corners;  // lower left, lower right, top: where their class has all weight
  std::size_t side = 20;               // cells along an edge
  std::vector<double> values;          // side * side, as cell_of orders them; a cell that is not finite is hatched
  Scaling scaling = Scaling::linear;
  std::optional<Range> range = {};     // of the levels; else that of the values
  std::string label = {};              // what the key says
  std::string hatched = "not finite";  // what a hatched cell is
  double width = kSimplexWidth;
};

// The cell of a point of the simplex.
// domain  entries of at least 0; they are divided by their sum
// rule    rows from below (the last entry is small), cells from the left
std::size_t cell_of(const std::array<double, 3>& point, std::size_t side);

// The middle of a cell.
std::array<double, 3> middle_of(std::size_t cell, std::size_t side);

// throws  std::invalid_argument when there are not side * side values, or none
std::string svg(const Simplex& simplex, Ids& ids);

}  // namespace gumbelcheck::picture
