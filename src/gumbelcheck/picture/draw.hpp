#pragma once

// A layer in pixels: its elements, where its ink lies, and where a label could be tied to it.

#include <string>
#include <vector>

#include "gumbelcheck/picture/layer.hpp"
#include "gumbelcheck/picture/trace.hpp"

namespace gumbelcheck::picture {

struct Drawn {
  std::string svg = {};
  std::vector<Curve> ink = {};      // curves not to be written across
  std::vector<Box> solid = {};      // areas not to be written into
  std::vector<Point> anchors = {};  // where a label may be tied, best first
};

Drawn draw(const Layer& layer, const Plane& plane);

// What stands before a label in a legend: kSwatch wide, `at` its left end at half height.
std::string swatch(const Layer& layer, Point at);

// Classes of a line in a tone and a stroke.
std::string line_classes(Tone tone, Stroke stroke);

}  // namespace gumbelcheck::picture
