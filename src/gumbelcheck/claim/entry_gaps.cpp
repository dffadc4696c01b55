#include "gumbelcheck/claim/entry_gaps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/concrete_row.hpp"
#include "gumbelcheck/claim/index_law.hpp"

namespace gumbelcheck::claim {

namespace {

[[noreturn]] void refuse(const std::vector<double>& row) {
  throw Ended{Verdict::refuted, fmt::format("A row is no sample of the simplex: {}.", row_text(row))};
}

}  // namespace

EntryGaps::EntryGaps(const Case& tried, bool log_samples)
    : probability_(row_probabilities(tried).front()), log_samples_(log_samples), gap_(probability_.size()) {
  for (std::size_t k = 0; k < probability_.size(); ++k) {
    if (probability_[k] >= kLeastProbability) kept_.push_back(k);
    if (tried.logits[k] == -HUGE_VAL) impossible_.push_back(k);
  }
  if (kept_.size() < 2) {
    throw Ended{Verdict::unsupported, "Fewer than two classes have a probability above 1e-300: nothing is random."};
  }
  const double classes = static_cast<double>(probability_.size());
  limit_ = log_samples ? HUGE_VAL : -std::log(classes * subject::smallest_normal(tried.dtype));
}

void EntryGaps::look(const std::vector<double>& row) {
  const double nothing = log_samples_ ? -HUGE_VAL : 0;
  largest_ = 0;
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (!(row[k] >= nothing && row[k] < HUGE_VAL)) refuse(row);
    if (row[k] > row[largest_]) largest_ = k;
  }
  for (const std::size_t k : impossible_) {
    if (row[k] != nothing) refuse(row);
  }
  const double top = row[largest_];
  if (!(top > nothing) || probability_[largest_] < kLeastProbability) refuse(row);
  for (const std::size_t k : kept_) {
    const double gap = log_samples_ ? top - row[k] : std::log(top / row[k]);
    gap_[k] = gap <= limit_ ? gap : HUGE_VAL;
  }
}

GapCells::GapCells(double share, double temperature, double limit) {
  double before = 1;
  for (std::size_t cell = 1; cell < kCells; ++cell) {
    const double above = 1 - static_cast<double>(cell) / kCells;
    const double edge = std::log1p((1 / above - 1) / share) / temperature;
    const double survival = edge < limit ? above : 1 / (1 + share * std::expm1(temperature * limit));
    edges.push_back(std::min(edge, limit));
    probability.push_back(before - survival);
    before = survival;
  }
  probability.push_back(before);
}

std::size_t GapCells::cell_of(double gap) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(edges, gap) - edges.begin());
}

}  // namespace gumbelcheck::claim
