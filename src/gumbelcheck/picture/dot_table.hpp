#pragma once

// A table that is read as a picture: a row for each name, a dot with its interval on a common axis.

#include <optional>
#include <string>
#include <vector>

#include "gumbelcheck/picture/chart.hpp"

namespace gumbelcheck::picture {

struct Dot {
  double value = 0;  // not finite: none
  Tone tone = Tone::muted;
  Shape shape = Shape::ring;
};

struct DotRow {
  std::string name;
  double value = 0;                 // not finite: no dot and no interval; `note` or "not finite" in its place
  std::optional<Range> range = {};  // where repetitions or an interval lie
  Tone tone = Tone::blue;
  Shape shape = Shape::disc;
  std::string note = {};  // behind the dots
  std::vector<Dot> beside = {};
};

struct DotTable {
  Words words;
  Axis axis;
  std::vector<DotRow> rows;
  std::vector<Rule> rules = {};  // vertical
  double width = 380;
};

// throws  as svg(chart) does
std::string svg(const DotTable& table, Ids& ids);

}  // namespace gumbelcheck::picture
