// Gumbel noise against 50 digits, at the ends of its range, and beside Boost.Random's.

#include "gumbelcheck/sampling/noise.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "exact.hpp"
#include "generators.hpp"
#include "gumbelcheck/sampling/boost_noise.hpp"

namespace gumbelcheck::sampling {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double error_in_units(std::uint64_t word) {
  const Exact exact = exact_gumbel(word);
  const Exact unit = Exact(0x1p-52) * (abs(exact) > 1 ? abs(exact) : Exact(1));
  return static_cast<double>(abs(Exact(gumbel(random::uniform_pair(word))) - exact) / unit);
}

RC_GTEST_PROP(NoiseProperty, WithinTheStatedError, ()) {
  const std::uint64_t word = *generators::word();
  RC_ASSERT(error_in_units(word) <= kGumbelUnits);
  const double g = gumbel(random::uniform_pair(word));
  RC_ASSERT(g >= kGumbelSmallest);
  RC_ASSERT(g <= kGumbelLargest);
}

// Every bit position, and both sides of u = 1/2, where the two forms meet, and of u = 1/e, where the noise is
// 0.
TEST(Noise, WithinTheStatedErrorAtEveryBit) {
  std::vector<std::uint64_t> centres = {0, std::uint64_t{1} << 63, 0x5E2D58D8B3BCE000u};
  for (int bit = 0; bit < 64; ++bit) centres.push_back(std::uint64_t{1} << bit);
  double largest = 0;
  for (const std::uint64_t centre : centres) {
    for (std::uint64_t step = 0; step < 4; ++step) {
      for (const std::uint64_t word : {centre + step, centre - step, ~(centre + step)}) {
        EXPECT_LE(error_in_units(word), kGumbelUnits) << "word " << word;
        largest = std::max(largest, error_in_units(word));
      }
    }
  }
  RecordProperty("largest_error_in_units", std::to_string(largest));
  EXPECT_GT(largest, kGumbelUnits / 8) << "the stated error could be much smaller";
}

TEST(NoiseGolden, AllZeroAndAllOneWords) {
  const double smallest = gumbel(random::uniform_pair(0));
  const double largest = gumbel(random::uniform_pair(~std::uint64_t{0}));
  EXPECT_NEAR(smallest, -3.80788, 1e-5);  // -log(65 log 2)
  EXPECT_NEAR(largest, 45.05457, 1e-5);   // 65 log 2
  EXPECT_GE(smallest, kGumbelSmallest);
  EXPECT_LE(largest, kGumbelLargest);
}

RC_GTEST_PROP(NoiseProperty, GrowsWithTheWord, ()) {
  const std::uint64_t a = *generators::word();
  const std::uint64_t b = *generators::word();
  const double lower = gumbel(random::uniform_pair(std::min(a, b)));
  const double upper = gumbel(random::uniform_pair(std::max(a, b)));
  // Out of order by the error of either at most.
  RC_ASSERT(lower <= upper + 2 * kGumbelUnits * 0x1p-52 * std::max(1.0, std::abs(upper)));
}

RC_GTEST_PROP(NoiseProperty, InjectedUniformsAreUsed, ()) {
  const auto words = *rc::gen::container<std::vector<std::uint64_t>>(generators::word());
  std::size_t next = 0;
  const random::UniformSource source = [&] { return random::uniform_pair(words[next++]); };
  std::vector<float> noise(words.size());
  fill_gumbel(std::span(noise), source);
  RC_ASSERT(next == words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    RC_ASSERT(noise[i] == static_cast<float>(gumbel(random::uniform_pair(words[i]))));
  }
}

// ---- the peer: what boost_noise.hpp says of it is so

std::vector<double> boost_noise_of(std::uint32_t word) {
  std::vector<double> noise(1);
  fill_boost_gumbel(std::span(noise), NarrowWords([word] { return word; }));
  return noise;
}

TEST(BoostNoise, AZeroWordGivesMinusInfinity) {
  EXPECT_EQ(boost_noise_of(0)[0], -kInfinity);
  EXPECT_TRUE(std::isfinite(gumbel(random::uniform_pair(0))));
}

TEST(BoostNoise, ThirtyTwoBitsCapIt) {
  EXPECT_NEAR(boost_noise_of(0xFFFFFFFFu)[0], kBoostLargest32, 1e-4);
  // The next value is log 2 below: a grid, where ours has 2^32 values between.
  EXPECT_NEAR(boost_noise_of(0xFFFFFFFFu)[0] - boost_noise_of(0xFFFFFFFEu)[0], std::log(2.0), 1e-6);
  EXPECT_GT(gumbel(random::uniform_pair(~std::uint64_t{0})), 2 * kBoostLargest32);
}

TEST(BoostNoise, SixtyFourBitsCapItTooByTheirRoundingToDouble) {
  EXPECT_NEAR(-std::log(-std::log(1 - 0x1p-53)), kBoostLargest64, 1e-4);
  EXPECT_LT(kBoostLargest64, kGumbelLargest);
}

TEST(BoostNoise, RedrawsWhereAFloatWouldRoundToOne) {
  int taken = 0;
  const NarrowWords words = [&taken] { return taken++ == 0 ? 0xFFFFFFFFu : 0x80000000u; };
  std::vector<float> noise(1);
  fill_boost_gumbel(std::span(noise), words);
  EXPECT_EQ(taken, 2);
  EXPECT_FLOAT_EQ(noise[0], static_cast<float>(-std::log(std::log(2.0))));
}

TEST(BoostNoise, AgreesWithOursAwayFromTheEnds) {
  const random::StreamId id{.seed = 5, .purpose = random::Purpose::calibration};
  random::Stream ours(id), theirs(id);
  std::vector<double> a(20000), b(20000);
  fill_gumbel(std::span(a), ours);
  fill_boost_gumbel(std::span(b), theirs);
  EXPECT_EQ(theirs.position(), ours.position());
  for (std::size_t i = 0; i < a.size(); ++i) {
    // Theirs loses the digits of 1 - u: an error of 2^-53 in u is one of 2^-53 exp(g) in g.
    EXPECT_NEAR(a[i], b[i], 1e-15 * (16 + std::exp(a[i])));
  }
}

}  // namespace
}  // namespace gumbelcheck::sampling
