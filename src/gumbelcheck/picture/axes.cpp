#include "gumbelcheck/picture/axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/picture/text.hpp"

namespace gumbelcheck::picture {
namespace {

constexpr double kBetween = 8;  // pixels between labels of x
constexpr double kMark = 4;     // length of a mark

struct Span {
  double left, right;
};

// Where a label of x stands: in the middle of its mark, moved inside where it would leave the picture.
Span label_span(double at, double width, double left, double right) {
  const double begin = std::clamp(at - width / 2, left, std::max(left, right - width));
  return {begin, begin + width};
}

bool apart(const AxisPlan& plan, const Scale& scale, double left, double right) {
  double end = left - kBetween;
  for (const Tick& tick : plan.ticks.major) {
    if (tick.label.empty()) continue;
    const Span span = label_span(scale.at(tick.value), tick_width(tick.label), left, right);
    if (span.left < end + kBetween) return false;
    end = span.right;
  }
  return true;
}

// Every step-th label of categories, the step as small as there is room.
AxisPlan categories_of(const Axis& axis, Range range) {
  AxisPlan plan{.range = range, .ticks = {}};
  for (std::size_t i = 0; i < axis.categories.size(); ++i) {
    const double at = double(i);
    if (at >= range.low && at <= range.high) plan.ticks.major.push_back({at, clean(axis.categories[i])});
  }
  return plan;
}

void keep_every(AxisPlan& plan, const std::vector<Tick>& all, std::size_t step) {
  plan.ticks.major = all;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % step != 0) plan.ticks.major[i].label.clear();
  }
}

Range limits(const Axis& axis, Range range) {
  if (!axis.categories.empty()) range = {-.5, double(axis.categories.size()) - .5};
  if (axis.low) range.low = *axis.low;
  if (axis.high) range.high = *axis.high;
  // One limit given, and all data beyond it.
  if (range.low > range.high) (axis.low ? range.high : range.low) = axis.low ? range.low : range.high;
  return widened(axis.scaling, range);
}

}  // namespace

void check_axis(const Axis& axis, std::string_view name) {
  for (const std::optional<double>& limit : {axis.low, axis.high}) {
    if (limit && !has_place(axis.scaling, *limit)) {
      throw std::invalid_argument(fmt::format("picture: a limit of axis {} is {}; it must be finite{}", name, *limit,
                                              axis.scaling == Scaling::linear ? "" : " and above 0"));
    }
  }
  if (axis.low && axis.high && !(*axis.low < *axis.high)) {
    throw std::invalid_argument(
        fmt::format("picture: axis {} is from {} to {}; it must rise", name, *axis.low, *axis.high));
  }
}

AxisPlan plan_x(const Axis& axis, const Range& data, bool padded, const Box& plot, double left, double right) {
  Range range = limits(axis, data);
  if (padded && axis.categories.empty()) {  // points at the ends are seen whole
    const Scale inner(axis.scaling, range, 0, 1);
    const double room = 5 / plot.width();
    if (axis.scaling == Scaling::linear) {
      const double more = (range.high / 2 - range.low / 2) * 2 * room;
      const Range wider{range.low - more, range.high + more};
      if (!axis.low && has_place(axis.scaling, wider.low)) range.low = wider.low;
      if (!axis.high && has_place(axis.scaling, wider.high)) range.high = wider.high;
    } else {
      const double factor = std::pow(range.high, room) / std::pow(range.low, room);
      const Range wider{range.low / factor, range.high * factor};
      if (!axis.low && has_place(axis.scaling, wider.low)) range.low = wider.low;
      if (!axis.high && has_place(axis.scaling, wider.high)) range.high = wider.high;
    }
  }
  const Scale scale(axis.scaling, range, plot.left, plot.right);
  AxisPlan plan{.range = range, .ticks = {}};
  if (axis.categories.empty()) {
    for (int wanted = plot.width() > 250 ? 6 : 4; wanted >= kFewestTicks; --wanted) {
      plan.ticks = ticks_within(axis.scaling, range, wanted);
      if (apart(plan, scale, left, right)) return plan;
    }
  } else {
    plan = categories_of(axis, range);
    for (Tick& tick : plan.ticks.major) tick.label = fitted(tick.label, (right - left) / 3, kFont);
  }
  const std::vector<Tick> all = plan.ticks.major;
  for (std::size_t step = 1; step <= all.size(); ++step) {
    keep_every(plan, all, step);
    if (apart(plan, scale, left, right)) break;
  }
  return plan;
}

