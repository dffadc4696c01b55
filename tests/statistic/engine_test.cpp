// The engine's own rules: the plain average, what it refuses, integer ratios, merging in any order.

#include "gumbelcheck/statistic/engine.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {
namespace {

TEST(Engine, AveragesOverTablesAndRatioPoints) {
  // One certain table has no components, so what is left is the mean over two ratio points.
  const Engine engine({{.name = "certain", .probability = {1.0}}}, {{.name = "grid", .points = {"a", "b"}}});
  Counts counts = engine.empty();
  counts.ratios[0] = {ratio_units(3.0), ratio_units(-2.0)};
  const double expected = std::log((std::exp(3.0) + std::exp(-2.0)) / 2);
  const LogE found = engine.log_e(counts);
  EXPECT_NEAR(found.lower, expected, 1e-13);
  EXPECT_LE(found.lower, expected);
  EXPECT_GE(found.upper, expected);
  EXPECT_EQ(found.leading, "grid, a");
}

TEST(Engine, EveryComponentOfEveryTableHasTheSameWeight) {
  const std::vector<double> p = {0.25, 0.75};
  const std::vector<double> q = {0.5, 0.25, 0.25};
  const std::vector<std::uint64_t> a = {30, 50}, b = {10, 20, 12};
  const Engine engine({{.name = "p", .probability = p}, {.name = "q", .probability = q, .temperature = true}},
                      {{.name = "grid", .points = {"x"}}});
  double sum = std::exp(1.5);
  std::size_t terms = 1;
  for (const Components& some : {dirichlet_multinomial(p), spike(p)}) {
    for (const auto& component : some) sum += std::exp(component->log_e(Histogram(a)).value), ++terms;
  }
  for (const Components& some : {dirichlet_multinomial(q), spike(q), temperature(q)}) {
    for (const auto& component : some) sum += std::exp(component->log_e(Histogram(b)).value), ++terms;
  }
  EXPECT_EQ(terms, 22u);
  EXPECT_EQ(engine.components(), terms);
  const LogE found = engine.log_e({.tables = {a, b}, .ratios = {{ratio_units(1.5)}}, .rows = 80});
  const double expected = std::log(sum / static_cast<double>(terms));
  EXPECT_LE(found.lower, expected);
  EXPECT_GE(found.upper, expected);
  EXPECT_NEAR(found.lower, expected, 1e-12);
}

// On each kind of table: what calibrates the components one by one takes the average for the engine.
TEST(Engine, IsTheAverageOfItsComponentsOnEveryKindOfTable) {
  std::vector<double> many(kMostCellsOfLadder + 20, 1. / static_cast<double>(kMostCellsOfLadder + 20));
  struct Kind {
    CellLaw law;
    std::vector<Components> families;
  };
  const std::vector<double> squares(64, 1. / 64), shares(32, 1. / 32);
  const Kind kinds[] = {{{.name = "large", .probability = many, .temperature = true},
                         {gamma_poisson(many), stepped_spike(many), temperature(many)}},
                        {{.name = "squares", .probability = squares, .cells = Cells::squares_of_two_uniforms},
                         {dirichlet_multinomial(squares), spike(squares), dependence(squares)}},
                        {{.name = "shares", .probability = shares, .cells = Cells::shares_of_a_pair},
                         {dirichlet_multinomial(shares), spike(shares), log_odds_scale(shares.size())}}};
  for (const Kind& kind : kinds) {
    const Engine engine({kind.law});
    Counts counts = engine.empty();
    for (std::size_t k = 0; k < counts.tables[0].size(); ++k)
      counts.tables[0][k] = 40 + (k * k) % 7 - (k == 3 ? 20 : 0);
    const Histogram histogram(counts.tables[0]);
    std::vector<double> terms;
    for (const Components& family : kind.families) {
      for (const auto& component : family) terms.push_back(component->log_e(histogram).value);
    }
    EXPECT_EQ(engine.components(), terms.size()) << kind.law.name;
    const LogE found = engine.log_e(counts);
    const double average = log_mean(terms, terms.size(), 0).value;
    EXPECT_LE(found.lower, average) << kind.law.name;
    EXPECT_GE(found.upper, average) << kind.law.name;
    EXPECT_NEAR(found.lower, average, 1e-9) << kind.law.name;
  }
}

TEST(Engine, TheComponentsByThemselvesAverageToE) {
  const Engine engine({{.name = "p", .probability = {0, 0.25, 0.75}},
                       {.name = "q", .probability = {0.5, 0.25, 0.25}, .temperature = true}},
                      {{.name = "grid", .points = {"x", "y"}}});
  Counts counts = engine.empty();
  counts.tables = {{0, 30, 50}, {10, 20, 12}};
  counts.ratios = {{ratio_units(1.5), ratio_units(-4.0)}};
  const std::vector<ComponentE> each = engine.each_log_e(counts);
  ASSERT_EQ(each.size(), 23u);
  EXPECT_EQ(each.front().of, "p");
  EXPECT_EQ(each[20].of + ", " + each[20].name, "q, temperature");
  EXPECT_EQ(each.back().of + ", " + each.back().name, "grid, y");
  EXPECT_NEAR(each.back().log_e, -4, 1e-9);
  double sum = 0;
  for (const ComponentE& one : each) sum += std::exp(one.log_e);
  EXPECT_NEAR(std::log(sum / 23), engine.log_e(counts).lower, 1e-12);
  counts.tables.pop_back();
  EXPECT_THROW(engine.each_log_e(counts), std::invalid_argument);
}

TEST(Engine, NothingDrawnIsOne) {
  const Engine engine({{.name = "classes", .probability = {0.5, 0.5}, .temperature = true}});
  EXPECT_NEAR(engine.log_e(engine.empty()).upper, 0, 1e-13);
}

TEST(Engine, BadLawsAndShapesAreRefused) {
  const auto engine_of = [](std::vector<double> probability) {
    return Engine(std::vector<CellLaw>{{.name = "x", .probability = std::move(probability)}});
  };
  EXPECT_THROW(engine_of({0.5, 0.6}), std::invalid_argument);
  EXPECT_THROW(engine_of({1.5, -0.5}), std::invalid_argument);
  EXPECT_THROW(engine_of({std::nan(""), 1}), std::invalid_argument);
  EXPECT_THROW(engine_of({}), std::invalid_argument);
  EXPECT_THROW(Engine(std::vector<CellLaw>{{.name = "x", .probability = {0.5, 0.5}, .entries_per_draw = 0}}),
               std::invalid_argument);
  const Engine engine = engine_of({0.5, 0.5});
  EXPECT_THROW(engine.log_e({}), std::invalid_argument);
  EXPECT_THROW(engine.log_e({.tables = {{1, 2, 3}}, .ratios = {}, .rows = 6}), std::invalid_argument);
  Counts counts = engine.empty();
  EXPECT_THROW(counts += Counts{}, std::invalid_argument);
}

TEST(RatioUnits, RoundDownAndStayInRange) {
  EXPECT_EQ(ratio_units(0), 0);
  EXPECT_EQ(ratio_units(1), std::int64_t{1} << 32);
  EXPECT_EQ(ratio_units(1e-12), 0);
  EXPECT_EQ(ratio_units(-1e-12), -1);
  EXPECT_EQ(ratio_units(-std::numeric_limits<double>::infinity()), -(std::int64_t{64} << 32));
  EXPECT_EQ(ratio_units(std::numeric_limits<double>::infinity()), std::int64_t{64} << 32);
  EXPECT_THROW(ratio_units(std::nan("")), std::invalid_argument);
  // 2^25 rows of the largest size stay inside an int64.
  EXPECT_EQ(ratio_units(1e9) * (std::int64_t{1} << 24), std::int64_t{1} << 62);
}

TEST(AddRatio, HoldsAtTheEndsOfTheType) {
  using Limits = std::numeric_limits<std::int64_t>;
  EXPECT_EQ(add_ratio(3, -5), -2);
  EXPECT_EQ(add_ratio(Limits::max() - 1, 1), Limits::max());
  EXPECT_EQ(add_ratio(Limits::max() - 1, 2), Limits::max());
  EXPECT_EQ(add_ratio(Limits::min() + 1, -1), Limits::min());
  EXPECT_EQ(add_ratio(Limits::min() + 1, ratio_units(-1e9)), Limits::min());
  EXPECT_EQ(add_ratio(Limits::min(), Limits::max()), -1);
  // Blocks that merge hold too.
  const Engine engine({}, {{.name = "grid", .points = {"a", "b"}}});
  Counts counts{.tables = {}, .ratios = {{Limits::max() - 2, Limits::min() + 2}}, .rows = 1};
  counts += Counts{.tables = {}, .ratios = {{ratio_units(64), ratio_units(-64)}}, .rows = 1};
  EXPECT_EQ(counts.ratios[0], (std::vector<std::int64_t>{Limits::max(), Limits::min()}));
  EXPECT_GT(engine.log_e(counts).lower, 1e9);
}

RC_GTEST_PROP(RatioUnitsProperty, RoundDownByLessThanOneUnit, ()) {
  const double log_ratio = *rc::gen::inRange(-64000, 64000) / 1000.0 + *rc::gen::inRange(0, 1000) * 1e-13;
  const double kept = std::ldexp(static_cast<double>(ratio_units(log_ratio)), -32);
  RC_ASSERT(kept <= log_ratio);
  RC_ASSERT(log_ratio - kept < std::ldexp(1.0, -32));
}

RC_GTEST_PROP(CountsProperty, MergeInAnyOrderToTheSameEvidence, ()) {
  const Engine engine({{.name = "a", .probability = {0.5, 0.3, 0.2}}}, {{.name = "r", .points = {"x", "y"}}});
  const auto block = rc::gen::map(
      rc::gen::pair(rc::gen::container<std::vector<std::uint64_t>>(3, rc::gen::inRange<std::uint64_t>(0, 1000)),
                    rc::gen::container<std::vector<int>>(2, rc::gen::inRange(-2000, 2000))),
      [](const auto& drawn) {
        return Counts{.tables = {drawn.first},
                      .ratios = {{ratio_units(drawn.second[0] / 1000.0), ratio_units(drawn.second[1] / 1000.0)}},
                      .rows = drawn.first[0] + drawn.first[1] + drawn.first[2]};
      });
  const std::vector<Counts> blocks = *rc::gen::container<std::vector<Counts>>(5, block);
  std::vector<std::size_t> order = {0, 1, 2, 3, 4};
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
  Counts forward = engine.empty();
  for (const Counts& one : blocks) forward += one;
  // Two halves apart, each in its own order, then together: as two threads would.
  Counts left = engine.empty(), right = engine.empty();
  for (std::size_t i = 0; i < order.size(); ++i) (i < 2 ? left : right) += blocks[order[i]];
  right += left;
  RC_ASSERT(forward.tables == right.tables);
  RC_ASSERT(forward.ratios == right.ratios);
  RC_ASSERT(forward.rows == right.rows);
  RC_ASSERT(engine.log_e(forward).lower == engine.log_e(right).lower);
}

}  // namespace
}  // namespace gumbelcheck::statistic
