#pragma once

// What a chart is made of: data and how they are shown. A label is written beside the data where there is room,
// and into a legend above them where there is none.
//
// Values that are not finite, or not above 0 on a logarithmic axis, are left out, and the picture says how many;
// a line and a band have a gap there.

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gumbelcheck/picture/colour.hpp"
#include "gumbelcheck/picture/scale.hpp"

namespace gumbelcheck::picture {

enum class Stroke { solid, dashed, dotted };
enum class Shape { disc, ring, square, diamond, triangle, cross };
enum class Direction { horizontal, vertical };

struct Line {
  std::vector<double> x, y;
  bool stepped = false;  // y holds until the next x, as distribution functions do
  Tone tone = Tone::blue;
  Stroke stroke = Stroke::solid;
  std::string label = {};
};

struct Points {
  std::vector<double> x, y;
  Tone tone = Tone::blue;
  Shape shape = Shape::disc;
  std::string label = {};
};

struct Intervals {  // vertical
  std::vector<double> x, low, high;
  Tone tone = Tone::blue;
  std::string label = {};
};

struct Band {  // between two curves
  std::vector<double> x, low, high;
  Tone tone = Tone::blue;
  std::string label = {};
};

struct Bars {  // of a histogram: bar i from edges[i] to edges[i + 1]
  std::vector<double> edges, heights;
  Tone tone = Tone::blue;
  std::string label = {};
};

struct Rule {  // a reference: y (horizontal) or x (vertical) is `at`
  Direction direction = Direction::horizontal;
  double at = 0;
  Tone tone = Tone::muted;
  Stroke stroke = Stroke::dashed;
  std::string label = {};
};

// One in a chart, on linear axes: a cell for each pair of categories; a cell that is not finite is hatched.
struct Heat {
  std::size_t columns = 0, rows = 0;
  std::vector<double> values = {};  // rows from below, each from the left
  Scaling scaling = Scaling::linear;
  bool numbers = false;                // written into the cells
  bool triangle = false;               // no cell is drawn whose column is above its row: of pairs, each once
  std::string label = {};              // what the key says
  std::string hatched = "not finite";  // what a hatched cell is
};

using Layer = std::variant<Line, Points, Intervals, Band, Bars, Rule, Heat>;

// throws  std::invalid_argument where lengths do not belong together
void check_layer(const Layer& layer);

const std::string& label_of(const Layer& layer);

// What a layer asks of the axes. Absent where it has no value there.
struct Extent {
  std::optional<Range> x, y;  // low may equal high
};

struct LeftOut {
  std::size_t not_finite = 0;
  std::size_t not_positive = 0;  // on a logarithmic axis
  std::size_t outside = 0;       // of the limits of an axis
  std::string cells = {};        // of a heat map: "2 of 64 cells: not finite."

  // Sentences for the reader.
  std::vector<std::string> notes() const;
};

Extent extent(const std::vector<Layer>& layers, Scaling x, Scaling y, LeftOut& left_out);

// Counts what lies outside of the axes.
void count_outside(const std::vector<Layer>& layers, Scaling x_scaling, Range x, Scaling y_scaling, Range y,
                   LeftOut& left_out);

}  // namespace gumbelcheck::picture
