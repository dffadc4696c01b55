#pragma once

// What a witness has to say: not yes or no, but how much was compared, what was worst, where, and which bound
// would have passed.

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <string>

namespace gumbelcheck::gradient {

// An expected value below this many bounds could be anything: comparing it shows nothing.
constexpr double kInformativeRatio = 100;
// Rows that must hold an informative value before agreement counts.
constexpr std::uint64_t kInformativeRows = 1000;

struct Agreement {
  std::string witness = {};  // "identity on the soft sample"
  std::uint64_t comparisons = 0;
  std::uint64_t informative_rows = 0;
  std::uint64_t rows_needed = kInformativeRows;  // fewer where a row has very many entries
  double worst = 0;                              // largest error over its bound; infinite for NaN
  double passing_bound = 0;  // that the worst place would have needed: the error there; infinite for NaN
  std::string where = {};    // the worst place, with both values and the bound

  // True when the expected value is informative. NaN is never within a bound. `place` is called only for a new
  // worst place, so it may format.
  template <class Place>
  bool compare(double given, double expected, double bound, const Place& place) {
    const double error = given == expected ? 0 : std::abs(given - expected);
    const double ratio = error == 0 ? 0 : error / bound;
    const bool no_number = std::isnan(ratio);
    if (++comparisons == 1 || ratio > worst || (no_number && !std::isinf(worst))) {
      worst = no_number ? HUGE_VAL : ratio;
      passing_bound = no_number ? HUGE_VAL : error;
      where = fmt::format("{}: got {:.9g}, expected {:.9g} within {:.3g}", place(), given, expected, bound);
    }
    return std::abs(expected) > kInformativeRatio * bound;
  }
  // A fact that holds or does not; a failure is worse than any error.
  template <class Place>
  void require(bool holds, const Place& place) {
    ++comparisons;
    if (holds || std::isinf(worst)) return;
    worst = HUGE_VAL;
    passing_bound = HUGE_VAL;
    where = place();
  }

  bool within_bounds() const { return worst <= 1; }
  bool holds() const { return comparisons > 0 && within_bounds(); }
  bool informative() const { return informative_rows >= rows_needed; }
};

// One sentence: what was compared and, where a bound was exceeded, which one would have passed.
std::string describe(const Agreement& agreement);

}  // namespace gumbelcheck::gradient
