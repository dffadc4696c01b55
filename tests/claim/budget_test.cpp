// A check that makes several tests shares its part of the budget among them.

#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "claim/altered_subject.hpp"

namespace {

using namespace gumbelcheck;

TEST(BudgetParts, AddUpToTheWhole) {
  const statistic::Budget budget{.false_alarm_rate = 1e-9, .miss_rate = 1e-6, .checks = 240};
  EXPECT_DOUBLE_EQ(budget.alpha_per_check(), 1e-12);
  for (const std::uint64_t parts : {1u, 2u, 3u, 68u}) {
    const statistic::Budget part = budget.part_of(parts);
    EXPECT_DOUBLE_EQ(static_cast<double>(parts) * part.alpha_per_check(), budget.alpha_per_check());
    EXPECT_EQ(part.miss_rate, budget.miss_rate);
    EXPECT_EQ(part.checks, budget.checks);
  }
  EXPECT_DOUBLE_EQ(budget.part_of(2).part_of(3).alpha_per_check(), budget.part_of(6).alpha_per_check());
  EXPECT_THROW(budget.part_of(0), std::invalid_argument);
}

// What the sentence of a refutation names as its threshold, as a power of ten.
double threshold_in(const std::string& finding) {
  std::smatch found;
  if (!std::regex_search(finding, found, std::regex("refuted from 1e([0-9.]+)"))) return 0;
  return std::stod(found[1]);
}

// Every draw is the one before, in small: tables see it, and rows are not equal bit for bit.
TEST(BudgetParts, AreWhatTheStreamClaimsDecideBy) {
  const claim_test::Altered drifting{.answer = [](const subject::Question& asked, subject::Answer& answer) {
    if (asked.call != subject::Operation::gumbel) return;
    double held = 0;
    claim_test::change_each(answer, "noise", [&](std::size_t i, double g) {
      if (i % 2 == 0) held = g;
      return i % 2 == 0 ? g : held + 1e-3;
    });
  }};
  const claim::CheckResult rows =
      claim_test::first_of("stream/rows", drifting, {.request = {}, .label = "gumbel", .budget = {}});
  ASSERT_EQ(rows.verdict, claim::Verdict::refuted) << claim_test::said(rows);
  EXPECT_NEAR(threshold_in(rows.finding), 12 + std::log10(3.0), .06) << rows.finding;
}

}  // namespace
