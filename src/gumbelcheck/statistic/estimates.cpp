#include "gumbelcheck/statistic/estimates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>
#include <optional>

#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {
namespace {

struct Found {
  Estimate estimate;
  double spread = 0;
  double score() const { return std::fabs(estimate.value - estimate.expected) / spread; }
};

Found found(std::string quantity, double value, double spread, double expected) {
  return {{.quantity = std::move(quantity), .value = value, .expected = expected}, spread};
}

// The one that moved most so far.
void keep(std::optional<Found>& best, Found other) {
  if (!std::isfinite(other.score())) return;
  if (!best || other.score() > best->score()) best = std::move(other);
}

double total_of(const std::vector<std::uint64_t>& cells) {
  return static_cast<double>(std::accumulate(cells.begin(), cells.end(), std::uint64_t{0}));
}

// The mean of log p under p^power proportionally agrees with the counted one where the likelihood is largest.
std::optional<Found> factor_on_logits(const CellLaw& law, const std::vector<std::uint64_t>& cells) {
  const double total = total_of(cells);
  double counted = 0;
  double top = 0;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    if (cells[k] > 0) counted += static_cast<double>(cells[k]) / total * std::log(law.probability[k]);
    top = std::max(top, law.probability[k]);
  }
  double power = 1;
  double variance = 0;
  for (int step = 0; step < 50; ++step) {
    double mass = 0, sum = 0, squares = 0;
    for (const double p : law.probability) {
      if (p == 0) continue;
      const double log_p = std::log(p);
      const double weight = std::exp(power * (log_p - std::log(top)));
      mass += weight;
      sum += weight * log_p;
      squares += weight * log_p * log_p;
    }
    const double mean = sum / mass;
    variance = squares / mass - mean * mean;
    if (!(variance > 1e-12)) return std::nullopt;  // all classes alike: no factor shows
    const double change = std::clamp((counted - mean) / variance, -0.5, 0.5);
    power = std::clamp(power + change, -20.0, 20.0);
    if (std::fabs(change) < 1e-10) break;
  }
  return found(fmt::format("logits ({}), as a factor", law.name), power, 1 / std::sqrt(total * variance), 1);
}

std::optional<Found> most_moved_logit(const CellLaw& law, const std::vector<std::uint64_t>& cells) {
  const double total = total_of(cells) + 1;
  std::optional<Found> best;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    const double p = law.probability[k];
    if (!(p > 0 && p < 1)) continue;
    const double share = (static_cast<double>(cells[k]) + 0.5) / total;
    // Its spread under the claim or as counted, the larger: an empty cell says little of itself.
    const double spread = 1 / std::sqrt(total * std::min(p * (1 - p), share * (1 - share)));
    const double moved = std::log(share / (1 - share)) - std::log(p / (1 - p));
    if (!best || std::fabs(moved) / spread > best->score()) {
      best = found(fmt::format("logit of class {} ({}), shifted by", k, law.name), moved, spread, 0);
    }
  }
  return best;
}

std::optional<Found> top_of_grid(const RatioLaw& law, const std::vector<std::int64_t>& sums) {
  // Least squares of a d + b d^2 at d = value - expected.
  double s2 = 0, s3 = 0, s4 = 0, t1 = 0, t2 = 0, reach = 0;
  for (std::size_t i = 0; i < law.values.size() && i < sums.size(); ++i) {
    const double d = law.values[i] - law.expected;
    const double log_ratio = std::ldexp(static_cast<double>(sums[i]), -32);
    s2 += d * d;
    s3 += d * d * d;
    s4 += d * d * d * d;
    t1 += d * log_ratio;
    t2 += d * d * log_ratio;
    reach = std::max(reach, std::fabs(d));
  }
  const double determinant = s2 * s4 - s3 * s3;
  if (!(determinant > 0)) return std::nullopt;
  const double a = (t1 * s4 - t2 * s3) / determinant;
  const double b = (t2 * s2 - t1 * s3) / determinant;
  if (!(b < 0)) return std::nullopt;
  const double moved = -a / (2 * b);
  if (std::fabs(moved) > 3 * reach) return std::nullopt;
  return found(law.quantity, law.expected + moved, 1 / std::sqrt(-2 * b), law.expected);
}

Found correlation(const CellLaw& law, const std::vector<std::uint64_t>& cells) {
  const auto side = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(cells.size()))));
  const std::vector<double> scores = normal_scores(side);
  double variance = 0;
  for (const double score : scores) variance += score * score / static_cast<double>(side);
  const double total = total_of(cells);
  double product = 0;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    product += static_cast<double>(cells[k]) / total * scores[k / side] * scores[k % side];
  }
  return found("correlation in " + law.name, product / (variance * variance), 1 / (variance * std::sqrt(total)), 0);
}

}  // namespace

std::vector<Estimate> estimates_of(const Engine& engine, const Counts& counts, double miss_rate) {
  std::optional<Found> factor, logit, pairs, grid_logit;
  std::vector<std::optional<Found>> grids;
  for (std::size_t t = 0; t < engine.laws().size(); ++t) {
    const CellLaw& law = engine.laws()[t];
    const std::vector<std::uint64_t>& cells = counts.tables[t];
    if (total_of(cells) == 0) continue;
    bool impossible = false;
    for (std::size_t k = 0; k < cells.size(); ++k) impossible = impossible || (cells[k] > 0 && law.probability[k] == 0);
    if (impossible) continue;
    if (law.temperature) {
      if (auto made = factor_on_logits(law, cells)) keep(factor, *made);
      if (auto made = most_moved_logit(law, cells)) keep(logit, *made);
    }
    if (law.cells == Cells::squares_of_two_uniforms) keep(pairs, correlation(law, cells));
  }
  for (std::size_t r = 0; r < engine.ratios().size(); ++r) {
    const RatioLaw& law = engine.ratios()[r];
    const std::optional<Found> made = top_of_grid(law, counts.ratios[r]);
    if (!made) continue;
    // Shifts are of one kind, whatever the class.
    if (law.expected == 0) {
      keep(grid_logit, *made);
    } else {
      grids.push_back(made);
    }
  }
  std::vector<Found> all;
  for (const auto& one : {factor, logit, pairs, grid_logit}) {
    if (one) all.push_back(*one);
  }
  for (const auto& one : grids) all.push_back(*one);
  std::stable_sort(all.begin(), all.end(), [](const Found& a, const Found& b) { return a.score() > b.score(); });
  const double reach = boost::math::quantile(complement(boost::math::normal(), miss_rate / 2));
  std::vector<Estimate> made;
  for (Found& one : all) {
    if (!(one.score() > reach) || made.size() == kMostEstimates) break;
    one.estimate.low = one.estimate.value - reach * one.spread;
    one.estimate.high = one.estimate.value + reach * one.spread;
    made.push_back(std::move(one.estimate));
  }
  return made;
}

}  // namespace gumbelcheck::statistic
