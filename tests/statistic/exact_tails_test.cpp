// Exact tails against 50 digits, from the middle to 1e-300.

#include "gumbelcheck/statistic/exact_tails.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

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

TEST(ExactTails, NonsenseIsRefused) {
  EXPECT_THROW(binomial_upper_tail(1, 2, std::nan("")), std::invalid_argument);
  EXPECT_THROW(binomial_lower_tail(1, 2, 1.5), std::invalid_argument);
  EXPECT_THROW(poisson_upper_tail(1, -1), std::invalid_argument);
  EXPECT_THROW(poisson_upper_tail(1, std::nan("")), std::invalid_argument);
}

}  // namespace
}  // namespace gumbelcheck::statistic
