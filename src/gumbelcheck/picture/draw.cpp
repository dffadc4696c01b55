#include "gumbelcheck/picture/draw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/picture/heat.hpp"
#include "gumbelcheck/picture/svg.hpp"

namespace gumbelcheck::picture {
namespace {

constexpr double kShape = 3;  // half of a shape's width
constexpr double kCap = 2.5;  // half of a cap's

void append(Path& path, const Curve& curve) {
  if (curve.size() == 1) {
    path.dot(curve[0]);
    return;
  }
  for (std::size_t i = 0; i < curve.size(); ++i) i == 0 ? path.move(curve[i]) : path.line(curve[i]);
}

void append_area(Path& path, const Curve& outline) {
  if (outline.size() < 3) return;
  append(path, outline);
  path.close();
}

// The last points first: a line is named where it ends, as the eye follows it.
std::vector<Point> anchors_along(const std::vector<Curve>& curves) {
  constexpr double kApart = 8;
  std::vector<Point> anchors;
  for (auto curve = curves.rbegin(); curve != curves.rend(); ++curve) {
    if (!curve->empty()) anchors.push_back(curve->back());
    for (std::size_t i = curve->size(); i-- > 1;) {
      const Point to = (*curve)[i - 1];
      const Point from = anchors.back();
      const double length = std::hypot(to.x - from.x, to.y - from.y);
      const int steps = static_cast<int>(length / kApart);
      for (int k = 1; k <= steps; ++k) {
        const double t = k * kApart / length;
        anchors.push_back({from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)});
      }
    }
  }
  return anchors;
}

void append_shape(Path& path, Shape shape, Point p, double r = kShape) {
  switch (shape) {
    case Shape::disc:
    case Shape::square:
    case Shape::ring:
      path.dot(p);
      return;
    case Shape::diamond: {
      const double d = 1.25 * r;
      append_area(path, {{p.x - d, p.y}, {p.x, p.y - d}, {p.x + d, p.y}, {p.x, p.y + d}});
      return;
    }
    case Shape::triangle:
      append_area(path, {{p.x - 1.15 * r, p.y + r}, {p.x, p.y - 1.15 * r}, {p.x + 1.15 * r, p.y + r}});
      return;
    case Shape::cross:
      append(path, {{p.x - r, p.y - r}, {p.x + r, p.y + r}});
      append(path, {{p.x - r, p.y + r}, {p.x + r, p.y - r}});
      return;
  }
}

// A ring is a disc with paper in it.
std::string shape_elements(const Path& path, Shape shape, Tone tone) {
  const std::string tones = tone_class(tone);
  switch (shape) {
    case Shape::disc:
      return path_element(path, "r " + tones);
    case Shape::square:
      return path_element(path, "q " + tones);
    case Shape::ring:
      return path_element(path, "r " + tones) + path_element(path, "r v");
    case Shape::cross:
      return path_element(path, "l " + tones);
    case Shape::diamond:
    case Shape::triangle:
      break;
  }
  return path_element(path, "f " + tones);
}

Drawn draw_layer(const Line& line, const Plane& plane) {
  Drawn drawn{.ink = traced(plane, line.x, line.y, line.stepped)};
  Path path;
  for (const Curve& curve : drawn.ink) append(path, curve);
  drawn.svg = path_element(path, line_classes(line.tone, line.stroke));
  drawn.anchors = anchors_along(drawn.ink);
  return drawn;
}

Drawn draw_layer(const Points& points, const Plane& plane) {
  Drawn drawn;
  Path path;
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    if (!has_place(plane, points.x[i], points.y[i])) continue;
    const Point point = at(plane, points.x[i], points.y[i]);
    if (!plane.box.contains(point)) continue;
    append_shape(path, points.shape, point);
    drawn.ink.push_back({{point.x - kShape, point.y}, {point.x + kShape, point.y}});
    drawn.anchors.push_back(point);
  }
  std::reverse(drawn.anchors.begin(), drawn.anchors.end());
  drawn.svg = shape_elements(path, points.shape, points.tone);
  return drawn;
}

Drawn draw_layer(const Intervals& intervals, const Plane& plane) {
  Drawn drawn;
  Path path;
  // No caps where they would run into each other.
  const bool caps = plane.box.width() > 4 * kCap * double(intervals.x.size());
  for (std::size_t i = 0; i < intervals.x.size(); ++i) {
    const double x = intervals.x[i];
    if (!has_place(plane, x, intervals.low[i]) || !has_place(plane, x, intervals.high[i])) continue;
    const Curve whole = {at(plane, x, intervals.low[i]), at(plane, x, intervals.high[i])};
    for (const Curve& part : clipped(whole, plane.box)) {
      append(path, part);
      drawn.ink.push_back(part);
      drawn.anchors.push_back(part.back());
    }
    for (const Point& end : whole) {  // an end beyond the plot has no cap: the interval goes on
      if (!caps || !plane.box.contains(end)) continue;
      const Curve cap = {{std::max(end.x - kCap, plane.box.left), end.y},
                         {std::min(end.x + kCap, plane.box.right), end.y}};
      append(path, cap);
    }
  }
  std::reverse(drawn.anchors.begin(), drawn.anchors.end());
  drawn.svg = path_element(path, "l w1 " + tone_class(intervals.tone));
  return drawn;
}

