// The test of a law that a subject need only come near: fair against every law within the tolerance, and not blind
// beyond it.

#include "gumbelcheck/statistic/within.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "statistic/simulation.hpp"

namespace gumbelcheck::statistic {
namespace {

const std::vector<double> kLaw = {.2, .3, .5};
const std::vector<Allowance> kAllowances = {{Scale::log_odds, .25}, {Scale::log_probability, .1}, {Scale::log_odds, 0}};

WithinTest test_of(const std::vector<double>& law, Allowance allowance, double effect, std::uint64_t draws,
                   double false_alarm_rate = 1e-9) {
  return WithinTest({{.name = "classes", .probability = law, .temperature = true}}, allowance,
                    {.budget = {.false_alarm_rate = false_alarm_rate},
                     .effect = effect,
                     .draws = draws,
                     .control_stream = {.seed = 5, .purpose = random::Purpose::control}});
}

TEST(Allowed, IsTheTranslationOfTheLogOdds) {
  const MassBounds bounds = allowed(.3, {Scale::log_odds, .25});
  const double log_odds = std::log(.3 / .7);
  EXPECT_NEAR(std::log(bounds.low / (1 - bounds.low)), log_odds - .25, 1e-12);
  EXPECT_NEAR(std::log(bounds.high / (1 - bounds.high)), log_odds + .25, 1e-12);
}

TEST(Allowed, OfASetAndOfItsComplementAgree) {
  for (const Allowance& allowance : kAllowances) {
    for (const double mass : {1e-6, .1, .5, .93}) {
      const MassBounds inside = allowed(mass, allowance);
      const MassBounds outside = allowed(1 - mass, allowance);
      EXPECT_NEAR(inside.low, 1 - outside.high, 1e-13);
      EXPECT_NEAR(inside.high, 1 - outside.low, 1e-13);
      EXPECT_LE(inside.low, mass);
      EXPECT_GE(inside.high, mass);
    }
  }
}

TEST(Allowed, ZeroAndOneAllowThemselvesOnly) {
  for (const Allowance& allowance : kAllowances) {
    EXPECT_EQ(allowed(0, allowance).high, 0);
    EXPECT_EQ(allowed(1, allowance).low, 1);
  }
  EXPECT_THROW(allowed(1.5, {}), std::invalid_argument);
  EXPECT_THROW(allowed(.5, {Scale::log_odds, -1}), std::invalid_argument);
}

TEST(CellSets, CountTheirMembers) {
  const std::vector<double> law = {.1, .4, .2, .3};
  const std::vector<std::uint64_t> cells = {5, 7, 11, 13};
  const CellSets sets(law);
  ASSERT_EQ(sets.size(), 4u + 3u + 3u);
  const std::vector<std::uint64_t> counts = sets.counts(cells);
  for (std::size_t set = 0; set < sets.size(); ++set) {
    const std::vector<bool> members = sets.members(set);
    std::uint64_t expected = 0;
    double mass = 0;
    for (std::size_t k = 0; k < cells.size(); ++k) {
      expected += members[k] ? cells[k] : 0;
      mass += members[k] ? law[k] : 0;
    }
    EXPECT_EQ(counts[set], expected) << sets.name(set);
    EXPECT_NEAR(sets.mass()[set], mass, 1e-15) << sets.name(set);
  }
  EXPECT_EQ(sets.name(5), "the 2 heaviest cells");
  EXPECT_TRUE(sets.members(5)[1] && sets.members(5)[3]);
}

// All laws on a fine grid whose cells are within their bounds.
void each_allowed_law(const Allowance& allowance, const std::function<void(const std::vector<double>&)>& use) {
  constexpr int kGrid = 200;
  const auto inside = [&](std::size_t k, double q) { return allowed(kLaw[k], allowance).distance(q) <= 1e-12; };
  for (int i = 1; i < kGrid; ++i) {
    for (int j = 1; i + j < kGrid; ++j) {
      const std::vector<double> q = {i / double{kGrid}, j / double{kGrid}, (kGrid - i - j) / double{kGrid}};
      if (inside(0, q[0]) && inside(1, q[1]) && inside(2, q[2])) use(q);
    }
  }
}

TEST(LargestLogRatio, IsTheMaximumOverTheAllowedLaws) {
  for (const Allowance& allowance : {kAllowances[0], kAllowances[1]}) {
    for (const std::vector<std::uint64_t>& counts :
         std::vector<std::vector<std::uint64_t>>{{2, 3, 5}, {9, 1, 0}, {0, 0, 7}, {30, 30, 40}, {1, 50, 1}}) {
      double largest = -HUGE_VAL;
      each_allowed_law(allowance, [&](const std::vector<double>& q) {
        double value = 0;
        for (std::size_t k = 0; k < q.size(); ++k) value += static_cast<double>(counts[k]) * std::log(q[k] / kLaw[k]);
        largest = std::max(largest, value);
      });
      const double found = largest_log_ratio(kLaw, counts, allowance);
      EXPECT_GE(found, largest);
      EXPECT_LE(found, largest + .025 * 102);  // the grid's own distance from the maximum
    }
  }
}

double expectation(const std::vector<double>& q, std::uint64_t n, const WithinTest& test) {
  Counts counts = test.engine().empty();
  double sum = 0;
  for (std::uint64_t a = 0; a <= n; ++a) {
    for (std::uint64_t b = 0; a + b <= n; ++b) {
      counts.tables[0] = {a, b, n - a - b};
      double mass = std::tgamma(static_cast<double>(n) + 1);
      for (std::size_t k = 0; k < 3; ++k) {
        const double hits = static_cast<double>(counts.tables[0][k]);
        mass *= std::pow(q[k], hits) / std::tgamma(hits + 1);
      }
      sum += mass * std::exp(test.log_e(counts).lower);
    }
  }
  return sum;
}

// By exact enumeration. Under a law beyond the tolerance the expectation grows, or the test would be blind.
TEST(WithinFairBet, ExpectsAtMostOneUnderEveryAllowedLaw) {
  for (const Allowance& allowance : {kAllowances[0], kAllowances[1]}) {
    const WithinTest test = test_of(kLaw, allowance, .1, 64);
    for (const std::uint64_t n : {1u, 5u, 12u}) {
      EXPECT_LE(expectation(kLaw, n, test), 1 + 1e-12);
      int step = 0;
      each_allowed_law(allowance, [&](const std::vector<double>& q) {
        if (step++ % 7 == 0) {
          EXPECT_LE(expectation(q, n, test), 1 + 1e-12) << q[0] << " " << q[1];
        }
      });
    }
    EXPECT_GT(expectation({.6, .2, .2}, 12, test), 2);
  }
}

struct Outcome {
  Decision decision = Decision::go_on;
  Evidence evidence;
};

Outcome drawn_from(const std::vector<double>& q, WithinTest test, std::uint32_t path) {
  random::Stream stream = calibration_stream(77, path);
  const Sampler sampler(q);
  Counts counts = test.engine().empty();
  Outcome outcome;
  for (const std::uint64_t look : test.schedule()) {
    sampler.add(counts.tables[0], look - counts.rows, stream);
    counts.rows = look;
    outcome.decision = test.look(counts);
    if (outcome.decision != Decision::go_on) break;
  }
  outcome.evidence = test.evidence();
  return outcome;
}

// A law at the very edge of the tolerance, in a set of two cells: the worst that must pass.
TEST(WithinStatistical, UpholdsAtTheEdge) {
  const double high = allowed(.5, {Scale::log_odds, .25}).high;
  const std::vector<double> edge = {.2 * (1 - high) / .5, .3 * (1 - high) / .5, high};
  for (std::uint32_t path = 0; path < 20; ++path) {
    const Outcome outcome = drawn_from(edge, test_of(kLaw, {Scale::log_odds, .25}, .01, 1u << 20), path);
    EXPECT_EQ(outcome.decision, Decision::upheld) << outcome.evidence.effect_high;
    ASSERT_TRUE(outcome.evidence.control);
    EXPECT_TRUE(outcome.evidence.control->refuted);
  }
}

TEST(WithinStatistical, RaisesFalseAlarmsAtMostAsOftenAsSaid) {
  // The budget's share of a check is a thousandth; .1 is what is left of 100.
  const double high = allowed(.5, {Scale::log_odds, .25}).high;
  const std::vector<double> edge = {.2 * (1 - high) / .5, .3 * (1 - high) / .5, high};
  int alarms = 0;
  constexpr int kPaths = 300;
  for (std::uint32_t path = 0; path < kPaths; ++path) {
    const WithinTest test = test_of(kLaw, {Scale::log_odds, .25}, .05, 4096, .999);
    Outcome outcome = drawn_from(edge, test, 1000 + path);
    alarms += outcome.evidence.largest_log_e >= std::log(10.0);
  }
  EXPECT_LE(alarms, kPaths / 10);
}

TEST(WithinStatistical, RefutesTheDeclaredEffectBeyondTheEdge) {
  constexpr std::uint64_t kDraws = 1u << 19;
  for (const Allowance& allowance : kAllowances) {
    const double high = allowed(.5, allowance).high;
    const double seen = [&] {
      WithinTest test = test_of(kLaw, allowance, .02, kDraws);
      return drawn_from(kLaw, test, 0).evidence.smallest_detectable_effect;
    }();
    EXPECT_LT(seen, .0105);
    const double beyond = high + seen;
    const std::vector<double> wrong = {.2 * (1 - beyond) / .5, .3 * (1 - beyond) / .5, beyond};
    for (std::uint32_t path = 0; path < 20; ++path) {
      const Outcome outcome = drawn_from(wrong, test_of(kLaw, allowance, .01, kDraws), 2000 + path);
      EXPECT_EQ(outcome.decision, Decision::refuted) << outcome.evidence.log_e;
      EXPECT_LE(outcome.evidence.effect_low, seen);
    }
  }
}

TEST(Within, AnImpossibleCellRefutesAtOnce) {
  WithinTest test = test_of({.5, .5, 0}, {Scale::log_odds, .25}, .1, 64);
  Counts counts = test.engine().empty();
  counts.tables[0] = {8, 7, 1};
  counts.rows = test.schedule().front();
  ASSERT_EQ(counts.rows, 16u);
  EXPECT_EQ(test.look(counts), Decision::refuted);
}

// A look takes what the schedule says, and none follows the end: as in SequentialTest.
TEST(Within, RefusesWhatIsNoLookOfItsSchedule) {
  WithinTest test = test_of({.5, .5}, {Scale::log_odds, .25}, .1, 64);
  Counts counts = test.engine().empty();
  counts.tables[0] = {8, 9};
  counts.rows = 17;
  EXPECT_THROW(test.look(counts), std::invalid_argument);
  counts.tables[0] = {8, 8};
  counts.rows = test.schedule().front();
  EXPECT_EQ(test.look(counts), Decision::go_on);
  Counts fewer = counts;
  fewer.tables[0] = {7, 8};
  fewer.rows = 15;
  EXPECT_THROW(test.stop(fewer), std::invalid_argument);
  EXPECT_EQ(test.evidence().draws, 16u) << "what is refused leaves no trace";
  EXPECT_EQ(test.stop(counts), Decision::inconclusive);
  EXPECT_THROW(test.stop(counts), std::logic_error);
  EXPECT_THROW(test.look(counts), std::logic_error);
  try {
    test_of({.5, .5}, {Scale::log_odds, .25}, 0, 64);
    ADD_FAILURE() << "an effect of 0";
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(std::string(error.what()).find("WithinTest: "), 0u) << error.what();
  }
}

}  // namespace
}  // namespace gumbelcheck::statistic
