// The law of the index in narrow formats: against every combination of noise values on a tiny lattice, against the
// Gumbel oracle, and against draws.

#include "gumbelcheck/law/rounded_sums.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include "gumbelcheck/law/gumbel.hpp"
#include "gumbelcheck/law/softmax.hpp"

namespace gumbelcheck::law {
namespace {

constexpr BinaryFormat kTiny{.precision = 3, .lowest_exponent = -1};
constexpr BinaryFormat kBfloat16{.precision = 8, .lowest_exponent = -126};
constexpr BinaryFormat kFloat16{.precision = 11, .lowest_exponent = -14};
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Nearest, RoundsToEven) {
  EXPECT_EQ(nearest(kBfloat16, 1 + 0x1p-8), 1);
  EXPECT_EQ(nearest(kBfloat16, 1 + 0x1.8p-7), 1 + 0x1p-6);
  EXPECT_EQ(nearest(kFloat16, -0x1.002p0), -1);
  EXPECT_EQ(nearest(kFloat16, 0x1p-25), 0);  // half the smallest subnormal number
  EXPECT_EQ(nearest(kFloat16, 0x1.8p-25), 0x1p-24);
  EXPECT_EQ(nearest(kTiny, 5.5), 6);
}

TEST(RoundedNoise, HasTheMassOfItsCells) {
  for (const BinaryFormat& format : {kTiny, kBfloat16, kFloat16}) {
    const RoundedNoise noise = rounded_noise(format);
    long double sum = 0;
    for (const long double mass : noise.mass) sum += mass;
    EXPECT_NEAR(static_cast<double>(sum), 1, 1e-15);
    const std::size_t step = noise.values.size() > 1000 ? 1013 : 1;
    for (std::size_t i = 1; i + 1 < noise.values.size(); i += step) {
      const Real low = (Real(noise.values[i - 1]) + Real(noise.values[i])) / 2;
      const Real high = (Real(noise.values[i]) + Real(noise.values[i + 1])) / 2;
      const Real exact = cdf({}, high) - cdf({}, low);
      if (exact < 1e-30) continue;  // below, this difference cancels itself
      EXPECT_LT(abs(Real(static_cast<double>(noise.mass[i])) / exact - 1), 1e-14) << noise.values[i];
    }
  }
}

// The definition: every combination of noise values, the first of equal sums.
std::vector<double> by_enumeration(const std::vector<double>& logits, const BinaryFormat& format) {
  const RoundedNoise noise = rounded_noise(format);
  std::vector<double> law(logits.size());
  std::vector<std::size_t> at(logits.size());
  for (;;) {
    long double mass = 1;
    std::size_t first = 0;
    double largest = -kInfinity;
    for (std::size_t k = 0; k < logits.size(); ++k) {
      mass *= noise.mass[at[k]];
      const double sum = nearest(format, noise.values[at[k]] + logits[k]);
      if (sum > largest) {
        largest = sum;
        first = k;
      }
    }
    law[first] += static_cast<double>(mass);
    std::size_t k = 0;
    while (k < at.size() && ++at[k] == noise.values.size()) at[k++] = 0;
    if (k == at.size()) return law;
  }
}

TEST(RoundedSumLaw, IsTheSumOverAllCombinations) {
  for (const std::vector<double>& logits :
       std::vector<std::vector<double>>{{0, 0}, {1.5, -2}, {0, 0, 0}, {2, 0, -1.25}}) {
    const std::vector<double> exact = by_enumeration(logits, kTiny);
    const std::vector<double> law = rounded_sum_law(logits, kTiny);
    for (std::size_t k = 0; k < logits.size(); ++k) EXPECT_NEAR(law[k] / exact[k], 1, 1e-12) << k;
  }
}

TEST(RoundedSumLaw, GivesTiesToTheFirst) {
  const std::vector<double> law = rounded_sum_law(std::vector<double>{0, 0}, kBfloat16);
  EXPECT_GT(law[0], .5003);
  EXPECT_NEAR(law[0] + law[1], 1, 1e-14);
}

TEST(RoundedSumLaw, LeavesImpossibleClassesOut) {
  const std::vector<double> law = rounded_sum_law(std::vector<double>{-kInfinity, 1, -kInfinity, 0}, kFloat16);
  const std::vector<double> without = rounded_sum_law(std::vector<double>{1, 0}, kFloat16);
  EXPECT_EQ(law[0], 0);
  EXPECT_EQ(law[2], 0);
  EXPECT_EQ(law[1], without[0]);
  EXPECT_EQ(law[3], without[1]);
}

TEST(RoundedSumLaw, ComesNearSoftmaxAsTheFormatGetsFiner) {
  const std::vector<double> logits = {2, .5, -1, 0, -2.5};
  const std::vector<double> softmax = softmax_double(logits, 1);
  double before = 1;
  for (const BinaryFormat& format : {kTiny, kBfloat16, kFloat16}) {
    const std::vector<double> law = rounded_sum_law(logits, format);
    double distance = 0;
    for (std::size_t k = 0; k < law.size(); ++k) distance += std::abs(law[k] - softmax[k]) / 2;
    EXPECT_LT(distance, before);
    before = distance / 2;
  }
  EXPECT_LT(before, 1e-3);
}

TEST(RoundedSumLaw, RefusesWhatTheFormatDoesNotHold) {
  EXPECT_THROW(rounded_sum_law(std::vector<double>{.1}, kBfloat16), std::invalid_argument);
  EXPECT_THROW(rounded_sum_law(std::vector<double>{-kInfinity}, kBfloat16), std::invalid_argument);
  EXPECT_THROW(rounded_sum_law(std::vector<double>{0x1p16}, kBfloat16), std::invalid_argument);
  EXPECT_THROW(rounded_sum_law(std::vector<double>{}, kBfloat16), std::invalid_argument);
  EXPECT_THROW(rounded_sum_law(std::vector<double>(2000), kBfloat16), std::invalid_argument);
}

// Draws of the definition, from another generator and another formula for the noise. The bound is seven standard
// deviations; against softmax the same draws fail.
TEST(RoundedSumLawStatistical, IsWhatIsDrawn) {
  const std::vector<double> logits = {1, 1, .5, 0};
  const std::vector<double> law = rounded_sum_law(logits, kTiny);
  constexpr int kDraws = 1'000'000;
  std::mt19937_64 engine(20170402);
  std::exponential_distribution<double> exponential;
  std::vector<int> counts(logits.size());
  for (int n = 0; n < kDraws; ++n) {
    std::size_t first = 0;
    double largest = -kInfinity;
    for (std::size_t k = 0; k < logits.size(); ++k) {
      const double sum = nearest(kTiny, nearest(kTiny, -std::log(exponential(engine))) + logits[k]);
      if (sum > largest) {
        largest = sum;
        first = k;
      }
    }
    ++counts[first];
  }
  const std::vector<double> softmax = softmax_double(logits, 1);
  double farthest = 0;
  for (std::size_t k = 0; k < law.size(); ++k) {
    const double spread = std::sqrt(kDraws * law[k] * (1 - law[k]));
    EXPECT_LT(std::abs(counts[k] - kDraws * law[k]), 7 * spread) << k;
    farthest = std::max(farthest, std::abs(counts[k] - kDraws * softmax[k]) / spread);
  }
  EXPECT_GT(farthest, 20);
}

}  // namespace
}  // namespace gumbelcheck::law
