#pragma once

// Colour for quantity: levels of equal lightness step, as heat maps and simplexes use them, and the key that
// says what they mean.

#include <optional>
#include <span>
#include <string>

#include "gumbelcheck/picture/layer.hpp"
#include "gumbelcheck/picture/trace.hpp"

namespace gumbelcheck::picture {

// rule  levels cut the range of the values, rounded out, in equal parts (of the logarithm)
class Levels {
 public:
  Levels(Scaling scaling, Range range);

  int of(double value) const;  // 0 to kLevels - 1; domain  has_place(value)
  Range range() const { return scale_.range(); }

 private:
  Scale scale_;
};

// Absent when no value has a place.
std::optional<Levels> levels_of(Scaling scaling, std::span<const double> values);

std::string level_class(int level);

// rule  at most four characters where it can be said in four: "0.25", "1e-9"
std::string short_number(double value);

std::string heat_cells(const Heat& heat, const Plane& plane);

// The key: label, lowest value, the levels, highest value, and the hatching where something is hatched, with what it
// is. Moves `y` below it.
std::string heat_key(std::string_view label, const std::optional<Levels>& levels, bool hatched, double width, double& y,
                     std::string_view hatched_is = "not finite");

// Strokes across a box, to tell "not finite" from every level.
void hatch(Path& path, const Box& box);

}  // namespace gumbelcheck::picture
