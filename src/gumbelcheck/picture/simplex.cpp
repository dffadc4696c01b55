#include "gumbelcheck/picture/simplex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "gumbelcheck/picture/heat.hpp"
#include "gumbelcheck/picture/text.hpp"

namespace gumbelcheck::picture {
namespace {

// Row r has 2 (side - r) - 1 cells; the rows below it have side^2 - (side - r)^2.
std::size_t first_of_row(std::size_t row, std::size_t side) { return side * side - (side - row) * (side - row); }

struct Triangle {
  Box box;
  // Units of a cell's edge: along the base, and rows up.
  Point at(double along, double up, std::size_t side) const {
    const double edge = box.width() / double(side);
    return {box.left + edge * (along + up / 2), box.bottom - box.height() * up / double(side)};
  }
};

// Cells first to last (within one row): the outline of a trapezium, or a triangle.
Curve outline(const Triangle& triangle, std::size_t row, std::size_t first, std::size_t last, std::size_t side) {
  const double up = double(row);
  const bool first_upright = first % 2 == 0;
  const bool last_upright = last % 2 == 0;
  const double f = double(first / 2);
  const double l = double(last / 2);
  // Upright cell 2i: base from i to i + 1, tip at (i, up + 1) in slanted units. Inverted 2i + 1: tip at i + 1 below.
  Curve curve = {triangle.at(first_upright ? f : f + 1, up, side)};
  curve.push_back(triangle.at(l + 1, up, side));
  if (!last_upright) curve.push_back(triangle.at(l + 1, up + 1, side));
  if (last_upright) curve.push_back(triangle.at(l, up + 1, side));
  curve.push_back(triangle.at(f, up + 1, side));
  // Two of the four may be the same point.
  Curve result;
  for (const Point& p : curve) {
    if (result.empty() || std::abs(p.x - result.back().x) + std::abs(p.y - result.back().y) > 1e-9) result.push_back(p);
  }
  return result;
}

}  // namespace

std::size_t cell_of(const std::array<double, 3>& point, std::size_t side) {
  const double sum = point[0] + point[1] + point[2];
  const double n = double(side);
  const auto row = std::min(static_cast<std::size_t>(point[2] / sum * n), side - 1);
  // Slanted coordinates: up the row by its fraction, along by the second entry.
  const double along = point[1] / sum * n;
  const auto i = std::min(static_cast<std::size_t>(along), side - row - 1);
  const double up = point[2] / sum * n - double(row);
  const bool upright = (along - double(i)) + up <= 1 || i + row + 1 == side;
  return first_of_row(row, side) + 2 * i + (upright ? 0 : 1);
}

std::array<double, 3> middle_of(std::size_t cell, std::size_t side) {
  std::size_t row = 0;
  while (first_of_row(row + 1, side) <= cell) ++row;
  const std::size_t k = cell - first_of_row(row, side);
  const double third = k % 2 == 0 ? 1. / 3 : 2. / 3;
  const double n = double(side);
  const double b = (double(k / 2) + third) / n;
  const double c = (double(row) + third) / n;
  return {1 - b - c, b, c};
}

std::string svg(const Simplex& simplex, Ids& ids) {
  const std::size_t side = simplex.side;
  if (side == 0 || simplex.values.size() != side * side) {
    throw std::invalid_argument(fmt::format("picture: a simplex of side {} has {} values, and {} were given", side,
                                            side * side, simplex.values.size()));
  }
  LeftOut left_out;
  for (const double value : simplex.values) {
    if (!std::isfinite(value)) {
      ++left_out.not_finite;
    } else if (!has_place(simplex.scaling, value)) {
      ++left_out.not_positive;
    }
  }
  std::optional<Levels> levels = levels_of(simplex.scaling, simplex.values);
  if (simplex.range) levels.emplace(simplex.scaling, *simplex.range);

  double y = 0;
  std::string body = heading(simplex.words.title, simplex.width, y);
  if (!simplex.label.empty()) {
    body += heat_key(simplex.label, levels, left_out.not_finite + left_out.not_positive > 0, simplex.width, y,
                     simplex.hatched);
  }
  y += kLine + 4;  // the top corner's label
  // Corners of cells at whole pixels take a third less room, and at 8 by 7 look equilateral.
  double unit = (simplex.width - 8) / double(side);
  double up = unit * std::numbers::sqrt3 / 2;
  if (unit >= 8) {
    unit = 2 * std::floor(unit / 2);
    up = std::round(unit * std::numbers::sqrt3 / 2);
  }
  const double left = (simplex.width - unit * double(side)) / 2;
  const Triangle triangle{{left, y, simplex.width - left, y + up * double(side)}};

  std::array<Path, kLevels> cells;
  Path hatching;
  for (std::size_t row = 0; row < side; ++row) {
    const std::size_t count = 2 * (side - row) - 1;
    const auto level_at = [&](std::size_t k) {  // -1: hatched
      const double value = simplex.values[first_of_row(row, side) + k];
      return has_place(simplex.scaling, value) ? levels->of(value) : -1;
    };
    for (std::size_t first = 0; first < count;) {
      const int level = level_at(first);
      std::size_t last = first;
      while (level >= 0 && last + 1 < count && level_at(last + 1) == level) ++last;
      const Curve area = outline(triangle, row, first, last, side);
      Path& path = level < 0 ? hatching : cells[static_cast<std::size_t>(level)];
      for (std::size_t i = 0; i < area.size(); ++i) i == 0 ? path.move(area[i]) : path.line(area[i]);
      path.close();
      first = last + 1;
    }
  }
  for (int level = 0; level < kLevels; ++level) {
    body += path_element(cells[static_cast<std::size_t>(level)], level_class(level));
  }
  body += path_element(hatching, "x");
  Path frame;
  frame.move({triangle.box.left, triangle.box.bottom});
  frame.line({triangle.box.right, triangle.box.bottom});
  frame.line({(triangle.box.left + triangle.box.right) / 2, triangle.box.top});
  frame.close();
  body += path_element(frame, "x");

  const double half = simplex.width / 2;
  body += text_element(fitted(clean(simplex.corners[2]), simplex.width, kFont), {half, triangle.box.top - 5},
                       Anchor::middle, "i");
  y = triangle.box.bottom + kLine + 3;
  body += text_element(fitted(clean(simplex.corners[0]), half - 4, kFont), {0, y - 4}, Anchor::start, "i");
  body += text_element(fitted(clean(simplex.corners[1]), half - 4, kFont), {simplex.width, y - 4}, Anchor::end, "i");
  const std::size_t hatched = left_out.not_finite + left_out.not_positive;
  std::vector<std::string> notes;
  if (hatched > 0) {
    notes.push_back(fmt::format("{} of {} triangles: {}.", hatched, simplex.values.size(), clean(simplex.hatched)));
  }
  body += footing(notes, simplex.width, y);
  return figure(simplex.words, notes, simplex.width, y, body, ids);
}

}  // namespace gumbelcheck::picture
