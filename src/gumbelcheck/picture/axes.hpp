#pragma once

// Axes: which range they show, which marks have labels without touching each other, and their elements.

#include <string>

#include "gumbelcheck/picture/chart.hpp"
#include "gumbelcheck/picture/ticks.hpp"
#include "gumbelcheck/picture/trace.hpp"

namespace gumbelcheck::picture {

struct AxisPlan {
  Range range;
  Ticks ticks;  // a label may be empty: there was no room
};

// throws  as svg(chart) does
void check_axis(const Axis& axis, std::string_view name);

// `room`: the pixels below which labels stand, with those to both sides that a label may reach into
AxisPlan plan_x(const Axis& axis, const Range& data, bool padded, const Box& plot, double left, double right);
AxisPlan plan_y(const Axis& axis, const Range& data, double plot_height);

// The width that the labels of y need; names of categories are cut to `most`.
double label_width(AxisPlan& y, double most);

// "label (unit)"
std::string axis_title(const Axis& axis);

// Below the data: grid lines of y, a stronger one at zero where y has numbers on both sides of it, and the labels of
// both axes.
std::string grid(const AxisPlan& x, const AxisPlan& y, const Plane& plane, double left, double right, bool zero);
// Above the data: the base and the marks of x.
std::string base(const AxisPlan& x, const Plane& plane);

}  // namespace gumbelcheck::picture
