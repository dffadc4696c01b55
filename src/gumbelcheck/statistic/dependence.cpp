#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "gumbelcheck/statistic/compensated_sum.hpp"
#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr std::array kCorrelations = {-0x1p-2, -0x1p-4, -0x1p-6, -0x1p-8, 0x1p-8, 0x1p-6, 0x1p-4, 0x1p-2};
constexpr std::array kShares = {0x1p-9, 0x1p-7, 0x1p-5, 0x1p-3, 0x1p-1};
constexpr std::array kLogScales = {-0x1p-3, -0x1p-5, -0x1p-7, -0x1p-9, 0x1p-9, 0x1p-7, 0x1p-5, 0x1p-3};
constexpr int kTerms = 12;  // of the series: 2^-24 is what the first one left out has at the largest correlation

// The integrals of the Hermite polynomials 1 ... kTerms over each bin, normalised: [k - 1][bin].
std::vector<std::vector<double>> hermite_integrals(std::size_t bins) {
  // He_(k-1)(x) phi(x) / sqrt(k!) at the edges; 0 at both infinities. The integral over a bin is the difference.
  std::vector<std::vector<double>> at_edges(kTerms, std::vector<double>(bins + 1, 0.0));
  for (std::size_t i = 1; i < bins; ++i) {
    const double x = boost::math::quantile(boost::math::normal(), static_cast<double>(i) / static_cast<double>(bins));
    double before = 0;
    double polynomial = boost::math::pdf(boost::math::normal(), x);  // times the density
    double root_of_factorial = 1;
    for (int k = 1; k <= kTerms; ++k) {
      root_of_factorial *= std::sqrt(k);
      at_edges[static_cast<std::size_t>(k - 1)][i] = polynomial / root_of_factorial;
      const double next = x * polynomial - (k - 1) * before;
      before = polynomial;
      polynomial = next;
    }
  }
  std::vector<std::vector<double>> integrals(kTerms, std::vector<double>(bins));
  for (std::size_t k = 0; k < integrals.size(); ++k) {
    for (std::size_t i = 0; i < bins; ++i) integrals[k][i] = at_edges[k][i] - at_edges[k][i + 1];
  }
  return integrals;
}

// The average of fixed alternatives to a table of equal cells.
class FixedAlternatives final : public Component {
 public:
  FixedAlternatives(std::string name, const std::vector<std::vector<double>>& alternatives) : name_(std::move(name)) {
    for (const std::vector<double>& q : alternatives) {
      CompensatedSum sum;
      for (const double mass : q) sum.add(mass);
      const double cells = static_cast<double>(q.size());
      std::vector<double> logs;
      for (const double mass : q) logs.push_back(std::log(cells * (mass / sum.value())));
      log_ratios_.push_back(std::move(logs));
    }
  }

  BoundedLog log_e(const Histogram& histogram) const override {
    std::vector<double> terms;
    double largest_size = 0;
    for (const std::vector<double>& logs : log_ratios_) {
      CompensatedSum sum;
      double size = 0;
      for (const auto& [cell, count] : histogram.hits) {
        const double term = static_cast<double>(count) * logs[cell];
        sum.add(term);
        size += std::fabs(term);
      }
      terms.push_back(sum.value());
      largest_size = std::max(largest_size, size);
    }
    // What rounding made of the alternative counts as rounding of the law: a few units an entry.
    const double unit = std::numeric_limits<double>::epsilon();
    return log_mean(terms, terms.size(),
                    8 * unit * largest_size + static_cast<double>(histogram.total) * 2 * kLawRounding);
  }

  std::string name() const override { return name_; }

 private:
  std::string name_;
  std::vector<std::vector<double>> log_ratios_;
};

}  // namespace

std::vector<double> normal_scores(std::size_t bins) {
  std::vector<double> scores = hermite_integrals(bins).front();
  for (double& score : scores) score *= static_cast<double>(bins);
  return scores;
}

Components dependence(std::span<const double> probability) {
  const auto side = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(probability.size()))));
  const bool equal = std::ranges::all_of(
      probability, [&](double p) { return std::fabs(p * static_cast<double>(probability.size()) - 1) <= 1e-12; });
  if (side < 2 || side * side != probability.size() || !equal) {
    throw std::invalid_argument(
        fmt::format("dependence: probability has {} cells{}, but squares of two uniforms are a square number, at least "
                    "4, and alike.",
                    probability.size(), equal ? "" : " that differ"));
  }
  const std::vector<std::vector<double>> integrals = hermite_integrals(side);
  const double cell = 1 / static_cast<double>(probability.size());
  std::vector<std::vector<double>> correlated;
  for (const double rho : kCorrelations) {
    std::vector<double> q(probability.size(), cell);
    double power = 1;
    for (const std::vector<double>& a : integrals) {
      power *= rho;
      for (std::size_t i = 0; i < side; ++i) {
        for (std::size_t j = 0; j < side; ++j) q[i * side + j] += power * a[i] * a[j];
      }
    }
    correlated.push_back(std::move(q));
  }
  std::vector<std::vector<double>> shared;
  for (const double share : kShares) {
    for (const bool antithetic : {false, true}) {
      std::vector<double> q(probability.size(), (1 - share) * cell);
      for (std::size_t i = 0; i < side; ++i) {
        q[i * side + (antithetic ? side - 1 - i : i)] += share / static_cast<double>(side);
      }
      shared.push_back(std::move(q));
    }
  }
  return {std::make_shared<FixedAlternatives>("correlation of normal scores", correlated),
          std::make_shared<FixedAlternatives>("a share of equal or opposite uniforms", shared)};
}

Components log_odds_scale(std::size_t bins) {
  if (bins < 2) {
    throw std::invalid_argument(fmt::format("log_odds_scale: bins is {}, but there are at least two.", bins));
  }
  std::vector<std::vector<double>> alternatives;
  for (const double log_scale : kLogScales) {
    // u^s / (u^s + (1 - u)^s) at the edges.
    const auto below = [&](std::size_t edge) {
      const double u = static_cast<double>(edge) / static_cast<double>(bins);
      const double power = std::pow(u, std::exp(log_scale));
      return power / (power + std::pow(1 - u, std::exp(log_scale)));
    };
    std::vector<double> q;
    for (std::size_t i = 0; i < bins; ++i) q.push_back(below(i + 1) - below(i));
    alternatives.push_back(std::move(q));
  }
  return {std::make_shared<FixedAlternatives>("scale of log-odds", alternatives)};
}

}  // namespace gumbelcheck::statistic
