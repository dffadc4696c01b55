#pragma once

// An exhibit's counts, and what its pictures share.

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gumbelcheck/claim/exhibit.hpp"
#include "gumbelcheck/picture/scale.hpp"

namespace gumbelcheck::report {

inline constexpr double kPointwise = 1e-6;  // level of the intervals and bands that are shown

// nullptr where there is none of that name.
const std::vector<double>* column(const claim::Exhibit& exhibit, std::string_view name);

// What was counted beside what was expected; false where the exhibit has other columns, or nothing was counted.
struct Counted {
  explicit Counted(const claim::Exhibit& exhibit);
  explicit operator bool() const { return total > 0; }
  // Standard deviations from the expectation; NaN where the law leaves no room for any.
  std::vector<double> scores() const;

  std::vector<double> expected, counts;
  double total = 0;
};

// Of a share, at kPointwise.
// rule  the score interval: never below 0, and above it where nothing was counted. The quantile is a bound
picture::Range interval_of(double count, double total);

// A bound on the standard normal distribution's quantile at kPointwise, shared among so many cells.
double band_of_scores(std::size_t cells);

// Pictures of one size (a class of the stylesheet), in as many columns as there is room for; "" without any.
std::string block(std::string_view size, std::vector<std::string> pictures, std::string_view label);

}  // namespace gumbelcheck::report
