// Gumbel-max draws from softmax: for any logits, argmax(logits + Gumbel noise) is class k with probability
// softmax(logits)[k]. By chi-squared goodness of fit, where its stated level is true (goodness_of_fit.hpp).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "generated_cases.hpp"
#include "goodness_of_fit.hpp"
#include "gumbelcheck/law/gumbel.hpp"
#include "gumbelcheck/law/softmax.hpp"
#include "gumbelcheck/sampling/boost_noise.hpp"
#include "gumbelcheck/sampling/gumbel_max.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace {

using namespace gumbelcheck;

constexpr std::size_t kCases = 16;
constexpr std::size_t kMostClasses = 24;
// At |logit| <= 3 a class has probability .0024 or more against one other: two cells of 500 whatever the case.
constexpr std::uint64_t kDraws = 1u << 18;
constexpr std::uint64_t kBlock = 1u << 12;
constexpr double kLevel = 1e-6;  // of each case

using Noise = std::function<void(std::span<double>, random::Stream&)>;

const Noise kOurNoise = [](std::span<double> noise, random::Stream& stream) { sampling::fill_gumbel(noise, stream); };

std::vector<std::uint64_t> counts_of_gumbel_max(const std::vector<double>& logits, const Noise& fill,
                                                std::uint64_t seed) {
  random::Stream stream({.seed = seed, .purpose = random::Purpose::subject_noise});
  std::vector<double> noise(kBlock * logits.size());
  std::vector<std::int64_t> index(kBlock);
  std::vector<std::uint64_t> counts(logits.size());
  const sampling::Shape shape = {kBlock, logits.size()};
  const sampling::View<const double> repeated{logits.data(), shape, {0, 1}};
  for (std::uint64_t draw = 0; draw < kDraws; draw += kBlock) {
    fill(noise, stream);
    sampling::gumbel_max<double>(repeated, sampling::contiguous(noise.data(), shape), -1,
                                 sampling::contiguous(index.data(), {kBlock}));
    for (const std::int64_t k : index) ++counts.at(static_cast<std::size_t>(k));
  }
  return counts;
}

TEST(GumbelMaxMatchesSoftmaxStatistical, ForAnyLogits) {
  std::uint64_t seed = 0;
  for (const std::vector<double>& logits : headline::generated(headline::moderate_logits(kMostClasses), kCases)) {
    const std::vector<double> softmax = law::softmax_double(logits, 1.0);
    EXPECT_GT(headline::p_value_of_fit(counts_of_gumbel_max(logits, kOurNoise, ++seed), softmax), kLevel)
        << "logits: " << testing::PrintToString(logits);
  }
}

// The test can fail: noise that is 10% too wide draws from softmax(logits / 1.1), and is refuted in every case where
// the test's own power says that it must be, which is nearly every case.
TEST(GumbelMaxMatchesSoftmaxStatistical, RefutesNoiseThatIsTooWide) {
  const Noise wide = [](std::span<double> noise, random::Stream& stream) {
    sampling::fill_gumbel(noise, stream);
    for (double& g : noise) g *= 1.1;
  };
  std::size_t certain = 0;
  std::uint64_t seed = 1000;
  for (const std::vector<double>& logits : headline::generated(headline::moderate_logits(kMostClasses), kCases / 2)) {
    const std::vector<double> softmax = law::softmax_double(logits, 1.0), drawn = law::softmax_double(logits, 1.1);
    const auto counts = counts_of_gumbel_max(logits, wide, ++seed);
    EXPECT_GT(headline::p_value_of_fit(counts, drawn), kLevel) << "logits: " << testing::PrintToString(logits);
    if (headline::miss_rate_of_fit(softmax, drawn, kDraws, kLevel) > 1e-6) continue;
    ++certain;
    EXPECT_LE(headline::p_value_of_fit(counts, softmax), kLevel) << "logits: " << testing::PrintToString(logits);
  }
  EXPECT_GE(certain, kCases / 2 - 1);
}

