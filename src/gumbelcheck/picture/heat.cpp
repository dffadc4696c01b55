#include "gumbelcheck/picture/heat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gumbelcheck/picture/svg.hpp"
#include "gumbelcheck/picture/text.hpp"
#include "gumbelcheck/picture/ticks.hpp"

namespace gumbelcheck::picture {
namespace {

constexpr std::string_view kMinus = "\xE2\x88\x92";
constexpr double kKeyCell = 13;  // or less, where the picture is narrow

}  // namespace

Levels::Levels(Scaling scaling, Range range) : scale_(scaling, range, 0, kLevels) {}

int Levels::of(double value) const { return std::clamp(static_cast<int>(scale_.at(value)), 0, kLevels - 1); }

std::optional<Levels> levels_of(Scaling scaling, std::span<const double> values) {
  std::optional<Range> range;
  for (const double value : values) {
    if (!has_place(scaling, value)) continue;
    range = range ? Range{std::min(range->low, value), std::max(range->high, value)} : Range{value, value};
  }
  if (!range) return std::nullopt;
  return Levels(scaling, ticks_covering(scaling, widened(scaling, *range)).range);
}

std::string level_class(int level) { return fmt::format("h{}", level); }

std::string short_number(double value) {
  const bool whole = std::abs(value) < 10000 && value == std::floor(value);
  std::string text = whole ? fmt::format("{:.0f}", value == 0 ? 0. : value) : fmt::format("{:.2g}", value);
  if (const std::size_t e = text.find('e'); e != std::string::npos) {  // 1e-09, 1e+07: 1e-9, 1e7
    if (text[e + 1] == '+') text.erase(e + 1, 1);
    const std::size_t digit = e + 1 + (text[e + 1] == '-');
    text.erase(digit, std::min(text.find_first_not_of('0', digit), text.size() - 1) - digit);
  }
  for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos;) text.replace(at, 1, kMinus);
  return text;
}

void hatch(Path& path, const Box& box) {
  constexpr double kApart = 5;
  for (double along = kApart; along < box.width() + box.height(); along += kApart) {
    const Curve stroke = {{box.left + along, box.top}, {box.left + along - box.height() - 1, box.bottom + 1}};
    for (const Curve& part : clipped(stroke, box)) {
      path.move(part.front());
      path.line(part.back());
    }
  }
}

std::string heat_cells(const Heat& heat, const Plane& plane) {
  const std::optional<Levels> levels = levels_of(heat.scaling, heat.values);
  std::array<Path, kLevels> cells;
  Path hatching;
  std::string numbers;
  // Edges at whole pixels take a third less room; where cells are few pixels wide they would be of unlike size.
  const double pixels = std::min(std::abs(plane.x.at(1) - plane.x.at(0)), std::abs(plane.y.at(1) - plane.y.at(0)));
  const auto whole = [&](double edge) { return pixels < 6 ? edge : std::round(edge); };
  for (std::size_t row = 0; row < heat.rows; ++row) {
    for (std::size_t column = 0; column < (heat.triangle ? row + 1 : heat.columns) && column < heat.columns; ++column) {
      const double value = heat.values[row * heat.columns + column];
      const double x = double(column);
      const double y = double(row);
      const Box cell{whole(std::clamp(plane.x.at(x - .5), plane.box.left, plane.box.right)),
                     whole(std::clamp(plane.y.at(y + .5), plane.box.top, plane.box.bottom)),
                     whole(std::clamp(plane.x.at(x + .5), plane.box.left, plane.box.right)),
                     whole(std::clamp(plane.y.at(y - .5), plane.box.top, plane.box.bottom))};
      if (cell.width() <= 0 || cell.height() <= 0) continue;
      if (!has_place(heat.scaling, value)) {
        hatch(hatching, cell);
        continue;
      }
      const int level = levels->of(value);
      cells[static_cast<std::size_t>(level)].box(cell);
      const std::string number = short_number(value);
      if (!heat.numbers || width_of(number, kFont) > cell.width() - 2 || cell.height() < kFont + 1) continue;
      numbers += text_element(number, {(cell.left + cell.right) / 2, (cell.top + cell.bottom) / 2 + 4}, Anchor::middle,
                              fmt::format("o{}", level));
    }
  }
  std::string svg;
  for (int level = 0; level < kLevels; ++level) {
    svg += path_element(cells[static_cast<std::size_t>(level)], level_class(level));
  }
  return svg + path_element(hatching, "x") + numbers;
}

std::string heat_key(std::string_view label, const std::optional<Levels>& levels, bool hatched, double width, double& y,
                     std::string_view hatched_is) {
  const std::string low = levels ? short_number(levels->range().low) : "";
  const std::string high = levels ? short_number(levels->range().high) : "";
  std::string svg;
  double x = 0;
  const auto next_line = [&] {
    y += kLine + 1;
    x = 0;
  };
  next_line();
  const auto write = [&](std::string_view text) {
    svg += text_element(text, {x, y - 4});
    x += width_of(text, kFont) + 5;
  };
  const double words = width_of(low, kFont) + width_of(high, kFont) + 11;
  const double cell_width = std::min(kKeyCell, (width - words) / kLevels);
  const double ramp = levels ? words + kLevels * cell_width : 0;
  if (!label.empty()) {
    write(fitted(clean(label), width, kFont));
    x += 4;
    if (x + ramp > width) next_line();
  }
  if (levels) {
    write(low);
    x = std::ceil(x);
    for (int level = 0; level < kLevels; ++level) {
      Path cell;
      cell.box({x, y - 13, x + cell_width, y - 4});
      svg += path_element(cell, level_class(level));
      x += cell_width;
    }
    x += 5;
    write(high);
    x += 10;
  }
  if (hatched) {
    if (x + kSwatch + 5 + width_of(hatched_is, kFont) > width) next_line();
    Path path;
    const Box box{x, y - 13, x + kSwatch, y - 4};
    hatch(path, box);
    path.box(box);
    svg += path_element(path, "x");
    x += kSwatch + 5;
    write(hatched_is);
  }
  return svg;
}

}  // namespace gumbelcheck::picture
