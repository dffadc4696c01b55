// straight-through/expectation: the mean of a gradient, for subjects whose noise cannot be asked for twice.

#include <gtest/gtest.h>

#include <cmath>

#include "claim/altered_subject.hpp"

namespace {

using namespace gumbelcheck;
using claim::CheckResult;
using claim::Verdict;
using claim_test::Altered;
using claim_test::first_of;
using claim_test::said;
using subject::Operation;
using subject::Question;

const char* const kId = "straight-through/expectation";

Altered changed(std::function<double(std::size_t, double)> change) {
  return {
      .answer = [=](const Question&, subject::Answer& answer) { claim_test::change_each(answer, "gradient", change); }};
}

TEST(ExpectationStatistical, IsUpheldWithItsBiasAndVariance) {
  double coldest = -1;
  for (const CheckResult& result : claim_test::tried(kId, {}, {.request = {}, .label = "3 classes"})) {
    EXPECT_EQ(result.verdict, Verdict::upheld) << said(result);
    ASSERT_TRUE(result.evidence && result.evidence->control) << said(result);
    EXPECT_TRUE(result.evidence->control->refuted);
    EXPECT_LE(result.evidence->smallest_detectable_effect, result.evidence->declared_effect);
    const std::vector<statistic::Estimate>& estimates = result.evidence->estimates;
    ASSERT_EQ(estimates.size(), 5u);
    for (const statistic::Estimate& estimate : estimates) {
      EXPECT_LE(estimate.low, estimate.expected) << said(result) << estimate.quantity;
      EXPECT_GE(estimate.high, estimate.expected) << said(result) << estimate.quantity;
    }
    // The bias grows with the temperature.
    EXPECT_TRUE(estimates.front().quantity.starts_with("bias"));
    EXPECT_GT(estimates.front().expected, coldest) << said(result);
    coldest = estimates.front().expected;
  }
  EXPECT_GT(coldest, .4);
}

TEST(ExpectationStatistical, NeedsNeitherSeedsNorFrozenNoiseNorBothPaths) {
  for (const bool hard : {true, false}) {
    Altered stream = claim_test::streaming(subject::Seeding::none);
    const auto describe = stream.description;
    stream.description = [=](subject::Description& d) {
      describe(d);
      subject::Offer& offer = d.operations[Operation::gumbel_softmax];
      offer.frozen_noise = false;
      offer.hard = hard;
      offer.soft = !hard;
    };
    const CheckResult result = first_of(kId, stream, {.request = {}, .label = "2 classes"});
    EXPECT_EQ(result.verdict, Verdict::upheld) << said(result);
    EXPECT_EQ(result.tried.variant, hard ? "hard" : "soft");
  }
}

TEST(ExpectationFault, AWrongMeanIsRefuted) {
  const auto expect = [](const Altered& altered, const claim_test::Trial& trial) {
    const CheckResult result = first_of(kId, altered, trial);
    EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
  };
  expect(changed([](auto, double g) { return 1.05 * g; }), {.request = {}, .label = "temperature 1"});
  expect(changed([](auto, double g) { return .97 * g; }), {.request = {}, .label = "temperature 10"});
  expect(changed([](auto, double g) { return -g; }), {.request = {}, .label = "temperature 2"});
  // One entry alone, and two exchanged.
  expect(changed([](std::size_t i, double g) { return i % 3 == 2 ? 0 : g; }),
         {.request = {}, .label = "temperature 0.5"});
  // No gradient at all: so cold that its mean is below the declared effect, and only the bets see it.
  expect(changed([](auto, double) { return 0; }), {.request = {.temperatures = {.01}}, .label = "2 classes"});
  expect(changed([](auto, double) { return NAN; }), {});
  // Larger than any gradient can be.
  const CheckResult huge = first_of(kId, changed([](auto, double g) { return 1000 * g; }), {});
  EXPECT_EQ(huge.verdict, Verdict::refuted);
  EXPECT_NE(huge.finding.find("no sample gives more"), std::string::npos) << huge.finding;
}

TEST(Expectation, SaysWhatItCannotTell) {
  const auto verdict = [](std::vector<double> logits, double temperature) {
    return first_of(kId, {}, {.request = {.logits = logits, .temperatures = {temperature}}, .label = "float32"});
  };
  EXPECT_EQ(verdict(std::vector<double>(17), 1).verdict, Verdict::unsupported);
  EXPECT_EQ(verdict({0, 1, 2}, 1e-3).verdict, Verdict::unsupported);
  EXPECT_EQ(verdict({0, 1, -HUGE_VAL, 2}, 1).verdict, Verdict::upheld);
  // So hot that every gradient is the same number.
  EXPECT_EQ(first_of(kId, {}, {.request = {.temperatures = {5000}}, .label = "2 classes"}).verdict, Verdict::upheld);
  const Altered none{
      .description = [](subject::Description& d) { d.operations[Operation::gumbel_softmax].gradient = false; }};
  EXPECT_TRUE(claim_test::cases(kId, none, {}).empty());
}

}  // namespace
