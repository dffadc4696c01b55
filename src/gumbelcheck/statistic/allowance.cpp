#include "gumbelcheck/statistic/allowance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace gumbelcheck::statistic {

MassBounds allowed(double mass, const Allowance& allowance) {
  if (!(mass >= 0 && mass <= 1 + kLawRounding) || !(allowance.size >= 0)) {
    throw std::invalid_argument(fmt::format(
        "allowed: mass is {} and size {}; a mass lies in [0, 1], and a size is not negative", mass, allowance.size));
  }
  if (mass == 0) return {0, 0};
  if (mass >= 1) return {1, 1};
  const double up = std::exp(allowance.size);
  const double down = std::exp(-allowance.size);
  MassBounds bounds;
  if (allowance.scale == Scale::log_odds) {
    bounds = {mass * down / (mass * down + (1 - mass)), mass * up / (mass * up + (1 - mass))};
  } else {
    bounds = {std::max(mass * down, 1 - (1 - mass) * up), std::min(mass * up, 1 - (1 - mass) * down)};
  }
  return {std::max(0.0, bounds.low * (1 - kLawRounding)), std::min(1.0, bounds.high * (1 + kLawRounding))};
}

CellSets::CellSets(std::span<const double> probability) : by_mass_(probability.size()) {
  std::iota(by_mass_.begin(), by_mass_.end(), std::size_t{0});
  std::ranges::stable_sort(by_mass_, [&](std::size_t a, std::size_t b) { return probability[a] > probability[b]; });
  mass_ = sums(probability);
  for (double& mass : mass_) mass = std::clamp(mass, 0.0, 1.0);
}

template <class Value>
std::vector<Value> CellSets::sums(std::span<const Value> cells) const {
  std::vector<Value> all(cells.begin(), cells.end());
  const auto running = [&](const auto& cell_at) {
    Value sum{};
    for (std::size_t k = 0; k + 1 < cells.size(); ++k) all.push_back(sum += cells[cell_at(k)]);
  };
  running([&](std::size_t k) { return by_mass_[k]; });
  running([](std::size_t k) { return k; });
  return all;
}

std::vector<std::uint64_t> CellSets::counts(std::span<const std::uint64_t> cells) const { return sums(cells); }

std::vector<bool> CellSets::members(std::size_t set) const {
  const std::size_t cells = by_mass_.size();
  std::vector<bool> inside(cells);
  if (set < cells) {
    inside[set] = true;
  } else if (set < 2 * cells - 1) {
    for (std::size_t k = 0; k <= set - cells; ++k) inside[by_mass_[k]] = true;
  } else {
    for (std::size_t k = 0; k <= set - (2 * cells - 1); ++k) inside[k] = true;
  }
  return inside;
}

std::string CellSets::name(std::size_t set) const {
  const std::size_t cells = by_mass_.size();
  if (set < cells) return fmt::format("cell {}", set);
  const bool heaviest = set < 2 * cells - 1;
  return fmt::format("the {} {} cells", set - (heaviest ? cells : 2 * cells - 1) + 1, heaviest ? "heaviest" : "first");
}

double largest_log_ratio(std::span<const double> probability, std::span<const std::uint64_t> counts,
                         const Allowance& allowance) {
  std::vector<MassBounds> bounds;
  for (const double p : probability) bounds.push_back(allowed(p, allowance));
  const auto chosen = [&](std::size_t k, double mu) {
    // A cell without hits only takes mass from the others.
    if (counts[k] == 0) return bounds[k].low;
    return std::clamp(static_cast<double>(counts[k]) / mu, bounds[k].low, bounds[k].high);
  };
  const double total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  double low = 0;
  double high = 4 * total * std::exp(allowance.size) + 1;  // there every chosen q_k is at its lower bound
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    double sum = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) sum += chosen(k, middle);
    (sum > 1 ? low : high) = middle;
  }
  const double mu = high;
  double value = 0;
  double sum = 0;
  double size = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const double q = chosen(k, mu);
    sum += q;
    if (counts[k] == 0) continue;
    const double term = static_cast<double>(counts[k]) * std::log(q / probability[k]);
    value += term;
    size += std::fabs(term) + static_cast<double>(counts[k]);
  }
  constexpr double unit = std::numeric_limits<double>::epsilon();
  return value - mu * (sum - 1) + (static_cast<double>(counts.size()) + 8) * unit * (size + mu);
}

}  // namespace gumbelcheck::statistic
