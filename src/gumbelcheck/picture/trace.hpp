#pragma once

// Curves in pixels: where data have a place, clipped to the plot, thinned to what can be seen.

#include <span>
#include <vector>

#include "gumbelcheck/picture/path.hpp"
#include "gumbelcheck/picture/scale.hpp"

namespace gumbelcheck::picture {

struct Plane {  // a plot: both axes and the pixels between them
  Scale x, y;
  Box box;
};

bool has_place(const Plane& plane, double x, double y);
Point at(const Plane& plane, double x, double y);  // domain  has_place

using Curve = std::vector<Point>;

// One curve for each stretch of data that have a place.
// rule  of each column of pixels the first, lowest, highest and last value stay; then what lies within
//       kThinning of the line between its neighbours goes
inline constexpr double kThinning = .1;  // pixels
std::vector<Curve> traced(const Plane& plane, std::span<const double> x, std::span<const double> y,
                          bool stepped = false);

Curve thinned(const Curve& curve);

// The parts within the box.
std::vector<Curve> clipped(const Curve& curve, const Box& box);

// A closed curve's part within the box (Sutherland and Hodgman 1974).
Curve clipped_area(const Curve& outline, const Box& box);

}  // namespace gumbelcheck::picture
