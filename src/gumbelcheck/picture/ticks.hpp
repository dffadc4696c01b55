#pragma once

// Where an axis is marked, and what the marks say: round numbers, three to seven of them. A label is the exact
// decimal of its value ("2^16" the exact power); minus is U+2212, thousands have commas.

#include <string>
#include <vector>

#include "gumbelcheck/picture/scale.hpp"

namespace gumbelcheck::picture {

inline constexpr int kFewestTicks = 3;
inline constexpr int kMostTicks = 7;

struct Tick {
  double value = 0;
  std::string label;
};

struct Ticks {
  std::vector<Tick> major;    // strictly increasing
  std::vector<double> minor;  // of a logarithmic axis; marks without label
};

// rule    marks within the range, by 1, 2 or 5 (2.5 where it fits better) times a power of ten, or by powers, or
//         by 1-2-5 or 1-3 in each decade
// domain  range as widened() returns it
Ticks ticks_within(Scaling scaling, Range range, int wanted = 5);

struct Covering {
  Range range;
  Ticks ticks;
};

// The range rounded out to round numbers, and its marks.
// rule  linear: the first and the last mark are the ends. Logarithmic: the ends are the next of 1, 2, 5 times a
//       power of ten, whole powers where there are more than three decades, or powers of two.
Covering ticks_covering(Scaling scaling, Range range, int wanted = 5);

}  // namespace gumbelcheck::picture
