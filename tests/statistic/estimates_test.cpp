// What moved, and by how much, from counts of laws that are off by a known amount.

#include "gumbelcheck/statistic/estimates.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gumbelcheck/statistic/component.hpp"
#include "gumbelcheck/statistic/uniform_tables.hpp"
#include "statistic/simulation.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr double kMissRate = 1e-6;
const std::vector<double> kFive = {.4, .3, .15, .1, .05};

std::vector<double> normalised(std::vector<double> weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

std::vector<Estimate> of_classes(const std::vector<double>& truth, std::uint64_t draws = 1u << 20) {
  const Engine engine({{.name = "classes", .probability = kFive, .temperature = true}});
  Counts counts = engine.empty();
  random::Stream stream = calibration_stream(610, 0);
  Sampler(truth).add(counts.tables[0], draws, stream);
  counts.rows = draws;
  return estimates_of(engine, counts, kMissRate);
}

void expect_holds(const Estimate& found, double value) {
  EXPECT_LE(found.low, value) << found.quantity;
  EXPECT_GE(found.high, value) << found.quantity;
  EXPECT_LT(found.low, found.value);
  EXPECT_GT(found.high, found.value);
  EXPECT_TRUE(found.low > found.expected || found.high < found.expected) << found.quantity;
}

TEST(EstimatesStatistical, NothingMovedWhereNothingDid) { EXPECT_TRUE(of_classes(kFive).empty()); }

TEST(EstimatesFault, TheFactorOnTheLogits) {
  std::vector<double> weights;
  for (const double p : kFive) weights.push_back(std::pow(p, 1.1));
  const std::vector<Estimate> found = of_classes(normalised(weights));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().quantity, "logits (classes), as a factor");
  expect_holds(found.front(), 1.1);
}

TEST(EstimatesFault, TheLogitThatMoved) {
  for (const double shift : {-.2, .2}) {
    std::vector<double> weights = kFive;
    weights[3] *= std::exp(shift);
    const std::vector<Estimate> found = of_classes(normalised(weights));
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.front().quantity, "logit of class 3 (classes), shifted by");
    expect_holds(found.front(), shift);
  }
  // A class that is lost has no logit; the number is finite all the same.
  const std::vector<Estimate> lost = of_classes(normalised({.4, .3, .15, .1, 0}));
  ASSERT_FALSE(lost.empty());
  for (const Estimate& one : lost) EXPECT_TRUE(std::isfinite(one.value) && std::isfinite(one.low)) << one.quantity;
}

TEST(EstimatesFault, TheTopOfAGrid) {
  // A log-likelihood of its top at 1.02, of 1e6 rows with information 1 each.
  const auto log_ratio = [](double d) { return 1e6 * (.02 * d - d * d / 2); };
  const std::vector<double> values = {.97, .99, 1.01, 1.03};
  const Engine engine({}, {{.name = "ratio",
                            .points = {"a", "b", "c", "d"},
                            .quantity = "temperature, as a factor",
                            .values = values,
                            .expected = 1},
                           {.name = "without values", .points = {"a"}}});
  Counts counts = engine.empty();
  for (std::size_t i = 0; i < values.size(); ++i) {
    counts.ratios[0][i] = static_cast<std::int64_t>(std::ldexp(log_ratio(values[i] - 1), 32));
  }
  const std::vector<Estimate> found = estimates_of(engine, counts, kMissRate);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].quantity, "temperature, as a factor");
  EXPECT_NEAR(found[0].value, 1.02, 1e-6);
  EXPECT_NEAR(found[0].high - found[0].value, 4.89e-3, 1e-4);  // 4.89 spreads of 1e-3
  // Far outside the grid a parabola says nothing.
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double d = values[i] - 1;
    counts.ratios[0][i] = static_cast<std::int64_t>(std::ldexp(1e5 * (.5 * d - d * d / 2), 32));
  }
  EXPECT_TRUE(estimates_of(engine, counts, kMissRate).empty());
}

TEST(EstimatesFault, TheCorrelationOfAPair) {
  // Draws from the alternative of the component itself would share code; these are sums of normal variables.
  const UniformTables tables({.coordinates = 2, .tail_bits_at_zero = 0, .tail_bits_at_one = 0});
  const Engine engine(tables.laws());
  Counts counts = engine.empty();
  UniformTables::BlockState state;
  random::Stream stream = calibration_stream(611, 0);
  const auto normal = [&] {
    const double radius = std::sqrt(-2 * std::log(random::uniform_pair(stream()).lower));
    return radius * std::cos(6.283185307179586 * random::uniform_pair(stream()).lower);
  };
  const auto uniform = [](double z) {
    return random::UniformPair{std::erfc(-z / std::sqrt(2.)) / 2, std::erfc(z / std::sqrt(2.)) / 2};
  };
  for (; counts.rows < 100000; ++counts.rows) {
    const double first = normal();
    const double second = .1 * first + std::sqrt(.99) * normal();
    tables.add(std::vector{uniform(first), uniform(second)}, state, counts);
  }
  const std::vector<Estimate> found = estimates_of(engine, counts, kMissRate);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().quantity.rfind("correlation in U in 8 x 8 bins, neighbours", 0), 0u);
  expect_holds(found.front(), .1);
  // And the engine's own component leads.
  EXPECT_NE(engine.log_e(counts).leading.find("correlation of normal scores"), std::string::npos);
}

}  // namespace
}  // namespace gumbelcheck::statistic
