#pragma once

// A chart: data in, SVG text out. It is drawn narrow, so that its words are legible on a telephone, and grows with
// the page up to the width that the stylesheet allows.

#include <optional>
#include <string>
#include <vector>

#include "gumbelcheck/picture/layer.hpp"
#include "gumbelcheck/picture/svg.hpp"

namespace gumbelcheck::picture {

struct Axis {
  std::string label = {};
  std::string unit = {};  // behind the label, in parentheses
  Scaling scaling = Scaling::linear;
  std::optional<double> low = {}, high = {};  // else from the data; y is rounded out to its marks
  std::vector<std::string> categories = {};   // names of 0, 1, 2, ... instead of numbers
};

struct Chart {
  Words words;
  Axis x = {}, y = {};  // y's label stands above the plot
  std::vector<Layer> layers = {};
  double width = 380;
  double plot_height = 190;
};

// cost    2 to 8 KB for what a person can read
// throws  std::invalid_argument where lengths of a layer do not belong together, a heat map is not the only one or
//         stands on a logarithmic axis, or limits of an axis are not in order, not finite, or not above 0 where it
//         is logarithmic
std::string svg(const Chart& chart, Ids& ids);

// Gives charts that stand side by side the same axes: the limits of all their data together.
void share_axes(std::vector<Chart>& charts);

// Pictures side by side, as many as there is room for; below each other on a telephone. `label` is said by a screen
// reader before them.
std::string side_by_side(const std::vector<std::string>& pictures, std::string_view label);

}  // namespace gumbelcheck::picture
