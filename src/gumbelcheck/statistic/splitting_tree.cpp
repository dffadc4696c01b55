#include "gumbelcheck/statistic/splitting_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/statistic/compensated_sum.hpp"

namespace gumbelcheck::statistic {
namespace {

// Doubles all through: the last digits of a z-score change nothing.
using Quick = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

// The square of the normal quantile of F(x - 1) + V f(x), x of n at rate p; from whichever tail is the smaller one.
double squared_score(std::uint64_t x, std::uint64_t n, double p, const random::UniformPair& v) {
  const double hits = static_cast<double>(x);
  const double misses = static_cast<double>(n - x);
  const double mass =
      n == 0 ? 1 : boost::math::ibeta_derivative(hits + 1, misses + 1, p, Quick()) / (hits + misses + 1);
  const double below = x == 0 ? 0 : boost::math::ibetac(hits, misses + 1, p, Quick());
  const double above = x == n ? 0 : boost::math::ibeta(hits + 1, misses, p, Quick());
  const double tail = std::min(below + v.lower * mass, above + v.upper * mass);
  const double kept = std::clamp(tail, std::numeric_limits<double>::min(), 0.5);
  const double score = boost::math::quantile(boost::math::normal_distribution<double, Quick>(), kept);
  return score * score;
}

}  // namespace

FixedDrawsTest splitting_tree_test(std::span<const std::uint64_t> counts, std::span<const double> probability,
                                   const random::StreamId& stream) {
  if (counts.size() != probability.size()) {
    throw std::invalid_argument(fmt::format("splitting_tree_test: {} counts for {} probabilities; one a cell.",
                                            counts.size(), probability.size()));
  }
  // Running sums over the possible cells.
  std::vector<double> mass{0};
  std::vector<std::uint64_t> hits{0};
  CompensatedSum sum;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (probability[k] == 0) {
      if (counts[k] == 0) continue;
      return {.statistic = std::numeric_limits<double>::infinity(),
              .p_value = 0,
              .label = fmt::format("{} draws in cell {} of probability 0", counts[k], k)};
    }
    sum.add(probability[k]);
    mass.push_back(sum.value());
    hits.push_back(hits.back() + counts[k]);
  }
  const std::size_t cells = mass.size() - 1;
  if (cells < 2) return {.label = "not computed: fewer than two cells"};
  if (cells > kMostCellsOfATree) return {.label = fmt::format("not computed: more than {} cells", kMostCellsOfATree)};
  random::Stream words(stream);
  CompensatedSum statistic;
  std::vector<std::pair<std::size_t, std::size_t>> nodes{{0, cells}};
  while (!nodes.empty()) {
    const auto [first, last] = nodes.back();
    nodes.pop_back();
    if (last - first < 2) continue;
    const auto begin = mass.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = mass.begin() + static_cast<std::ptrdiff_t>(last);
    const double half = (mass[first] + mass[last]) / 2;
    auto middle = static_cast<std::size_t>(std::lower_bound(begin, end, half) - mass.begin());
    if (middle > first && half - mass[middle - 1] < mass[middle] - half) --middle;
    middle = std::clamp(middle, first + 1, last - 1);
    const double share = std::clamp((mass[middle] - mass[first]) / (mass[last] - mass[first]), 0.0, 1.0);
    statistic.add(
        squared_score(hits[middle] - hits[first], hits[last] - hits[first], share, random::uniform_pair(words())));
    nodes.emplace_back(first, middle);
    nodes.emplace_back(middle, last);
  }
  const double degrees = static_cast<double>(cells - 1);
  return {.statistic = statistic.value(),
          .degrees_of_freedom = degrees,
          .p_value = boost::math::gamma_q(degrees / 2, statistic.value() / 2),
          .label = "level exact: splitting tree, randomised"};
}

}  // namespace gumbelcheck::statistic