AxisPlan plan_y(const Axis& axis, const Range& data, double plot_height) {
  const Range range = limits(axis, data);
  AxisPlan plan{.range = range, .ticks = {}};
  if (!axis.categories.empty()) {
    plan = categories_of(axis, range);
    const double each = plot_height / (range.high - range.low);
    keep_every(plan, std::vector<Tick>(plan.ticks.major), static_cast<std::size_t>(kLine / each) + 1);
    return plan;
  }
  const int wanted = plot_height > 150 ? 5 : 4;
  if (axis.low && axis.high) {
    plan.ticks = ticks_within(axis.scaling, range, wanted);
    return plan;
  }
  Covering covering = ticks_covering(axis.scaling, range, wanted);
  if (axis.low || axis.high) {  // the given end stays
    if (axis.low) covering.range.low = range.low;
    if (axis.high) covering.range.high = range.high;
    covering.ticks = ticks_within(axis.scaling, covering.range, wanted);
  }
  return {.range = covering.range, .ticks = std::move(covering.ticks)};
}

double label_width(AxisPlan& y, double most) {
  double width = 0;
  for (Tick& tick : y.ticks.major) {
    if (tick_width(tick.label) > most) tick.label = fitted(tick.label, most, kFont);
    width = std::max(width, tick_width(tick.label));
  }
  return width;
}

std::string axis_title(const Axis& axis) {
  const std::string unit = clean(axis.unit);
  return unit.empty() ? clean(axis.label) : fmt::format("{} ({})", clean(axis.label), unit);
}

std::string grid(const AxisPlan& x, const AxisPlan& y, const Plane& plane, double left, double right, bool zero) {
  Path lines;
  std::string text;
  for (const Tick& tick : y.ticks.major) {
    const double at = std::clamp(plane.y.at(tick.value), plane.box.top, plane.box.bottom);
    lines.move({plane.box.left, at});
    lines.line({plane.box.right, at});
    if (!tick.label.empty()) text += tick_element(tick.label, {plane.box.left - 6, at + 4}, Anchor::end);
  }
  for (const Tick& tick : x.ticks.major) {
    if (tick.label.empty()) continue;
    const double at = plane.x.at(tick.value);
    const double width = tick_width(tick.label);
    const double y_text = plane.box.bottom + kMark + 13;
    if (at - width / 2 < left) {
      text += tick_element(tick.label, {left, y_text}, Anchor::start);
    } else if (at + width / 2 > right) {
      text += tick_element(tick.label, {right, y_text}, Anchor::end);
    } else {
      text += tick_element(tick.label, {at, y_text}, Anchor::middle);
    }
  }
  Path path;
  const Range range = plane.y.range();
  if (zero && plane.y.scaling() == Scaling::linear && range.low < 0 && range.high > 0) {
    path.move({plane.box.left, plane.y.at(0)});
    path.line({plane.box.right, plane.y.at(0)});
  }
  return path_element(lines, "g") + path_element(path, "x") + text;
}

std::string base(const AxisPlan& x, const Plane& plane) {
  Path path;
  path.move({plane.box.left, plane.box.bottom});
  path.line({plane.box.right, plane.box.bottom});
  const auto mark = [&](double value, double length) {
    const double at = std::clamp(plane.x.at(value), plane.box.left, plane.box.right);
    path.move({at, plane.box.bottom});
    path.line({at, plane.box.bottom + length});
  };
  for (const Tick& tick : x.ticks.major) mark(tick.value, kMark);
  for (const double value : x.ticks.minor) mark(value, kMark / 2);
  return path_element(path, "x");
}

}  // namespace gumbelcheck::picture