// A second implementation of the noise, Boost.Random's own, from the same streams: at moderate logits the same law,
// and chi-squared sees no difference, not even when an engine of 32 bits drives it.
TEST(GumbelMaxMatchesSoftmaxStatistical, AlsoWithBoostsNoise) {
  const Noise boost_noise = [](std::span<double> noise, random::Stream& stream) {
    sampling::fill_boost_gumbel(noise, stream);
  };
  const Noise boost_noise_of_32_bits = [](std::span<double> noise, random::Stream& stream) {
    sampling::fill_boost_gumbel(noise, [&] { return static_cast<std::uint32_t>(stream() >> 32); });
  };
  std::uint64_t seed = 2000;
  for (const std::vector<double>& logits : headline::generated(headline::moderate_logits(12), 6)) {
    const std::vector<double> softmax = law::softmax_double(logits, 1.0);
    for (const Noise& noise : {boost_noise, boost_noise_of_32_bits}) {
      EXPECT_GT(headline::p_value_of_fit(counts_of_gumbel_max(logits, noise, ++seed), softmax), kLevel)
          << "logits: " << testing::PrintToString(logits);
    }
  }
}

// ---- Where the two differ: at the ends. Both are increasing functions of their word, so the mass that each puts
// beyond x is found exactly, without drawing: it is the share of words above the first that exceeds x.

double boost_mass_above(double x) {
  const auto above = [x](std::uint32_t word) {
    double g = 0;
    sampling::fill_boost_gumbel(std::span(&g, 1), [word] { return word; });
    return g > x;
  };
  std::uint64_t low = 0, high = std::uint64_t{1} << 32;
  while (low < high) {
    const std::uint64_t middle = (low + high) / 2;
    above(static_cast<std::uint32_t>(middle)) ? high = middle : low = middle + 1;
  }
  return std::ldexp(static_cast<double>((std::uint64_t{1} << 32) - low), -32);
}

double our_mass_above(double x) {
  const auto above = [x](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)) > x; };
  constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();
  if (!above(kLast)) return 0;
  std::uint64_t low = 0, high = kLast;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    above(middle) ? high = middle : low = middle + 1;
  }
  return std::ldexp(static_cast<double>(kLast - low) + 1, -64);
}

TEST(GumbelMaxMatchesSoftmax, InTheTailOnlyOurNoiseDoes) {
  fmt::print("mass of the noise above x, as a share of the law's\n   x   ours      Boost, engine of 32 bits\n");
  for (const double x : {5.0, 10.0, 16.0, 18.0, 20.0, 21.0, 22.0, 23.0, 30.0, 40.0}) {
    const double exact = law::gumbel_survival_double(x);
    const double ours = our_mass_above(x) / exact, boost = boost_mass_above(x) / exact;
    fmt::print("{:4g}   {:.6f}  {:.6f}\n", x, ours, boost);
    // A count of words is off by one at most, and noise near x by its spacing; so a share by one word and 1e-14.
    EXPECT_NEAR(ours, 1, std::ldexp(1, -64) / exact + 1e-14) << "x " << x;
    EXPECT_NEAR(boost, 1, std::ldexp(1, -32) / exact + 1e-6) << "x " << x;
    EXPECT_EQ(boost == 0, x > sampling::kBoostLargest32) << "x " << x;
  }
}

TEST(GumbelMaxMatchesSoftmax, AtTheLowestWordOnlyOurNoiseIsFinite) {
  double g = 0;
  sampling::fill_boost_gumbel(std::span(&g, 1), [] { return std::uint32_t{0}; });
  EXPECT_EQ(g, -HUGE_VAL) << "once in 2^32 words: a class that cannot be drawn, whatever its logit is";
  EXPECT_NEAR(sampling::gumbel(random::uniform_pair(0)), law::gumbel_quantile_double(std::ldexp(1, -65)), 1e-14);

  // The difference is not hidden further on either: Gumbel-max refuses such noise and names it.
  const std::vector<double> logits = {0, 1}, noise = {g, 0};
  std::int64_t index = 0;
  EXPECT_THROW(sampling::gumbel_max<double>(sampling::contiguous(logits.data(), {2}),
                                            sampling::contiguous(noise.data(), {2}), -1, {&index, {}, {}}),
               std::invalid_argument);
}

}  // namespace
