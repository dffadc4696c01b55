#pragma once

// Pearson's chi-squared test, by Boost.Math's law, where its stated level is true: classes are pooled, smallest first,
// until each cell expects 500 draws or more, and the degrees of freedom are those of the pooled cells.

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <cstdint>
#include <numeric>
#include <span>
#include <stdexcept>
#include <vector>

namespace gumbelcheck::headline {

inline constexpr double kLeastExpected = 500;

// Which classes go together: a matter of the law and the number of draws, never of the counts.
inline std::vector<std::vector<std::size_t>> pooled(std::span<const double> probability, double draws) {
  std::vector<std::size_t> order(probability.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::less(), [&](std::size_t k) { return probability[k]; });
  std::vector<std::vector<std::size_t>> cells(1);
  double expected = 0;
  for (const std::size_t k : order) {
    if (probability[k] == 0) continue;  // a hit there refutes by itself, and is not to be lost in a pool
    if (expected >= kLeastExpected) {
      cells.emplace_back();
      expected = 0;
    }
    cells.back().push_back(k);
    expected += draws * probability[k];
  }
  if (expected < kLeastExpected && cells.size() > 1) {
    cells[cells.size() - 2].insert(cells[cells.size() - 2].end(), cells.back().begin(), cells.back().end());
    cells.pop_back();
  }
  if (cells.size() < 2) throw std::invalid_argument("goodness of fit: too few draws for two cells; nothing is tested");
  return cells;
}

// The chance that a right sampler gives counts as far from the law as these.
inline double p_value_of_fit(std::span<const std::uint64_t> counts, std::span<const double> probability) {
  const double draws = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (probability[k] == 0 && counts[k] > 0) return 0;
  }
  const auto cells = pooled(probability, draws);
  double statistic = 0;
  for (const auto& cell : cells) {
    double expected = 0, observed = 0;
    for (const std::size_t k : cell) {
      expected += draws * probability[k];
      observed += static_cast<double>(counts[k]);
    }
    statistic += (observed - expected) * (observed - expected) / expected;
  }
  const boost::math::chi_squared law(static_cast<double>(cells.size() - 1));
  return boost::math::cdf(boost::math::complement(law, statistic));
}

// The chance that the test at this level overlooks a sampler that really follows `other`.
inline double miss_rate_of_fit(std::span<const double> probability, std::span<const double> other, double draws,
                               double level) {
  const auto cells = pooled(probability, draws);
  double noncentrality = 0;
  for (const auto& cell : cells) {
    double expected = 0, difference = 0;
    for (const std::size_t k : cell) {
      expected += draws * probability[k];
      difference += draws * (other[k] - probability[k]);
    }
    noncentrality += difference * difference / expected;
  }
  const double freedom = static_cast<double>(cells.size() - 1);
  const double threshold = boost::math::quantile(complement(boost::math::chi_squared(freedom), level));
  return noncentrality == 0 ? 1 - level
                            : boost::math::cdf(boost::math::non_central_chi_squared(freedom, noncentrality), threshold);
}

}  // namespace gumbelcheck::headline
