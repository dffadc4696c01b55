// Whole runs in float16 and bfloat16: a right kernel passes, logits that are 10% too large do not, and each dtype is
// held to what the report says.

#include <gtest/gtest.h>

#include <algorithm>

#include "gumbelcheck/fault/half_kernel.hpp"
#include "gumbelcheck/verify/verify.hpp"

namespace gumbelcheck::verify {
namespace {

using claim::ClassRule;
using claim::ClassTolerance;
using claim::Verdict;
using subject::Dtype;

SubjectSource kernel(fault::HalfKernel parts) {
  return {.spec = "fault:half", .command = {}, .open = [parts] { return fault::half_kernel(parts); }};
}

claim::RunRecord run_of(const fault::HalfKernel& parts, std::vector<std::string> claims, claim::Request request = {}) {
  Settings settings;
  settings.claims = std::move(claims);
  settings.request = std::move(request);
  settings.threads = 1;
  return run(settings, kernel(parts));
}

class HalfPrecisionStatistical : public testing::TestWithParam<Dtype> {};

// So coarse at logits of 20 that one noise value in four ties: far from softmax, and exactly its own law.
TEST_P(HalfPrecisionStatistical, AKernelFollowsTheLawOfItsRoundedSums) {
  const double size = GetParam() == Dtype::bfloat16 ? 20 : 160;
  fault::HalfKernel parts{.dtypes = {GetParam()}};
  const auto judged = [&](ClassTolerance tolerance) {
    return run_of(parts, {"gumbel-max/law"},
                  {.logits = std::vector<double>{size, size, size, size - 1},
                   .draws = 1u << 17,
                   .effect = .02,
                   .class_tolerance = tolerance})
        .claims.front()
        .checks.front();
  };
  const claim::CheckResult own = judged({ClassRule::rounded_sum, 0});
  EXPECT_EQ(own.verdict, Verdict::upheld) << own.finding;
  EXPECT_EQ(judged({ClassRule::exact, 0}).verdict, Verdict::refuted);
  // The last of equals is another law, and as near to softmax as this one.
  parts.last_of_equals = true;
  EXPECT_EQ(judged({ClassRule::rounded_sum, 0}).verdict, Verdict::refuted);
  EXPECT_EQ(judged({ClassRule::log_odds, .4}).verdict, Verdict::upheld);
}

TEST_P(HalfPrecisionStatistical, LogitsTenPerCentTooLargeAreRefutedEitherWay) {
  const claim::Claim* law = claim::find("gumbel-max/law");
  for (const std::optional<ClassTolerance>& tolerance :
       {std::optional<ClassTolerance>{}, std::optional<ClassTolerance>{{ClassRule::rounded_sum, 0}}}) {
    subject::Subject subject = fault::half_kernel({.dtypes = {GetParam()}, .logit_scale = 1.1});
    for (const claim::Case& made : law->cases(subject.describe(), {.class_tolerance = tolerance})) {
      if (made.label.find("against") == std::string::npos) continue;
      const claim::CheckResult result = law->check(made, subject, {});
      EXPECT_EQ(result.verdict, Verdict::refuted) << result.finding;
      EXPECT_LT(result.draws, 40'000u);
    }
  }
}

TEST_P(HalfPrecisionStatistical, ARightKernelUpholdsWhatItIsAsked) {
  const claim::RunRecord record =
      run_of({.dtypes = {GetParam()}},
             {"softmax/*", "gumbel-softmax/simplex", "straight-through/*", "stream/replay", "concrete/*", "gumbel/*"},
             {.temperatures = {.1, 1}});
  EXPECT_EQ(claim::overall(record), Verdict::upheld);
  ASSERT_FALSE(record.tolerances.empty());
  for (const claim::ClaimResult& claim : record.claims) {
    for (const claim::CheckResult& check : claim.checks) {
      if (check.verdict == Verdict::unsupported) {
        EXPECT_EQ(check.held_to, "");
        EXPECT_NE(check.finding, "");
        continue;
      }
      EXPECT_EQ(check.verdict, Verdict::upheld) << check.tried.claim << " " << check.tried.label << check.finding;
      EXPECT_TRUE(std::ranges::any_of(record.tolerances, [&](const claim::Tolerance& row) {
        return check.held_to.starts_with(row.what + ": ");
      })) << check.held_to;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Both, HalfPrecisionStatistical, testing::Values(Dtype::bfloat16, Dtype::float16),
                         [](const auto& named) { return std::string(subject::name(named.param)); });

}  // namespace
}  // namespace gumbelcheck::verify
