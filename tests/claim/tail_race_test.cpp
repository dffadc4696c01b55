#include "gumbelcheck/claim/tail_race.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/random/uniform.hpp"

namespace {

using namespace gumbelcheck;
using claim::TailRace;
using claim::TailTest;

// By its definition: with E0 exponential a class at -D wins when its own exponential, a multiple of 2^-b, is at most
// E0 e^-D; without the grid the odds are e^-D.
TEST(TailRace, TheShareThatAGridLeavesIsThatOfItsDefinition) {
  for (const auto& [distance, bits] : {std::pair{14.0, 24}, {18.0, 24}, {16.0, 23}, {14.0, 18}, {20.0, 24}}) {
    const double c = std::ldexp(std::exp(-distance), bits);
    double mean = 0;  // of floor(c E0)
    for (int j = 1; j < 2000; ++j) mean += std::exp(-j / c);
    EXPECT_NEAR(claim::share_left_by_grid(distance, bits) / (mean / c), 1, 1e-9) << distance << " " << bits;
  }
  EXPECT_NEAR(claim::share_left_by_grid(18, 24), .080, .001);
  EXPECT_NEAR(claim::share_left_by_grid(16, 23), .56, .005);
}

double least_p(const TailRace& race) {
  const std::vector<TailTest> tests = race.tests();
  return std::ranges::min_element(tests, {}, &TailTest::p_value)->p_value;
}

// `near` and `far` wins of a row of the two fields, of `rows`.
TailRace raced(std::uint64_t rows, std::uint64_t near, std::uint64_t far) {
  TailRace race(rows);
  const std::vector<double> logits = race.logits();
  const auto first_far = static_cast<std::int64_t>(std::ranges::find(logits, logits.back()) - logits.begin());
  race.add(std::vector<std::int64_t>(near, first_far - 1));
  race.add(std::vector<std::int64_t>(far, first_far));
  race.add(std::vector<std::int64_t>(rows - near - far, 0));
  return race;
}

TEST(TailRace, RightCountsPassAndThoseOfTheGridThatItNamesDoNot) {
  for (const std::uint64_t rows : {std::uint64_t{1} << 10, TailRace::kMostRows}) {
    const TailRace none = raced(rows, 0, 0);
    const std::vector<double> logits = none.logits();
    ASSERT_EQ(logits.size(), TailRace::kClasses);
    double all = 0, near = 0;
    for (const double logit : logits) {
      all += std::exp(logit);
      if (logit == logits[1]) near += std::exp(logit);
    }
    const double n = static_cast<double>(rows);
    const auto near_wins = static_cast<std::uint64_t>(n * near / all);
    const auto far_wins = static_cast<std::uint64_t>(n * (all - 1 - near) / all);
    const TailRace right = raced(rows, near_wins, far_wins);
    EXPECT_GT(least_p(right), .5) << rows;
    EXPECT_LT(right.on_coarse_grid().p_value, 1e-14) << rows;
    const double left = claim::share_left_by_grid(-logits.back(), right.grid_bits());
    const double left_near = claim::share_left_by_grid(-logits[1], right.grid_bits());
    const auto wins = [](std::uint64_t expected, double share) {
      return static_cast<std::uint64_t>(share * static_cast<double>(expected));
    };
    EXPECT_LT(least_p(raced(rows, wins(near_wins, left_near), wins(far_wins, left))), 1e-12) << rows;
  }
}

// Rows of the race, without drawing all of their noise: the least of V exponentials decides for its field, and on a grid
// of 2^-bits (0: none) that is a multiple of the step, above t of them with probability (1 - t 2^-bits)^V.
TailRace simulated(std::uint64_t rows, int bits, std::uint64_t seed) {
  TailRace race(rows);
  const std::vector<double> logits = race.logits();
  const auto near = std::ranges::count(logits, logits[1]);
  const auto far = std::ranges::count(logits, logits.back());
  random::Stream stream({.seed = seed, .purpose = random::Purpose::calibration});
  const auto noise = [&](std::int64_t classes) {
    const double least = -std::expm1(std::log(random::uniform_pair(stream()).lower) / static_cast<double>(classes));
    const double upper = bits == 0 ? least : std::ldexp(std::floor(std::ldexp(least, bits)) + 1, -bits);
    return -std::log(-std::log1p(-std::min(upper, 1 - 1e-9)));
  };
  for (std::uint64_t row = 0; row < rows; ++row) {
    const double one = noise(1), of_near = logits[1] + noise(near), of_far = logits.back() + noise(far);
    const std::int64_t index = one >= std::max(of_near, of_far) ? 0 : of_near >= of_far ? 1 : 1 + near;
    race.add(std::array{index});
  }
  return race;
}

TEST(TailRaceFault, GridsAreFoundAndNoneIsNot) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for (const int bits : {16, 17}) EXPECT_LT(least_p(simulated(1024, bits, seed)), 5e-13) << bits;
    for (const int bits : {22, 23, 24}) EXPECT_LT(least_p(simulated(TailRace::kMostRows, bits, seed)), 5e-13) << bits;
    for (const std::uint64_t rows : {std::uint64_t{1024}, TailRace::kMostRows}) {
      EXPECT_GT(least_p(simulated(rows, 0, seed)), 1e-6) << rows;
      EXPECT_LT(simulated(rows, 0, seed).on_coarse_grid().p_value, 5e-13) << rows;
    }
    EXPECT_GT(least_p(simulated(TailRace::kMostRows, 30, seed)), 1e-6) << "a grid too fine for it";
  }
}

TEST(TailRace, AnIndexThatIsNoClassIsRefused) {
  TailRace race(2);
  EXPECT_THROW(race.add(std::vector<std::int64_t>{65536}), std::invalid_argument);
  EXPECT_THROW(race.add(std::vector<std::int64_t>{-1}), std::invalid_argument);
}

}  // namespace
