#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "pictures.hpp"

namespace gumbelcheck::picture {

std::vector<Chart> hard_cases() {
  const double nan = std::nan("");
  const double inf = std::numeric_limits<double>::infinity();
  const auto x = steps(0, 10, 11);
  std::vector<Chart> cases;
  cases.push_back({.words = {"No data", "Nothing was measured."}, .layers = {Line{}}});
  cases.push_back(
      {.words = {"Only values that are not finite", ""}, .layers = {Points{.x = {1, 2, 3}, .y = {nan, inf, -inf}}}});
  cases.push_back({.words = {"All values equal", ""},
                   .layers = {Line{.x = x, .y = std::vector<double>(11, 3.25), .label = "3.25"}}});
  cases.push_back(
      {.words = {"1e-300 to 1e300, with gaps and a value at 0", ""},
       .x = {.label = "step"},
       .y = {.label = "value", .scaling = Scaling::log10},
       .layers = {
           Line{.x = x, .y = {1e-300, 1e-200, nan, 1e-100, 1e-5, 1, 1e5, nan, 0, 1e200, 1e300}, .label = "a line"}}});
  cases.push_back({.words = {"<script>alert('title')</script> & a title \xff that goes on and on, \x1b[31m much "
                             "longer than anyone would want to read it, over and over",
                             "]]> \"quoted\""},
                   .x = {.label = std::string(200, 'W')},
                   .y = {.label = "y", .unit = "<b>"},
                   .layers = {Line{.x = x, .y = x, .label = std::string(200, 'm')}}});
  const auto fine = steps(0, 10, 200);
  Chart crowd{.words = {"Eight lines in each other's way", ""},
              .x = {.label = "time", .unit = "s"},
              .y = {.label = "level", .unit = "dB"},
              .layers = {}};
  for (int i = 0; i < 8; ++i) {
    crowd.layers.push_back(Line{.x = fine,
                                .y = each(fine, [&](double t) { return std::sin(3 * t + i) + .03 * i; }),
                                .tone = static_cast<Tone>(i % 4),
                                .stroke = static_cast<Stroke>(i % 3),
                                .label = fmt::format("line number {}", i)});
  }
  cases.push_back(crowd);
  const Shape shapes[] = {Shape::disc, Shape::ring, Shape::square, Shape::diamond, Shape::triangle, Shape::cross};
  const char* names[] = {"disc", "ring", "square", "diamond", "triangle", "cross"};
  Chart all_shapes{.words = {"Every shape", ""}, .x = {.label = "x", .low = 2}, .y = {.label = "y"}, .layers = {}};
  for (int i = 0; i < 6; ++i) {
    all_shapes.layers.push_back(Points{.x = x,
                                       .y = each(x, [&](double v) { return v * (i + 1) - 20; }),
                                       .tone = static_cast<Tone>(i),
                                       .shape = shapes[i],
                                       .label = names[i]});
  }
  cases.push_back(all_shapes);
  cases.push_back({.words = {"Narrow range far from 0", ""},
                   .layers = {Points{.x = x, .y = each(x, [](double v) { return 1 + 1e-7 * v; })}}});
  return cases;
}

}  // namespace gumbelcheck::picture