Drawn draw_layer(const Band& band, const Plane& plane) {
  Drawn drawn;
  Path path;
  Curve low;
  Curve high;
  const auto end = [&] {
    if (low.empty()) return;
    Curve outline = thinned(high);
    const Curve back = thinned(low);
    outline.insert(outline.end(), back.rbegin(), back.rend());
    append_area(path, clipped_area(outline, plane.box));
    for (const Curve* edge : {&low, &high}) {
      for (Curve& part : clipped(thinned(*edge), plane.box)) drawn.ink.push_back(std::move(part));
    }
    low.clear();
    high.clear();
  };
  for (std::size_t i = 0; i < band.x.size(); ++i) {
    if (!has_place(plane, band.x[i], band.low[i]) || !has_place(plane, band.x[i], band.high[i])) {
      end();
      continue;
    }
    low.push_back(at(plane, band.x[i], band.low[i]));
    high.push_back(at(plane, band.x[i], band.high[i]));
  }
  end();
  drawn.svg = path_element(path, "a " + tone_class(band.tone));
  drawn.anchors = anchors_along(drawn.ink);
  return drawn;
}

Drawn draw_layer(const Bars& bars, const Plane& plane) {
  Drawn drawn;
  Path path;
  const double base = plane.y.scaling() == Scaling::linear ? std::clamp(plane.y.at(0), plane.box.top, plane.box.bottom)
                                                           : plane.box.bottom;
  for (std::size_t i = 0; i < bars.heights.size(); ++i) {
    if (!has_place(plane, bars.edges[i], bars.heights[i]) || !has_place(plane.x.scaling(), bars.edges[i + 1])) continue;
    const double top = std::clamp(plane.y.at(bars.heights[i]), plane.box.top, plane.box.bottom);
    const double edge = std::clamp(plane.x.at(bars.edges[i]), plane.box.left, plane.box.right);
    const double next = std::clamp(plane.x.at(bars.edges[i + 1]), plane.box.left, plane.box.right);
    const double left = std::min(edge, next);
    const double right = std::max(edge, next);
    const Box bar{left, std::min(top, base), right, std::max(top, base)};
    if (bar.width() <= 0) continue;
    path.box(bar);
    drawn.solid.push_back(bar);
    drawn.anchors.push_back({(left + right) / 2, bar.top});
  }
  std::reverse(drawn.anchors.begin(), drawn.anchors.end());
  drawn.svg = path_element(path, "b " + tone_class(bars.tone));
  return drawn;
}

Drawn draw_layer(const Rule& rule, const Plane& plane) {
  Drawn drawn;
  const bool horizontal = rule.direction == Direction::horizontal;
  const Scale& scale = horizontal ? plane.y : plane.x;
  if (!has_place(scale.scaling(), rule.at)) return drawn;
  const double place = scale.at(rule.at);
  const Curve whole = horizontal ? Curve{{plane.box.left, place}, {plane.box.right, place}}
                                 : Curve{{place, plane.box.bottom}, {place, plane.box.top}};
  drawn.ink = clipped(whole, plane.box);
  Path path;
  for (const Curve& part : drawn.ink) append(path, part);
  drawn.svg = path_element(path, line_classes(rule.tone, rule.stroke) + " w1");
  drawn.anchors = anchors_along(drawn.ink);
  return drawn;
}

Drawn draw_layer(const Heat& heat, const Plane& plane) {
  return {.svg = heat_cells(heat, plane), .solid = {plane.box}};
}

}  // namespace

std::string line_classes(Tone tone, Stroke stroke) {
  return fmt::format("l {}{}", tone_class(tone),
                     stroke == Stroke::dashed   ? " d1"
                     : stroke == Stroke::dotted ? " d2"
                                                : "");
}

Drawn draw(const Layer& layer, const Plane& plane) {
  return std::visit([&](const auto& shown) { return draw_layer(shown, plane); }, layer);
}

std::string swatch(const Layer& layer, Point at) {
  struct Visitor {
    Point p;
    std::string across(std::string_view classes) const {
      Path path;
      append(path, {p, {p.x + kSwatch, p.y}});
      return path_element(path, classes);
    }
    std::string filled(std::string_view classes) const {
      Path path;
      path.box({p.x + 2, p.y - 4, p.x + kSwatch - 2, p.y + 4});
      return path_element(path, classes);
    }
    std::string operator()(const Line& line) const { return across(line_classes(line.tone, line.stroke)); }
    std::string operator()(const Rule& rule) const { return across(line_classes(rule.tone, rule.stroke) + " w1"); }
    std::string operator()(const Band& band) const { return filled("a " + tone_class(band.tone)); }
    std::string operator()(const Bars& bars) const { return filled("b " + tone_class(bars.tone)); }
    std::string operator()(const Points& points) const {
      Path path;
      append_shape(path, points.shape, {p.x + kSwatch / 2, p.y});
      return shape_elements(path, points.shape, points.tone);
    }
    std::string operator()(const Intervals& intervals) const {
      Path path;
      const double x = p.x + kSwatch / 2;
      append(path, {{x, p.y - 5}, {x, p.y + 5}});
      for (const double y : {p.y - 5, p.y + 5}) append(path, {{x - kCap, y}, {x + kCap, y}});
      return path_element(path, "l w1 " + tone_class(intervals.tone));
    }
    std::string operator()(const Heat&) const { return ""; }
  };
  return std::visit(Visitor{at}, layer);
}

}  // namespace gumbelcheck::picture
