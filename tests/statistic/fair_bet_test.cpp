// Every component is a fair bet: over all tables of n draws, the sum of P(N) E(N) is 1. By exact enumeration, so
// without chance; and a component that is not fair is seen.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "gumbelcheck/statistic/component.hpp"
#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::statistic {
namespace {

using Table = std::vector<std::uint64_t>;
using LogBet = std::function<double(const Table&)>;

constexpr double kFair = 1e-12;
constexpr std::uint64_t kMostDraws = 12;

const std::vector<std::vector<double>>& laws() {
  static const std::vector<std::vector<double>> all = {
      {0.5, 0.5}, {0.9, 0.1}, {0.999, 0.001}, {0.2, 0.3, 0.5}, {0.25, 0.25, 0.25, 0.25}, {0.01, 0.09, 0.2, 0.7}};
  return all;
}

double expectation(const std::vector<double>& p, std::uint64_t n, const LogBet& log_e) {
  Table counts(p.size());
  double sum = 0;
  const std::function<void(std::size_t, std::uint64_t)> visit = [&](std::size_t cell, std::uint64_t left) {
    if (cell + 1 == p.size()) {
      counts[cell] = left;
      double mass = std::tgamma(static_cast<double>(n) + 1);
      for (std::size_t k = 0; k < p.size(); ++k) {
        mass *= std::pow(p[k], static_cast<double>(counts[k])) / std::tgamma(static_cast<double>(counts[k]) + 1);
      }
      if (mass > 0) sum += mass * std::exp(log_e(counts));
      return;
    }
    for (std::uint64_t take = 0; take <= left; ++take) {
      counts[cell] = take;
      visit(cell + 1, left - take);
    }
  };
  visit(0, n);
  return sum;
}

TEST(FairBet, EveryComponentOfCounts) {
  for (const std::vector<double>& p : laws()) {
    Components all = dirichlet_multinomial(p);
    for (const Components& more : {spike(p), temperature(p)}) all.insert(all.end(), more.begin(), more.end());
    ASSERT_EQ(all.size(), 11u);
    for (std::uint64_t n = 1; n <= kMostDraws; ++n) {
      for (const auto& component : all) {
        EXPECT_NEAR(expectation(p, n, [&](const Table& c) { return component->log_e(Histogram(c)).value; }), 1, kFair)
            << component->name() << " at n = " << n;
      }
    }
  }
}

// Two cells of one step, of a quarter octave and of a sixteenth, and others beside them; equal cells; far apart.
const std::vector<std::vector<double>>& stepped_laws() {
  static const std::vector<std::vector<double>> all = {
      {0.26, 0.25, 0.245, 0.245}, {0.5, 0.5}, {0.999, 0.001}, {0.25, 0.25, 0.25, 0.25}, {0.9, 0.0500001, 0.0499999}};
  return all;
}

TEST(FairBet, TheSteppedSpike) {
  for (const std::vector<double>& p : stepped_laws()) {
    const auto component = stepped_spike(p).at(0);
    for (std::uint64_t n = 1; n <= kMostDraws; ++n) {
      EXPECT_NEAR(expectation(p, n, [&](const Table& c) { return component->log_e(Histogram(c)).value; }), 1, kFair);
    }
  }
}

// A supermartingale, checked as such: whatever was drawn so far, one more draw raises it on average by nothing.
TEST(FairBet, NoDrawRaisesAGammaPoissonMixtureOnAverage) {
  for (const std::vector<double>& p : stepped_laws()) {
    for (const auto& component : gamma_poisson(p)) {
      const auto e = [&](const Table& c) { return std::exp(component->log_e(Histogram(c)).value); };
      double before = 1;
      for (std::uint64_t n = 1; n <= kMostDraws; ++n) {
        const double now = expectation(p, n, [&](const Table& c) { return component->log_e(Histogram(c)).value; });
        EXPECT_LE(now, before + kFair) << component->name() << " at n = " << n;
        before = now;
      }
      EXPECT_GT(before, 0.1) << component->name();
      // Every table of four draws, each in turn one draw longer.
      expectation(p, 4, [&](const Table& c) {
        double next = 0;
        for (std::size_t k = 0; k < p.size(); ++k) {
          Table longer = c;
          ++longer[k];
          next += p[k] * e(longer);
        }
        EXPECT_LE(next, e(c) * (1 + kFair)) << component->name();
        return 0.0;
      });
    }
  }
}

TEST(FairBet, TheComponentsOfPairs) {
  for (const auto& [cells, most] : {std::pair<std::size_t, std::uint64_t>{4, kMostDraws}, {9, 5}}) {
    const std::vector<double> p(cells, 1 / static_cast<double>(cells));
    const Components both = dependence(p);
    ASSERT_EQ(both.size(), 2u);
    for (std::uint64_t n = 1; n <= most; ++n) {
      for (const auto& component : both) {
        const auto bet = [&](const Table& c) { return component->log_e(Histogram(c)); };
        EXPECT_NEAR(expectation(p, n, [&](const Table& c) { return bet(c).value; }), 1, kFair) << component->name();
        EXPECT_LE(expectation(p, n, [&](const Table& c) { return bet(c).value - bet(c).error; }), 1);
      }
    }
  }
  for (const std::size_t bins : {2u, 3u, 4u}) {
    const std::vector<double> p(bins, 1 / static_cast<double>(bins));
    const auto component = log_odds_scale(bins).at(0);
    for (std::uint64_t n = 1; n <= kMostDraws; ++n) {
      EXPECT_NEAR(expectation(p, n, [&](const Table& c) { return component->log_e(Histogram(c)).value; }), 1, kFair);
    }
  }
  EXPECT_THROW(log_odds_scale(1), std::invalid_argument);
  EXPECT_THROW(dependence(std::vector<double>(8, .125)), std::invalid_argument);
  EXPECT_THROW(dependence(std::vector<double>{.25, .25, .3, .2}), std::invalid_argument);
}

TEST(FairBet, TheEngineOfAllOfThem) {
  for (const std::vector<double>& p : laws()) {
    const Engine engine({{.name = "classes", .probability = p, .temperature = true}});
    for (std::uint64_t n = 1; n <= kMostDraws; ++n) {
      const auto bet = [&](const Table& c) { return engine.log_e({.tables = {c}, .ratios = {}, .rows = n}); };
      EXPECT_NEAR(expectation(p, n, [&](const Table& c) { return (bet(c).lower + bet(c).upper) / 2; }), 1, kFair);
      // The end that decides is below 1, and not by much.
      const double lower = expectation(p, n, [&](const Table& c) { return bet(c).lower; });
      EXPECT_LE(lower, 1);
      EXPECT_GT(lower, 1 - 1e-11);
    }
  }
}

TEST(FairBet, AnImpossibleCellChangesNothingUntilItIsHit) {
  const std::vector<double> p = {0.3, 0, 0.7};
  const Engine engine({{.name = "classes", .probability = p, .temperature = true}});
  const auto log_e = [&](const Table& c) { return engine.log_e({.tables = {c}, .ratios = {}, .rows = 9}).lower; };
  EXPECT_NEAR(expectation(p, 9, log_e), 1, 1e-11);
  const LogE hit = engine.log_e({.tables = {{5, 1, 3}}, .ratios = {}, .rows = 9});
  EXPECT_EQ(hit.lower, std::numeric_limits<double>::infinity());
  EXPECT_NE(hit.leading.find("cell 1"), std::string::npos);
}

// What the enumeration exists for: bets that look right and are not.
TEST(FairBetFault, AComponentOneBillionthTooLargeIsSeen) {
  const std::vector<double> p = {0.2, 0.3, 0.5};
  const auto component = dirichlet_multinomial(p).at(4);
  const double found =
      expectation(p, 7, [&](const Table& c) { return component->log_e(Histogram(c)).value + std::log1p(1e-9); });
  EXPECT_GT(std::fabs(found - 1), kFair);
}

TEST(FairBetFault, ASpikeWhoseOtherCellsAreNotScaledIsSeen) {
  // r^N (1 - r p)^(n - N), and r^N alone, in place of r^N ((1 - r p)/(1 - p))^(n - N).
  const std::vector<double> p = {0.2, 0.3, 0.5};
  const auto spike_of = [&](double divisor) {
    return expectation(p, 7, [&](const Table& c) {
      const double hits = static_cast<double>(c[0]);
      return hits * std::log(1.1) + (7 - hits) * std::log((1 - 1.1 * p[0]) / divisor);
    });
  };
  EXPECT_NEAR(spike_of(1 - p[0]), 1, kFair);
  EXPECT_GT(std::fabs(spike_of(1) - 1), 0.1);
  EXPECT_GT(std::fabs(spike_of(1 - 1.1 * p[0]) - 1), 0.1);
}

TEST(FairBetFault, AGammaPoissonMixtureOfOtherMeansIsSeen) {
  // Means of n p_k / 2 in place of n p_k: as if every draw were counted twice.
  const std::vector<double> p = {0.26, 0.25, 0.245, 0.245};
  const auto component = gamma_poisson(p).at(5);
  const auto raised = [&](std::uint64_t n) {
    return expectation(p, n, [&](const Table& c) {
      double value = component->log_e(Histogram(c)).value;
      for (std::size_t k = 0; k < p.size(); ++k) {
        const double shape = 1 / std::pow(std::min(2.0, 0.6 / std::cbrt(0.25) / 4 / std::pow(0.25, 2. / 3)), 2);
        const double half = static_cast<double>(n) * p[k] / 2;
        value += (shape + static_cast<double>(c[k])) * (std::log(shape + 2 * half) - std::log(shape + half)) - half;
      }
      return value;
    });
  };
  EXPECT_GT(raised(7), 1.1);
}

TEST(FairBetFault, AMixtureWithoutItsNormaliserIsSeen) {
  // The Dirichlet-multinomial with c (c + 1) ... for one cell too few, and the temperature without its sum.
  const std::vector<double> p = {0.2, 0.3, 0.5};
  const auto component = dirichlet_multinomial(p).at(8);  // w = 1, c = 2
  const double one_draw_less = expectation(
      p, 7, [&](const Table& c) { return component->log_e(Histogram(c)).value + std::log((2.0 + 6) / (2.0 + 7)); });
  EXPECT_GT(std::fabs(one_draw_less - 1), 0.01);
  const double unnormalised = expectation(p, 7, [&](const Table& c) {
    double sum = 0;
    for (std::size_t k = 0; k < p.size(); ++k) sum += static_cast<double>(c[k]) * 0.01 * std::log(p[k]);
    return sum;
  });
  EXPECT_GT(std::fabs(unnormalised - 1), 0.01);
}

}  // namespace
}  // namespace gumbelcheck::statistic
