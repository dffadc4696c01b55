#include "gumbelcheck/picture/scale.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace gumbelcheck::picture {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();
constexpr double kFarthest = 1e5;  // lengths of the axis: far outside the picture, and still a number of pixels

}  // namespace

bool has_place(Scaling scaling, double value) {
  return std::isfinite(value) && (scaling == Scaling::linear || value > 0);
}

Range widened(Scaling scaling, Range range) {
  const double size = std::max(std::abs(range.low), std::abs(range.high));
  if (range.high / 2 - range.low / 2 > .5e-9 * size) return range;
  if (scaling != Scaling::linear) {
    const double factor = scaling == Scaling::log10 ? 10 : 2;
    return {std::max(range.low / factor, kSmallest), std::min(range.high, kLargest / factor) * factor};
  }
  if (size == 0) return {-.5, .5};
  const double room = size / 10;
  // A tenth of the smallest numbers is nothing.
  if (room < std::numeric_limits<double>::min()) return {-1e-300, 1e-300};
  return {std::max(range.low, -kLargest + room) - room, std::min(range.high, kLargest - room) + room};
}

Scale::Scale(Scaling scaling, Range range, double from, double to)
    : scaling_(scaling), range_(range), from_(from), to_(to), low_(place(range.low)), span_(place(range.high) - low_) {
  assert(has_place(scaling, range.low) && has_place(scaling, range.high) && range.low < range.high);
}

// Halved, because the difference of two finite numbers need not be finite.
double Scale::place(double value) const { return scaling_ == Scaling::linear ? value / 2 : std::log10(value); }

double Scale::at(double value) const {
  assert(has_place(scaling_, value));
  return from_ + (to_ - from_) * std::clamp((place(value) - low_) / span_, -kFarthest, kFarthest);
}

}  // namespace gumbelcheck::picture
