#include "gumbelcheck/claim/concrete_row.hpp"

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/index_law.hpp"

namespace gumbelcheck::claim {

namespace {

constexpr double kInfinity = HUGE_VAL;

std::vector<std::size_t> kept_classes(const std::vector<double>& probabilities) {
  std::vector<std::size_t> kept;
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    if (probabilities[k] >= kLeastProbability) kept.push_back(k);
  }
  if (kept.size() < 2) {
    throw Ended{Verdict::unsupported,
                "A row has fewer than two classes of probability above 1e-300: nothing is random in it."};
  }
  return kept;
}

// Entries below K smallest normal numbers times the largest cannot be told from zero: a dtype may flush them.
ConcretePivot::Options pivot_options(const ConcreteRow::Options& options, const std::vector<std::size_t>& kept) {
  ConcretePivot::Options made{
      .probabilities = {}, .temperature = options.temperature, .ratio_limit = 0, .others = options.others};
  for (const std::size_t k : kept) made.probabilities.push_back(options.probabilities[k]);
  // A class that is left out has one of probability 0 in its place, whose ratios are 1.
  const bool left_out = kept.size() < options.probabilities.size() && !made.others.classes.empty();
  if (left_out) made.probabilities.push_back(0);
  for (std::size_t& k : made.others.classes) {
    const auto place = std::ranges::lower_bound(kept, k);
    k = place != kept.end() && *place == k ? static_cast<std::size_t>(place - kept.begin()) : kept.size();
  }
  if (!options.log_samples) {
    made.ratio_limit = static_cast<double>(options.logits.size()) * subject::smallest_normal(options.dtype);
  }
  return made;
}

}  // namespace

ConcreteRow::ConcreteRow(const Options& options)
    : kept_(kept_classes(options.probabilities)),
      log_samples_(options.log_samples),
      pivot_(pivot_options(options, kept_)),
      row_(pivot_.classes(), options.log_samples ? -kInfinity : 0.0) {
  for (std::size_t k = 0; k < options.logits.size(); ++k) {
    if (options.probabilities[k] >= kLeastProbability) continue;
    (options.logits[k] == -kInfinity ? impossible_ : unlikely_).push_back(k);
  }
}

ConcretePivot::Row ConcreteRow::look(std::span<const double> values, random::Stream& randomisation) {
  const double nothing = log_samples_ ? -kInfinity : 0;
  for (const std::size_t k : impossible_) {
    if (values[k] != nothing) return {};
  }
  for (std::size_t i = 0; i < kept_.size(); ++i) row_[i] = values[kept_[i]];
  ConcretePivot::Row seen =
      log_samples_ ? pivot_.from_log_sample(row_, randomisation) : pivot_.from_sample(row_, randomisation);
  if (!seen.valid) return {};
  const double top = row_[seen.largest];
  for (const std::size_t k : unlikely_) {
    if (!(values[k] >= nothing && values[k] <= top)) return {};
  }
  seen.largest = kept_[seen.largest];
  return seen;
}

std::vector<ConcreteRow> concrete_rows(const Case& tried, bool log_samples, const ConcreteAlternatives& others) {
  const std::vector<std::vector<double>> logits = rows_of(rounded_logits(tried), row_layout(tried.shape, tried.axis));
  const std::vector<std::vector<double>> probabilities = row_probabilities(tried);
  std::vector<ConcreteRow> rows;
  for (std::size_t row = 0; row < logits.size(); ++row) {
    rows.emplace_back(ConcreteRow::Options{.logits = logits[row],
                                           .probabilities = probabilities[row],
                                           .temperature = tried.temperature,
                                           .dtype = tried.dtype,
                                           .log_samples = log_samples,
                                           .others = others});
  }
  return rows;
}

std::size_t shared_coordinates(const std::vector<ConcreteRow>& rows) {
  return std::ranges::min_element(rows, {}, &ConcreteRow::coordinates)->coordinates();
}

}  // namespace gumbelcheck::claim
