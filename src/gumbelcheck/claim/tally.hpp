#pragma once

// Errors against bounds, one comparison at a time: the evidence of every exact claim.

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "gumbelcheck/claim/result.hpp"

namespace gumbelcheck::claim {

// For a sentence: the sign of a NaN says nothing.
inline double shown(double value) { return std::isnan(value) ? std::abs(value) : value; }

class Tally {
 public:
  Tally(std::string witness, std::string bound) {
    evidence_.witness = std::move(witness);
    evidence_.bound = std::move(bound);
  }

  // |given - expected| must be at most bound. NaN is never within a bound. `where` is called only for a new
  // worst place.
  template <class Where>
  void compare(double given, double expected, double bound, const Where& where) {
    const double error = given == expected ? 0 : std::abs(given - expected);
    double ratio = error == 0 ? 0 : error / bound;
    if (std::isnan(ratio)) ratio = HUGE_VAL;
    ++evidence_.comparisons;
    if (ratio > evidence_.worst || evidence_.comparisons == 1) {
      evidence_.worst = ratio;
      evidence_.where =
          fmt::format("{}: got {:.9g}, expected {:.9g} within {:.3g}", where(), shown(given), shown(expected), bound);
    }
  }
  // A fact that holds or not.
  template <class Where>
  void require(bool holds, const Where& where) {
    ++evidence_.comparisons;
    if (!holds && !(evidence_.worst > 1)) {
      evidence_.worst = HUGE_VAL;
      evidence_.where = where();
    }
  }

  std::uint64_t comparisons() const { return evidence_.comparisons; }
  bool sound() const { return !(evidence_.worst > 1); }  // nothing found so far

  // Upheld or refuted; nothing compared is inconclusive.
  void conclude(CheckResult& result) const {
    result.exact = evidence_;
    if (evidence_.comparisons == 0) {
      result.verdict = Verdict::inconclusive;
      result.finding = "Nothing could be compared.";
    } else if (evidence_.worst <= 1) {
      result.verdict = Verdict::upheld;
    } else {
      result.verdict = Verdict::refuted;
      result.finding =
          std::isinf(evidence_.worst)
              ? evidence_.where + "."
              : fmt::format("{} (the bound would have to be {:.3g} times as large).", evidence_.where, evidence_.worst);
    }
  }

 private:
  ExactEvidence evidence_;
};

}  // namespace gumbelcheck::claim
