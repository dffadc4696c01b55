#include "gumbelcheck/picture/trace.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace gumbelcheck::picture {
namespace {

double distance_to_line(Point point, Point from, Point to) {
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double length = std::hypot(dx, dy);
  if (length == 0) return std::hypot(point.x - from.x, point.y - from.y);
  return std::abs(dx * (point.y - from.y) - dy * (point.x - from.x)) / length;
}

// First, lowest, highest and last of each stretch within one column, in their order.
Curve by_columns(const Curve& curve) {
  Curve result;
  for (std::size_t begin = 0; begin < curve.size();) {
    std::size_t end = begin + 1;
    while (end < curve.size() && std::floor(curve[end].x) == std::floor(curve[begin].x)) ++end;
    std::size_t low = begin;
    std::size_t high = begin;
    for (std::size_t i = begin; i < end; ++i) {
      if (curve[i].y < curve[low].y) low = i;
      if (curve[i].y > curve[high].y) high = i;
    }
    std::array<std::size_t, 4> kept = {begin, std::min(low, high), std::max(low, high), end - 1};
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (i == 0 || kept[i] != kept[i - 1]) result.push_back(curve[kept[i]]);
    }
    begin = end;
  }
  return result;
}

// Ramer, Douglas and Peucker, without recursion.
Curve without_straights(const Curve& curve) {
  if (curve.size() < 3) return curve;
  std::vector<bool> kept(curve.size(), false);
  kept.front() = kept.back() = true;
  std::vector<std::pair<std::size_t, std::size_t>> open = {{0, curve.size() - 1}};
  while (!open.empty()) {
    const auto [from, to] = open.back();
    open.pop_back();
    double farthest = kThinning;
    std::size_t split = 0;
    for (std::size_t i = from + 1; i < to; ++i) {
      const double distance = distance_to_line(curve[i], curve[from], curve[to]);
      if (distance > farthest) {
        farthest = distance;
        split = i;
      }
    }
    if (split == 0) continue;
    kept[split] = true;
    open.emplace_back(from, split);
    open.emplace_back(split, to);
  }
  Curve result;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (kept[i]) result.push_back(curve[i]);
  }
  return result;
}

// Liang and Barsky 1984; false when nothing is within.
bool clip_segment(Point& from, Point& to, const Box& box) {
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  double first = 0;
  double last = 1;
  const std::array<std::pair<double, double>, 4> edges = {
      {{-dx, from.x - box.left}, {dx, box.right - from.x}, {-dy, from.y - box.top}, {dy, box.bottom - from.y}}};
  for (const auto& [step, room] : edges) {
    if (step == 0) {
      if (room < 0) return false;
    } else if (step < 0) {
      first = std::max(first, room / step);
    } else {
      last = std::min(last, room / step);
    }
  }
  if (first > last) return false;
  const auto inside = [&](double t) {
    return Point{std::clamp(from.x + t * dx, box.left, box.right), std::clamp(from.y + t * dy, box.top, box.bottom)};
  };
  const Point begin = first == 0 ? from : inside(first);
  const Point end = last == 1 ? to : inside(last);
  from = begin;
  to = end;
  return true;
}

}  // namespace

bool has_place(const Plane& plane, double x, double y) {
  return has_place(plane.x.scaling(), x) && has_place(plane.y.scaling(), y);
}

Point at(const Plane& plane, double x, double y) { return {plane.x.at(x), plane.y.at(y)}; }

Curve thinned(const Curve& curve) { return without_straights(by_columns(curve)); }

std::vector<Curve> clipped(const Curve& curve, const Box& box) {
  std::vector<Curve> parts;
  if (curve.size() == 1 && box.contains(curve[0])) return {curve};
  bool joined = false;  // whether the last part ends where the next segment begins
  for (std::size_t i = 1; i < curve.size(); ++i) {
    Point from = curve[i - 1];
    Point to = curve[i];
    if (!clip_segment(from, to, box)) {
      joined = false;
      continue;
    }
    if (!joined) parts.push_back({from});
    parts.back().push_back(to);
    joined = to.x == curve[i].x && to.y == curve[i].y;
  }
  return parts;
}

Curve clipped_area(const Curve& outline, const Box& box) {
  Curve area = outline;
  // Each edge as a distance that is positive inside.
  for (int edge = 0; edge < 4; ++edge) {
    const auto inside = [&](Point p) {
      return edge == 0 ? p.x - box.left : edge == 1 ? box.right - p.x : edge == 2 ? p.y - box.top : box.bottom - p.y;
    };
    Curve next;
    for (std::size_t i = 0; i < area.size(); ++i) {
      const Point from = area[i];
      const Point to = area[(i + 1) % area.size()];
      const double a = inside(from);
      const double b = inside(to);
      if (a >= 0) next.push_back(from);
      if ((a >= 0) != (b >= 0)) {
        const double t = a / (a - b);
        next.push_back({from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)});
      }
    }
    area = std::move(next);
  }
  for (Point& p : area) {
    p = {std::clamp(p.x, box.left, box.right), std::clamp(p.y, box.top, box.bottom)};
  }
  return area;
}

std::vector<Curve> traced(const Plane& plane, std::span<const double> x, std::span<const double> y, bool stepped) {
  std::vector<Curve> curves;
  Curve curve;
  const auto end = [&] {
    if (curve.empty()) return;
    for (Curve& part : clipped(thinned(curve), plane.box)) curves.push_back(std::move(part));
    curve.clear();
  };
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!has_place(plane, x[i], y[i])) {
      end();
      continue;
    }
    const Point point = at(plane, x[i], y[i]);
    if (stepped && !curve.empty()) curve.push_back({point.x, curve.back().y});
    curve.push_back(point);
  }
  end();
  return curves;
}

}  // namespace gumbelcheck::picture
