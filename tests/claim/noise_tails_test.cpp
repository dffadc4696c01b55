#include "gumbelcheck/claim/noise_tails.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/quadrature/tanh_sinh.hpp>
#include <functional>

#include "gumbelcheck/random/uniform.hpp"

namespace {

using namespace gumbelcheck;
using claim::NoiseTails;
using claim::TailTest;

// The spacing is a step function of g; the integral of the definition, piece by piece, by Boost.Math.
TEST(NoiseTails, ChanceOfARepeatIsTheIntegralOfItsDefinition) {
  boost::math::quadrature::tanh_sinh<double> quadrature;
  const auto squared_density = [](double g) { return std::exp(-2 * (g + std::exp(-g))); };
  const double u = 0x1p-24;
  double expected = 0;
  for (const auto& [a, b, spacing] : {std::tuple{-5.0, -4.0, 8 * u},
                                      {-4.0, -2.0, 4 * u},
                                      {-2.0, -1.0, 2 * u},
                                      {-1.0, 1.0, u},
                                      {1.0, 2.0, 2 * u},
                                      {2.0, 4.0, 4 * u},
                                      {4.0, 8.0, 8 * u},
                                      {8.0, 16.0, 16 * u}}) {
    expected += spacing * quadrature.integrate(squared_density, a, b);
  }
  EXPECT_NEAR(claim::chance_of_repeat(-HUGE_VAL, u) / expected, 1, 1e-6);
  EXPECT_NEAR(claim::chance_of_repeat(5, u) / (8 * u * quadrature.integrate(squared_density, 5, 8)), 1, .01);
  EXPECT_NEAR(claim::chance_of_repeat(5, 0x1p-53) / claim::chance_of_repeat(5, u), 0x1p-29, 1e-12);
}

TEST(NoiseTails, TheLikeliestValueIsWhereDensityTimesSpacingIsLargest) {
  const double u = 0x1p-24;
  const auto density = [](double g) { return std::exp(-g - std::exp(-g)); };
  double expected = 0, above = 0;
  for (double g = -5; g < 20; g += 1e-4) {
    const double spacing = 2 * u * std::max(std::exp2(std::floor(std::log2(std::abs(g)))), .5);
    expected = std::max(expected, density(g) * spacing);
    if (g > 5.5) above = std::max(above, density(g) * spacing);
  }
  EXPECT_NEAR(claim::largest_chance_of_a_value(-HUGE_VAL, u) / expected, 1, 1e-3);
  EXPECT_NEAR(claim::largest_chance_of_a_value(5.5, u) / above, 1, 1e-3);
}

constexpr std::uint64_t kDraws = 1u << 20;

NoiseTails tails_of(double unit_roundoff, const std::function<double(double)>& change, std::uint64_t seed = 1) {
  NoiseTails tails(kDraws, unit_roundoff);
  random::Stream stream({.seed = seed, .purpose = random::Purpose::calibration});
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const random::UniformPair u = random::uniform_pair(stream());
    const double hazard = u.lower < .5 ? -std::log(u.lower) : -std::log1p(-u.upper);
    tails.add(change(-std::log(hazard)));
  }
  return tails;
}

double least_p(const NoiseTails& tails) {
  const std::vector<TailTest> tests = tails.tests();
  return std::ranges::min_element(tests, {}, &TailTest::p_value)->p_value * static_cast<double>(tests.size());
}

TEST(NoiseTailsStatistical, FindNothingInRightNoiseOfEitherType) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_GT(least_p(tails_of(
                  0x1p-53, [](double g) { return g; }, seed)),
              1e-6);
    EXPECT_GT(least_p(tails_of(
                  0x1p-24, [](double g) { return static_cast<double>(static_cast<float>(g)); }, seed)),
              1e-6);
  }
}

TEST(NoiseTailsFault, CapsAreFoundThatFewDrawsWouldPass) {
  // A million draws: six would lie beyond 12, and six below -2.49.
  EXPECT_LT(least_p(tails_of(0x1p-53, [](double g) { return std::min(g, 12.0); })), 1e-12);
  EXPECT_LT(least_p(tails_of(0x1p-53, [](double g) { return std::max(g, -2.49); })), 1e-12);
}

TEST(NoiseTailsFault, FloatsAreTooCoarseForDoubles) {
  EXPECT_LT(least_p(tails_of(0x1p-53, [](double g) { return static_cast<double>(static_cast<float>(g)); })), 1e-12);
}

TEST(NoiseTailsFault, AStretchedTailIsFound) {
  EXPECT_LT(least_p(tails_of(0x1p-53, [](double g) { return g > 4 ? 1.2 * g - .8 : g; })), 1e-12);
}

TEST(NoiseTails, TheNumberOfTestsIsFixedBeforeTheDraws) {
  NoiseTails none(2, 0x1p-24);
  none.add(0);
  none.add(1);
  EXPECT_EQ(none.tests().size(), tails_of(0x1p-53, [](double g) { return g; }).tests().size());
}

}  // namespace
