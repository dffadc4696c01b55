// Draws for an effect and effect for draws: inverse to one another, monotone, and close to Boost's own quantiles.
// That the draws suffice is simulated in sequential_test.cpp.

#include "gumbelcheck/statistic/power.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {
namespace {

TEST(Power, EffectAndDrawsAreInverse) {
  const Budget budget;
  for (const std::size_t cells : {2u, 10u, 64u, 1000u}) {
    const std::uint64_t draws = draws_needed(0.02, {.cells = cells}, budget);
    EXPECT_NEAR(detectable_effect(draws, {.cells = cells}, budget), 0.02, 1e-5);
    EXPECT_GT(detectable_effect(draws - 1, {.cells = cells}, budget), 0.02);
    EXPECT_GT(draws_needed(0.01, {.cells = cells}, budget), 3 * draws);
    EXPECT_GE(draws_needed(0.02, {.cells = cells, .components = 40 * 11}, budget), draws);
    EXPECT_LT(draws_needed(0.02, {.cells = cells, .entries_per_draw = 4}, budget), draws);
  }
  EXPECT_GT(draws_needed(0.02, {.cells = 10}, {.false_alarm_rate = 1e-12}), draws_needed(0.02, {.cells = 10}, {}));
  EXPECT_GT(draws_needed(0.02, {.cells = 10}, {.miss_rate = 1e-9}), draws_needed(0.02, {.cells = 10}, {}));
  EXPECT_EQ(detectable_effect(1, {.cells = 10}, budget), 1);
  EXPECT_EQ(detectable_effect(0, {.cells = 10}, budget), 1);
}

TEST(Power, RefutesAtTheQuantileOfTheNoncentralChiSquared) {
  // Where refuting asks for more draws than upholding: few cells, a small miss rate, a tiny false-alarm rate.
  const Budget budget{.false_alarm_rate = 1e-40, .miss_rate = 1e-4, .checks = 1};
  for (const std::size_t cells : {2u, 5u, 10u}) {
    for (const double effect : {0.005, 0.05}) {
      const double n = static_cast<double>(draws_needed(effect, {.cells = cells}, budget));
      const double degrees = static_cast<double>(cells - 1);
      const double x = boost::math::quantile(boost::math::non_central_chi_squared(degrees, 4 * n * effect * effect),
                                             budget.miss_rate);
      double best = 0;
      for (int exponent = kSmallestEffectExponent; exponent <= kLargestEffectExponent; ++exponent) {
        const double step = n * std::ldexp(1.0, 2 * exponent) / degrees;
        best = std::max(best, x * step / (1 + step) - degrees * std::log1p(step));
      }
      EXPECT_NEAR(best / (2 * std::log(11 / budget.alpha_per_check())), 1, 0.02)
          << cells << " cells, effect " << effect;
    }
  }
}

TEST(Power, ACheckSeesWhatItsWeakestBoundedTableSees) {
  const Budget budget;
  const std::vector<double> few(4, .25), many(64, 1. / 64), most(1000, .001);
  const Engine engine({{.name = "few", .probability = few},
                       {.name = "many, of pairs of rows", .probability = many, .rows_per_draw = 2},
                       {.name = "most", .probability = most, .bounded = false},
                       {.name = "one", .probability = {1.0, 0.0}}});
  const Weakest needs = check_needs(.05, engine, budget);
  EXPECT_EQ(needs.table, 1u);
  EXPECT_EQ(needs.draws,
            draws_needed(.05, {.cells = 64, .components = engine.components(), .rows_per_draw = 2}, budget));
  const double alone = static_cast<double>(draws_needed(.05, {.cells = 64, .components = engine.components()}, budget));
  EXPECT_NEAR(static_cast<double>(needs.draws) / alone, 2, .05) << "half the draws, and a few more looks";
  EXPECT_NEAR(check_sees(needs.draws, engine, budget).effect, .05, 1e-4);
  EXPECT_EQ(check_sees(needs.draws, engine, budget).table, 1u);
  // A table that bounds nothing has only to refute.
  EXPECT_LT(draws_needed(.05, {.cells = 64, .bounded = false}, budget), draws_needed(.05, {.cells = 64}, budget));
  const Engine nothing({{.name = "one", .probability = {1.0}}});
  EXPECT_EQ(check_sees(1000, nothing, budget).effect, 1);
  EXPECT_EQ(check_needs(.05, nothing, budget).draws, std::uint64_t{1} << 62);
}

TEST(Power, NonsenseIsRefused) {
  const Budget budget;
  EXPECT_THROW(draws_needed(0, {.cells = 10}, budget), std::invalid_argument);
  EXPECT_THROW(draws_needed(std::nan(""), {.cells = 10}, budget), std::invalid_argument);
  EXPECT_THROW(draws_needed(0.1, {.cells = 1}, budget), std::invalid_argument);
  EXPECT_THROW(draws_needed(0.1, {.cells = 10, .components = 0}, budget), std::invalid_argument);
  EXPECT_THROW(draws_needed(0.1, {.cells = 10, .entries_per_draw = 0}, budget), std::invalid_argument);
  EXPECT_THROW(detectable_effect(10, {.cells = 10}, {.miss_rate = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace gumbelcheck::statistic
