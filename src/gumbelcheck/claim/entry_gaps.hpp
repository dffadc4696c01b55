#pragma once

// A row of a Concrete sample as gaps: how far, in logs, each entry lies below the largest. Temperature times a gap
// has a law that does not depend on the temperature.

#include <vector>

#include "gumbelcheck/claim/inquiry.hpp"

namespace gumbelcheck::claim {

// rule    gap_i = log(x_m / x_i), m the place of the largest entry; infinite beyond limit(), where the dtype may have
//         flushed x_i to zero: K smallest normal numbers below the largest, as in concrete/law. Samples in logs have no
//         such limit
// domain  a case of one row; classes of probability below kLeastProbability take no part
// claim   concrete/cold, concrete/hot
class EntryGaps {
 public:
  // throws  Ended(unsupported) where fewer than two classes are left
  EntryGaps(const Case& tried, bool log_samples);

  const std::vector<double>& probability() const { return probability_; }  // of every class
  const std::vector<std::size_t>& kept() const { return kept_; }           // those that take part
  double limit() const { return limit_; }

  // throws  Ended(refuted) for what is no sample: NaN, a negative entry, weight on an impossible class, none at all
  void look(const std::vector<double>& row);
  std::size_t largest() const { return largest_; }
  double gap(std::size_t k) const { return gap_[k]; }

 private:
  std::vector<double> probability_;
  std::vector<std::size_t> kept_;
  std::vector<std::size_t> impossible_;  // logit -inf; others of probability 0 are too small for a double
  bool log_samples_;
  double limit_ = 0;
  std::size_t largest_ = 0;
  std::vector<double> gap_;
};

// Cells of equal probability for a gap with P(temperature * gap > d) = 1 / (1 + share (exp(d) - 1)).
//
// rule    given the largest entry m, the gap to entry i has share pi_i, and the gap to the nearest other 1 - pi_m
// ties    where `limit` cuts the law off, one cell holds all beyond it and those between hold nothing: probability 0
//         exactly
struct GapCells {
  static constexpr std::size_t kCells = 16;

  GapCells(double share, double temperature, double limit);
  std::size_t cell_of(double gap) const;  // an infinite gap is in the last cell

  std::vector<double> edges;        // kCells - 1, not falling
  std::vector<double> probability;  // of each cell
};

}  // namespace gumbelcheck::claim
