// Exact tails against 50 digits, from the middle to 1e-300.

#include "gumbelcheck/statistic/exact_tails.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "statistic/tables.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr double kRelative = 1e-10;  // a p-value of 1e-12 needs no more than its first digits

TEST(ExactTailsTables, AgreeWithFiftyDigits) {
  for (const auto& row : tables()["poisson"]) {
    EXPECT_NEAR(poisson_upper_tail(row[0], row[1]) / row[2].get<double>(), 1, kRelative) << row.dump();
  }
  for (const auto& row : tables()["binomial"]) {
    EXPECT_NEAR(binomial_upper_tail(row[0], row[1], row[2]) / row[3].get<double>(), 1, kRelative) << row.dump();
    EXPECT_NEAR(binomial_lower_tail(row[0], row[1], row[2]) / row[4].get<double>(), 1, kRelative) << row.dump();
  }
}

TEST(ExactTails, CoverTheWholeRange) {
  EXPECT_EQ(binomial_upper_tail(0, 5, 0.3), 1);
  EXPECT_EQ(binomial_upper_tail(3, 2, 0.5), 0);
  EXPECT_EQ(binomial_upper_tail(1, 2, 0), 0);
  EXPECT_EQ(binomial_upper_tail(2, 2, 1), 1);
  EXPECT_EQ(binomial_lower_tail(2, 2, 0.5), 1);
  EXPECT_EQ(binomial_lower_tail(0, 2, 0), 1);
  EXPECT_EQ(binomial_lower_tail(1, 2, 1), 0);
  EXPECT_EQ(binomial_two_sided(5, 10, 0.5), 1);
  EXPECT_EQ(poisson_upper_tail(0, 0), 1);
  EXPECT_EQ(poisson_upper_tail(1, 0), 0);
  // Both tails together hold the count itself twice.
  const double twice = binomial_upper_tail(30, 100, 0.25) + binomial_lower_tail(30, 100, 0.25);
  EXPECT_NEAR(twice - 1,
              std::exp(std::lgamma(101) - std::lgamma(31) - std::lgamma(71) + 30 * std::log(.25) + 70 * std::log(.75)),
              1e-12);
}

// The law of the number of distinct values among `draws` in `cells` equal cells, by adding one draw at a time.
std::vector<double> distinct_law(std::size_t draws, std::size_t cells) {
  std::vector<double> law(draws + 1);
  law[0] = 1;
  for (std::size_t d = 0; d < draws; ++d) {
    for (std::size_t k = d + 1; k > 0; --k) {
      const double taken = static_cast<double>(k) / static_cast<double>(cells);
      const double before = 1 - static_cast<double>(k - 1) / static_cast<double>(cells);
      law[k] = law[k] * taken + law[k - 1] * std::max(before, 0.0);
    }
    law[0] = 0;
  }
  return law;
}

TEST(ExactTails, RepeatsAreBoundedForEveryCount) {
  for (const auto& [draws, cells] :
       {std::pair<std::size_t, std::size_t>{10, 1000}, {60, 100}, {200, 5000}, {300, 40}}) {
    const auto n = static_cast<double>(draws);
    const auto m = static_cast<double>(cells);
    const std::vector<double> law = distinct_law(draws, cells);
    double tail = 0;
    for (std::size_t repeats = draws; repeats-- > 1;) {
      tail += law[draws - repeats];
      const double bound = repeats_upper_bound(repeats, n * n / 2 / m, n / m);
      EXPECT_GE(bound, tail * (1 - 1e-12)) << repeats << " repeats of " << draws << " in " << cells;
    }
  }
  // What gumbel/tail relies on: 24-bit noise, and values that are all the same, are far outside.
  EXPECT_LT(repeats_upper_bound(6982, 515, .07), 1e-300);
  EXPECT_LT(repeats_upper_bound(32767, 515, .07), 1e-300);
  EXPECT_LT(repeats_upper_bound(65535, 161, .03), 1e-300);
  EXPECT_LT(repeats_upper_bound(3, 1e-6, 2e-10), 1e-16);
  EXPECT_GT(repeats_upper_bound(650, 515, .07), 1e-9);
  EXPECT_EQ(repeats_upper_bound(500, 515, .07), 1);
  EXPECT_EQ(repeats_upper_bound(0, 0, 0), 1);
  EXPECT_EQ(repeats_upper_bound(1, 0, 0), 0);
}

TEST(ExactTails, NonsenseIsRefused) {
  EXPECT_THROW(repeats_upper_bound(1, -1, 0), std::invalid_argument);
  EXPECT_THROW(repeats_upper_bound(1, 1, std::nan("")), std::invalid_argument);
  EXPECT_THROW(binomial_upper_tail(1, 2, std::nan("")), std::invalid_argument);
  EXPECT_THROW(binomial_lower_tail(1, 2, 1.5), std::invalid_argument);
  EXPECT_THROW(poisson_upper_tail(1, -1), std::invalid_argument);
  EXPECT_THROW(poisson_upper_tail(1, std::nan("")), std::invalid_argument);
}

}  // namespace
}  // namespace gumbelcheck::statistic
