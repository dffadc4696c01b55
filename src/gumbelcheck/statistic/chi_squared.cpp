#include "gumbelcheck/statistic/chi_squared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace gumbelcheck::statistic {
namespace {

struct Cell {
  double probability = 0;
  std::uint64_t count = 0;
};

struct Pooled {
  std::vector<Cell> cells;
  std::uint64_t draws = 0;
  std::uint64_t impossible_hits = 0;
};

// Smallest cells first, each pool closed as soon as it is large enough; what is left over at the end joins
// the last pool. Which cells go together depends on the law and n alone, never on the counts.
Pooled pool(std::span<const std::uint64_t> counts, std::span<const double> probability, double expected) {
  if (counts.size() != probability.size()) {
    throw std::invalid_argument(fmt::format("pearson_test, g_test: {} counts for {} probabilities; one a cell.",
                                            counts.size(), probability.size()));
  }
  Pooled made;
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (!(probability[k] >= 0 && probability[k] <= 1)) {
      throw std::invalid_argument(
          fmt::format("pearson_test, g_test: probability[{}] is {}, not between 0 and 1.", k, probability[k]));
    }
    made.draws += counts[k];
    if (probability[k] == 0) {
      made.impossible_hits += counts[k];
    } else {
      order.push_back(k);
    }
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return probability[a] < probability[b]; });
  const double draws = static_cast<double>(made.draws);
  Cell open;
  for (const std::size_t k : order) {
    open.probability += probability[k];
    open.count += counts[k];
    if (draws * open.probability >= expected) {
      made.cells.push_back(open);
      open = {};
    }
  }
  if (open.probability > 0 && !made.cells.empty()) {
    made.cells.back().probability += open.probability;
    made.cells.back().count += open.count;
  }
  return made;
}

FixedDrawsTest impossible(std::uint64_t hits) {
  return {.statistic = std::numeric_limits<double>::infinity(),
          .degrees_of_freedom = 0,
          .p_value = 0,
          .label = fmt::format("{} draws in cells of probability 0", hits)};
}

double chi_squared_tail(double statistic, double degrees) { return boost::math::gamma_q(degrees / 2, statistic / 2); }

}  // namespace

FixedDrawsTest pearson_test(std::span<const std::uint64_t> counts, std::span<const double> probability) {
  std::string label = "level true: cells pooled to an expected count of 500";
  Pooled pooled = pool(counts, probability, 500);
  if (pooled.impossible_hits > 0) return impossible(pooled.impossible_hits);
  if (pooled.cells.size() < 2) {
    pooled = pool(counts, probability, 5);
    label = "approximate: expected counts from 5";
  }
  if (pooled.cells.size() < 2) return {.label = "not computed: fewer than two cells with an expected count of 5"};
  FixedDrawsTest made{.degrees_of_freedom = static_cast<double>(pooled.cells.size() - 1), .label = label};
  for (const Cell& cell : pooled.cells) {
    const double expected = static_cast<double>(pooled.draws) * cell.probability;
    const double difference = static_cast<double>(cell.count) - expected;
    made.statistic += difference * difference / expected;
  }
  made.p_value = chi_squared_tail(made.statistic, made.degrees_of_freedom);
  return made;
}

FixedDrawsTest g_test(std::span<const std::uint64_t> counts, std::span<const double> probability) {
  const Pooled pooled = pool(counts, probability, 20);
  if (pooled.impossible_hits > 0) return impossible(pooled.impossible_hits);
  if (pooled.cells.size() < 2) return {.label = "not computed: fewer than two cells with an expected count of 20"};
  const double draws = static_cast<double>(pooled.draws);
  const double degrees = static_cast<double>(pooled.cells.size() - 1);
  double statistic = 0;
  double inverse = 0;
  for (const Cell& cell : pooled.cells) {
    const double count = static_cast<double>(cell.count);
    if (cell.count > 0) statistic += 2 * count * std::log(count / (draws * cell.probability));
    inverse += 1 / cell.probability;
  }
  const double correction = 1 + (inverse - 1) / (6 * draws * degrees);
  // A perfect fit can come out a few units below zero.
  statistic = std::max(0.0, statistic / correction);
  return {.statistic = statistic,
          .degrees_of_freedom = degrees,
          .p_value = chi_squared_tail(statistic, degrees),
          .label = "approximate: Williams' correction, cells pooled to an expected count of 20"};
}

}  // namespace gumbelcheck::statistic
