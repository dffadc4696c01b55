#include "gumbelcheck/claim/plackett_luce.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace {

using namespace gumbelcheck;
using claim::PlackettLuceRow;

random::Stream harness() { return random::Stream({.seed = 3, .purpose = random::Purpose::randomisation}); }

// By enumeration: every ordered choice takes the interval of U_j that its conditional probability says.
TEST(PlackettLuce, EachClassTakesTheIntervalOfItsConditionalProbability) {
  const std::vector<double> logits = {1, -HUGE_VAL, 0, -2, .5};
  const std::array<std::int64_t, 4> possible = {0, 2, 3, 4};
  PlackettLuceRow row(logits, 2);
  ASSERT_EQ(row.coordinates(), 2u);
  for (const std::int64_t first : possible) {
    for (const std::int64_t second : possible) {
      if (first == second) continue;
      double before = 0, total = 0;
      for (const std::int64_t k : possible) {
        const double weight = std::exp(logits[static_cast<std::size_t>(k)]);
        if (k == first) continue;
        total += weight;
        if (k < second) before += weight;
      }
      random::Stream stream = harness(), same = harness();
      std::array<random::UniformPair, 2> u;
      ASSERT_EQ(row.look(std::array{first, second}, stream, u), "");
      same();
      const double v = random::uniform_pair(same()).lower;
      const double weight = std::exp(logits[static_cast<std::size_t>(second)]);
      EXPECT_NEAR(u[1].lower, (before + v * weight) / total, 1e-15);
      EXPECT_NEAR(u[1].lower + u[1].upper, 1, 1e-15);
    }
  }
}

TEST(PlackettLuce, WhatIsLeftOfAHeavyClassKeepsItsPrecision) {
  // After class 1 the others are in the ratio 1 : 3, though their sum is 1e-26 of the whole.
  PlackettLuceRow row({0, 60, std::log(3)}, 2);
  random::Stream stream = harness(), same = harness();
  std::array<random::UniformPair, 2> u;
  ASSERT_EQ(row.look(std::array<std::int64_t, 2>{1, 2}, stream, u), "");
  same();
  EXPECT_NEAR(u[1].lower, .25 + .75 * random::uniform_pair(same()).lower, 1e-15);
  // Weights that no double holds beside the first.
  PlackettLuceRow far({2000, 0, std::log(3)}, 2);
  random::Stream again = harness();
  std::array<random::UniformPair, 2> w;
  ASSERT_EQ(far.look(std::array<std::int64_t, 2>{0, 2}, again, w), "");
  EXPECT_NEAR(w[1].lower, u[1].lower, 1e-13);
}

TEST(PlackettLuce, TheLastClassLeftIsNoCoordinate) {
  EXPECT_EQ(PlackettLuceRow({0, 1, 2}, 3).coordinates(), 2u);
  EXPECT_EQ(PlackettLuceRow({0, -HUGE_VAL, 2}, 2).coordinates(), 1u);
  EXPECT_EQ(PlackettLuceRow({0, -HUGE_VAL}, 1).coordinates(), 0u);
}

TEST(PlackettLuce, SaysWhatIsNoDrawWithoutReplacement) {
  PlackettLuceRow row({0, 1, -HUGE_VAL, 2}, 2);
  random::Stream stream = harness();
  std::array<random::UniformPair, 2> u;
  const auto said = [&](std::int64_t a, std::int64_t b) { return row.look(std::array{a, b}, stream, u); };
  EXPECT_EQ(said(3, 3), "class 3 was drawn twice, the second time at place 1");
  EXPECT_EQ(said(2, 0), "place 0 holds class 2, whose probability is 0");
  EXPECT_EQ(said(0, 4), "place 1 holds class 4; there are classes 0 to 3");
  EXPECT_EQ(said(0, -1), "place 1 holds class -1; there are classes 0 to 3");
  EXPECT_EQ(said(0, 3), "") << "the row is as new each time";
  EXPECT_THROW(PlackettLuceRow({0, -HUGE_VAL}, 2), std::invalid_argument);
  EXPECT_THROW(PlackettLuceRow({0, 1}, 0), std::invalid_argument);
}

}  // namespace
