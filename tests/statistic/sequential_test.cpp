// What a look decides: right counts upheld, wrong ones refuted, too few inconclusive; and the error rates.

#include "gumbelcheck/statistic/sequential.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "gumbelcheck/statistic/exact_tails.hpp"
#include "gumbelcheck/statistic/power.hpp"
#include "statistic/simulation.hpp"

namespace gumbelcheck::statistic {
namespace {

const random::StreamId kControl{.seed = 7, .purpose = random::Purpose::control};

Engine classes(std::vector<double> probability) {
  return Engine({{.name = "classes", .probability = std::move(probability), .temperature = true}});
}

Counts counted(std::vector<std::uint64_t> cells) {
  const std::uint64_t rows = std::accumulate(cells.begin(), cells.end(), std::uint64_t{0});
  return {.tables = {std::move(cells)}, .ratios = {}, .rows = rows};
}

// Half of the cells up, half down, by this total variation: the dense direction, which is seen last.
std::vector<double> dense(std::vector<double> p, double effect) {
  for (std::size_t k = 0; k < p.size(); ++k) p[k] *= 1 + (k % 2 == 0 ? 2 : -2) * effect;
  return p;
}

// All of it from one cell to the others.
std::vector<double> one_cell(std::vector<double> p, double effect) {
  for (std::size_t k = 1; k < p.size(); ++k) p[k] *= 1 - effect / (1 - p[0]);
  p[0] += effect;
  return p;
}

struct Outcome {
  Decision decision = Decision::go_on;
  Evidence evidence;
  bool always_held = true;  // the true effect, in the interval of every look
};

Outcome judge(const std::vector<double>& law, const std::vector<double>& truth, const SequentialTest::Options& options,
              random::Stream stream) {
  SequentialTest test(classes(law), options);
  const Sampler sampler(truth);
  double effect = 0;
  for (std::size_t k = 0; k < law.size(); ++k) effect += std::fabs(truth[k] - law[k]) / 2;
  Counts counts = test.engine().empty();
  Outcome outcome;
  for (const std::uint64_t upto : test.schedule()) {
    sampler.add(counts.tables[0], upto - counts.rows, stream);
    counts.rows = upto;
    outcome.decision = test.look(counts);
    outcome.always_held = outcome.always_held && test.evidence().effect_low <= effect + 1e-12 &&
                          test.evidence().effect_high >= effect - 1e-12;
    if (outcome.decision != Decision::go_on) break;
  }
  outcome.evidence = test.evidence();
  return outcome;
}

TEST(LookSchedule, IsGeometricEvenAndEndsAtTheDraws) {
  EXPECT_EQ(look_schedule(10), (std::vector<std::uint64_t>{10}));
  EXPECT_EQ(look_schedule(64), (std::vector<std::uint64_t>{16, 18, 22, 26, 32, 38, 44, 52, 64}));
  EXPECT_EQ(look_schedule(std::uint64_t{1} << 19).size(), 61u);
  for (const std::uint64_t draws : {1ull, 17ull, 33ull, 999ull, 123457ull, 1ull << 40}) {
    const std::vector<std::uint64_t> schedule = look_schedule(draws);
    EXPECT_EQ(schedule.back(), draws);
    for (std::size_t i = 0; i + 1 < schedule.size(); ++i) {
      EXPECT_LT(schedule[i], schedule[i + 1]);
      EXPECT_EQ(schedule[i] % 2, 0u);
      EXPECT_GE(schedule[i], 16u);
    }
  }
  EXPECT_THROW(look_schedule(0), std::invalid_argument);
}

TEST(Budget, SharesTheFalseAlarmRate) {
  EXPECT_DOUBLE_EQ((Budget{.false_alarm_rate = 1e-9, .checks = 3}.alpha_per_check()), 1e-12);
  EXPECT_DOUBLE_EQ((Budget{.false_alarm_rate = 1e-9, .checks = 100000}.alpha_per_check()), 1e-14);
  EXPECT_DOUBLE_EQ((Budget{.false_alarm_rate = 1e-9, .checks = 3}.part_of(4).alpha_per_check()), 2.5e-13);
  EXPECT_THROW(Budget{}.part_of(0), std::invalid_argument);
}

TEST(SequentialTest, AnImpossibleHitRefutesAtOnceWithAllEvidence) {
  SequentialTest test(classes({0.5, 0, 0.5}), {.budget = {}, .effect = 0.05, .draws = 64, .control_stream = kControl});
  EXPECT_EQ(test.look(counted({8, 1, 7})), Decision::refuted);
  EXPECT_EQ(test.evidence().p_value, 0);
  ASSERT_TRUE(test.evidence().pearson && test.evidence().g);
  EXPECT_EQ(test.evidence().pearson->p_value, 0);
  EXPECT_THROW(test.look(counted({11, 1, 10})), std::logic_error);
}

TEST(SequentialTest, StoppingEarlyNeverUpholds) {
  const SequentialTest::Options options{.budget = {}, .effect = 0.05, .draws = 1u << 20, .control_stream = kControl};
  const auto at_the_last_look = [&](bool stops) {
    SequentialTest test(classes({0.5, 0.5}), options);
    for (const std::uint64_t upto : test.schedule()) {
      const Counts right = counted({upto / 2, upto - upto / 2});
      if (stops && upto == 4096) return test.stop(right);  // where a look would uphold
      if (const Decision found = test.look(right); found != Decision::go_on) return found;
    }
    return Decision::go_on;
  };
  EXPECT_EQ(at_the_last_look(true), Decision::inconclusive);
  EXPECT_EQ(at_the_last_look(false), Decision::upheld);
}

TEST(SequentialTest, ATableWithoutDrawsIsNeverUpheld) {
  SequentialTest test(Engine({{.name = "a", .probability = {0.5, 0.5}}, {.name = "b", .probability = {0.5, 0.5}}}),
                      {.budget = {}, .effect = 0.05, .draws = 18, .control_stream = kControl});
  EXPECT_EQ(test.look({.tables = {{500000, 500000}, {0, 0}}, .ratios = {}, .rows = 18}), Decision::inconclusive);
  EXPECT_EQ(test.evidence().effect_high, 1);
}

TEST(SequentialTest, TooFewDrawsAreInconclusiveBecauseTheControlIsNotSeen) {
  // At a miss rate near 1 the bound on the effect is easy to meet, so only the control stands in the way.
  SequentialTest test(classes({0.5, 0.5}), {.budget = {.false_alarm_rate = 1e-9, .miss_rate = 0.9, .checks = 1},
                                            .effect = 0.05,
                                            .draws = 800,
                                            .control_stream = kControl});
  Decision decision = Decision::go_on;
  for (const std::uint64_t upto : test.schedule()) decision = test.look(counted({upto / 2, upto - upto / 2}));
  EXPECT_EQ(decision, Decision::inconclusive);
  ASSERT_TRUE(test.evidence().control);
  EXPECT_LE(test.evidence().effect_high, 0.05);
  EXPECT_FALSE(test.evidence().control->refuted);
}

TEST(SequentialTest, WhatIsNotBoundedCannotBeUpheldAlone) {
  EXPECT_THROW(SequentialTest(Engine(std::vector<CellLaw>{}), {}), std::invalid_argument);
  EXPECT_THROW(SequentialTest(Engine({{.name = "many", .probability = {0.5, 0.5}, .bounded = false}}), {}),
               std::invalid_argument);
}

TEST(SequentialTest, NonsenseIsRefused) {
  SequentialTest::Options options;
  options.effect = std::nan("");
  EXPECT_THROW(SequentialTest(classes({0.5, 0.5}), options), std::invalid_argument);
  SequentialTest test(classes({0.5, 0.5}), {.budget = {}, .effect = 0.05, .draws = 64, .control_stream = kControl});
  EXPECT_THROW(test.look(counted({500, 500})), std::invalid_argument) << "no look of the schedule is at 1000";
  EXPECT_EQ(test.look(counted({8, 8})), Decision::go_on);
  EXPECT_THROW(test.stop(counted({2, 3})), std::invalid_argument) << "fewer rows than before";
}

TEST(SequentialTest, LabelsThePValuesOfFixedDraws) {
  SequentialTest early(classes({0.5, 0.5}),
                       {.budget = {}, .effect = 0.05, .draws = 1u << 20, .control_stream = kControl});
  EXPECT_EQ(early.stop(counted({5000, 5000})), Decision::inconclusive);
  EXPECT_NE(early.evidence().pearson->label.find("not valid"), std::string::npos);
  SequentialTest whole(classes({0.5, 0.5}), {.budget = {}, .effect = 0.05, .draws = 10, .control_stream = kControl});
  EXPECT_EQ(whole.look(counted({5, 5})), Decision::inconclusive);
  EXPECT_EQ(whole.evidence().pearson->label.find("not valid"), std::string::npos);
}

TEST(SequentialTest, AStopTellsTheEffectThatTheDrawsMadeCouldHaveSeen) {
  const auto seen_by = [](std::uint64_t draws) {
    SequentialTest test(classes({0.5, 0.5}),
                        {.budget = {}, .effect = 0.01, .draws = 1u << 20, .control_stream = kControl});
    test.stop(counted({draws / 2, draws / 2}));
    return test.evidence().smallest_detectable_effect;
  };
  EXPECT_GT(seen_by(5000), 2 * seen_by(1u << 19)) << "the plan is the same for both";
  EXPECT_GT(seen_by(1u << 19), seen_by(1u << 20));
  EXPECT_EQ(seen_by(2), 1) << "nothing of any size";
}

TEST(SequentialTest, AWitnessIsShownEveryLookAndCanEndIt) {
  struct Second : LookWitness {
    std::vector<std::uint64_t> rows;
    void look(const Engine&, const Counts& counts) override {
      rows.push_back(counts.rows);
      if (rows.size() == 2) throw 2;
    }
  } witness;
  SequentialTest test(Engine(std::vector<CellLaw>{{.name = "classes", .probability = {0.5, 0.5}}}),
                      {.budget = {.witness = &witness}, .effect = 0.01, .draws = 64, .control_stream = kControl});
  EXPECT_EQ(test.look({.tables = {{8, 8}}, .ratios = {}, .rows = 16}), Decision::go_on);
  const std::uint64_t second = test.schedule()[1];
  EXPECT_THROW(test.look({.tables = {{second / 2, second / 2}}, .ratios = {}, .rows = second}), int);
  EXPECT_EQ(witness.rows, (std::vector<std::uint64_t>{16, second}));
}

// One budget for the suites below: each statement about a rate fails by chance with probability 1e-6.
constexpr double kSlack = 1e-6;
constexpr std::uint32_t kRuns = 300;
const Budget kBudget{.false_alarm_rate = 1e-9, .miss_rate = 1e-2, .checks = 1};

std::vector<double> uniform(std::size_t cells) { return std::vector<double>(cells, 1.0 / static_cast<double>(cells)); }

SequentialTest::Options options_at(double effect, std::size_t cells) {
  return {.budget = kBudget,
          .effect = effect,
          .draws = draws_needed(effect, {.cells = cells}, kBudget),
          .control_stream = kControl};
}

TEST(SequentialStatistical, RightCountsAreUpheldWithARefutedControlAtTheDrawsNeeded) {
  for (const std::size_t cells : {2u, 10u, 32u, 64u}) {
    const std::vector<double> p = uniform(cells);
    std::uint64_t not_upheld = 0;
    for (std::uint32_t run = 0; run < kRuns; ++run) {
      const Outcome outcome =
          judge(p, p, options_at(0.05, cells), calibration_stream(100 + static_cast<std::uint32_t>(cells), run));
      EXPECT_NE(outcome.decision, Decision::refuted);
      if (outcome.decision == Decision::upheld) {
        EXPECT_TRUE(outcome.evidence.control && outcome.evidence.control->refuted);
      } else {
        ++not_upheld;
      }
    }
    EXPECT_GT(binomial_upper_tail(not_upheld, kRuns, kBudget.miss_rate), kSlack) << cells << " cells, " << not_upheld;
  }
}

TEST(SequentialStatistical, AnEffectOfTheDeclaredSizeIsRefutedAndNotUpheld) {
  for (const auto& direction : {dense, one_cell}) {
    for (const std::size_t cells : {2u, 10u, 32u, 64u}) {
      const std::vector<double> p = uniform(cells);
      std::uint64_t upheld = 0;
      std::uint64_t not_refuted = 0;
      for (std::uint32_t run = 0; run < kRuns; ++run) {
        const Outcome outcome = judge(p, direction(p, 0.05), options_at(0.05, cells),
                                      calibration_stream(200 + static_cast<std::uint32_t>(cells), run));
        upheld += outcome.decision == Decision::upheld ? 1 : 0;
        not_refuted += outcome.decision != Decision::refuted ? 1 : 0;
      }
      EXPECT_GT(binomial_upper_tail(upheld, kRuns, kBudget.miss_rate), kSlack) << cells << " cells, " << upheld;
      EXPECT_GT(binomial_upper_tail(not_refuted, kRuns, kBudget.miss_rate), kSlack)
          << cells << " cells, " << not_refuted;
    }
  }
}

TEST(SequentialStatistical, HalfTheDrawsNeededAreNotEnough) {
  // The statement above can fail: with a quarter of the draws an effect of that size mostly stays undecided.
  const std::vector<double> p = uniform(10);
  SequentialTest::Options options = options_at(0.05, 10);
  options.draws /= 4;
  std::uint64_t not_refuted = 0;
  for (std::uint32_t run = 0; run < kRuns; ++run) {
    const Outcome outcome = judge(p, dense(p, 0.05), options, calibration_stream(290, run));
    EXPECT_NE(outcome.decision, Decision::upheld);
    not_refuted += outcome.decision != Decision::refuted ? 1 : 0;
  }
  EXPECT_LT(binomial_upper_tail(not_refuted, kRuns, kBudget.miss_rate), kSlack);
}

TEST(SequentialStatistical, TheConfidenceSequenceHoldsTheEffectAtEveryLook) {
  for (const double effect : {0.0, 0.03, 0.2}) {
    const std::vector<double> p = uniform(10);
    std::uint64_t outside = 0;
    for (std::uint32_t run = 0; run < kRuns; ++run) {
      const Outcome outcome =
          judge(p, dense(p, effect), {.budget = kBudget, .effect = 0.01, .draws = 4096, .control_stream = kControl},
                calibration_stream(300 + static_cast<std::uint32_t>(100 * effect), run));
      outside += outcome.always_held ? 0 : 1;
    }
    EXPECT_GT(binomial_upper_tail(outside, kRuns, 2 * kBudget.miss_rate), kSlack) << outside << " at " << effect;
  }
}

TEST(SequentialStatistical, TheLowerBoundKnowsThatCountsScatterInAllDirections) {
  // A right table of 200 cells: the effect as counted lies above zero by more than Hoeffding's term for one set.
  const std::vector<double> p = uniform(200);
  const SequentialTest::Options options{.budget = kBudget, .effect = 0.02, .draws = 4096, .control_stream = kControl};
  for (std::uint32_t run = 0; run < 20; ++run) {
    const Evidence found = judge(p, p, options, calibration_stream(350, run)).evidence;
    EXPECT_EQ(found.effect_low, 0);
    const double looks = static_cast<double>(look_schedule(options.draws).size());
    EXPECT_GT(found.effect, std::sqrt(std::log(looks / kBudget.miss_rate) / (2.0 * static_cast<double>(found.draws))));
  }
}

// Eight entries a draw, all equal: a wrong subject may well make such.
Decision judge_equal_entries(std::size_t entries_per_draw, double truth, std::uint32_t run) {
  SequentialTest test(Engine({{.name = "pooled", .probability = {0.5, 0.5}, .entries_per_draw = entries_per_draw}}),
                      {.budget = kBudget, .effect = 0.05, .draws = 640, .control_stream = kControl});
  const Sampler sampler(std::vector<double>{truth, 1 - truth});
  random::Stream stream = calibration_stream(360, run);
  Counts counts = test.engine().empty();
  std::vector<std::uint64_t> draws(2);
  Decision decision = Decision::go_on;
  for (const std::uint64_t upto : test.schedule()) {
    sampler.add(draws, upto - counts.rows, stream);
    counts.rows = upto;
    for (std::size_t k = 0; k < 2; ++k) counts.tables[0][k] = 8 * draws[k];
    decision = test.look(counts);
    if (decision != Decision::go_on) break;
  }
  return decision;
}

TEST(SequentialStatistical, TheBoundCountsDrawsAndNotEntries) {
  constexpr std::uint32_t runs = 3000;
  std::uint64_t upheld = 0;
  std::uint64_t upheld_by_entries = 0;
  for (std::uint32_t run = 0; run < runs; ++run) {
    upheld += judge_equal_entries(8, 0.5501, run) == Decision::upheld ? 1 : 0;
    upheld_by_entries += judge_equal_entries(1, 0.5501, run) == Decision::upheld ? 1 : 0;
  }
  EXPECT_GT(binomial_upper_tail(upheld, runs, kBudget.miss_rate), kSlack) << upheld;
  EXPECT_LT(binomial_upper_tail(upheld_by_entries, runs, kBudget.miss_rate), kSlack) << upheld_by_entries;
}

}  // namespace
}  // namespace gumbelcheck::statistic
