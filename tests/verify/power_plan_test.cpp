// What every check would see, before anything is drawn; and that runs say the same of themselves.

#include "gumbelcheck/verify/power_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/noise_tails.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace {

using namespace gumbelcheck;
using verify::CheckSees;

verify::PowerQuestion of(std::vector<std::string> claims) {
  verify::PowerQuestion question;
  question.settings.claims = std::move(claims);
  return question;
}

subject::Description described() { return subject::Reference().describe(); }

TEST(PowerPlan, EveryClaimHasARowAndSeesWhatItDeclares) {
  const verify::PowerPlan plan = verify::power_plan(of({}), described());
  ASSERT_EQ(plan.claims.size(), claim::catalogue().size());
  for (std::size_t i = 0; i < plan.claims.size(); ++i) {
    const std::string& id = claim::catalogue()[i].sheet.id;
    EXPECT_EQ(plan.claims[i].claim->sheet.id, id);
    EXPECT_FALSE(plan.claims[i].checks.empty()) << id;
    for (const CheckSees& check : plan.claims[i].checks) {
      const std::string which = id + ", " + check.tried.label;
      if (check.by == CheckSees::By::counts) {
        EXPECT_FALSE(check.tables.empty()) << which;
        EXPECT_LE(check.smallest_effect, check.tried.effect) << which;
        EXPECT_LE(check.draws_needed, check.tried.draws) << which;
      } else if (check.by != CheckSees::By::exact) {
        EXPECT_TRUE(check.sight || !check.note.empty()) << which;
      }
    }
  }
}

TEST(PowerPlan, HalfPrecisionSeesBeyondItsTolerance) {
  subject::Description half = described();
  half.dtypes = {subject::Dtype::bfloat16};
  const verify::PowerPlan plan = verify::power_plan(of({"gumbel-max/law", "categorical/law"}), half);
  ASSERT_EQ(plan.claims.size(), 2u);
  for (const verify::ClaimSees& claim : plan.claims) {
    ASSERT_FALSE(claim.checks.empty());
    for (const CheckSees& check : claim.checks) {
      ASSERT_EQ(check.by, CheckSees::By::within) << check.tried.label;
      EXPECT_NE(check.weakest.find("on log odds"), std::string::npos) << check.weakest;
      EXPECT_LE(check.smallest_effect, check.tried.effect) << check.tried.label;
      EXPECT_LE(check.draws_needed, check.tried.draws) << check.tried.label;
      EXPECT_GT(check.draws_needed, check.tried.draws / 64) << check.tried.label;
    }
  }
}

// The laws, whatever else there is: the mechanism finds their tables.
TEST(PowerPlan, LawsAreDecidedByCounts) {
  for (const char* id : {"gumbel/law", "gumbel-max/law", "categorical/law", "concrete/law", "concrete/rounding",
                         "gumbel-softmax/axis", "stream/rows", "stream/calls"}) {
    const verify::PowerPlan plan = verify::power_plan(of({id}), described());
    const auto counted = std::ranges::count(plan.claims.front().checks, CheckSees::By::counts, &CheckSees::by);
    EXPECT_GT(counted, 0) << id;
  }
}

struct Asked {
  std::atomic<int>* questions;
  subject::Description describe() const { return described(); }
  subject::Reply ask(const subject::Question&) const {
    ++*questions;
    return subject::Refusal{"no"};
  }
};

TEST(PowerPlan, NothingIsAsked) {
  std::atomic<int> questions = 0;
  const verify::SubjectSource source{
      .spec = "asked", .command = {}, .open = [&] { return subject::Subject(Asked{&questions}); }};
  EXPECT_FALSE(verify::power_plan(of({}), source).claims.empty());
  EXPECT_EQ(questions, 0);
}

const CheckSees& first(const verify::PowerPlan& plan) { return plan.claims.front().checks.front(); }

TEST(PowerPlan, DrawsAndEffectAnswerEachOther) {
  for (const char* id : {"gumbel/law", "gumbel-max/law", "concrete/law", "stream/calls"}) {
    verify::PowerQuestion question = of({id});
    question.settings.request.effect = .02;
    const std::uint64_t needed = first(verify::power_plan(question, described())).draws_needed;
    question.settings.request.draws = needed;
    EXPECT_LE(first(verify::power_plan(question, described())).smallest_effect, .02) << id;
    question.settings.request.draws = needed * 9 / 10;
    EXPECT_GT(first(verify::power_plan(question, described())).smallest_effect, .02) << id;
  }
}

TEST(PowerPlan, DrawsAndEffectBeyondAToleranceAnswerEachOther) {
  subject::Description half = described();
  half.dtypes = {subject::Dtype::float16};
  verify::PowerQuestion question = of({"gumbel-max/law"});
  question.settings.request.effect = .02;
  const std::uint64_t needed = first(verify::power_plan(question, half)).draws_needed;
  question.settings.request.draws = needed;
  EXPECT_LE(first(verify::power_plan(question, half)).smallest_effect, .02);
  question.settings.request.draws = needed - needed / 100;
  EXPECT_GT(first(verify::power_plan(question, half)).smallest_effect, .02);
  question.settings.request.draws = 8;
  EXPECT_EQ(first(verify::power_plan(question, half)).smallest_effect, 1);
}

TEST(PowerPlan, RatesAndTheSizeOfTheRunCount) {
  const auto needed = [](auto change) {
    verify::PowerQuestion question = of({"gumbel-max/law"});
    change(question);
    return first(verify::power_plan(question, described())).draws_needed;
  };
  const std::uint64_t usual = needed([](auto&) {});
  EXPECT_GT(needed([](auto& q) { q.settings.false_alarm_rate = 1e-60; }), usual);
  EXPECT_LT(needed([](auto& q) { q.settings.miss_rate = 1e-2; }), usual);
  EXPECT_GT(needed([](auto& q) { q.settings.false_alarm_rate = 1e-40, q.checks = std::uint64_t{1} << 50; }),
            needed([](auto& q) { q.settings.false_alarm_rate = 1e-40; }));
}

TEST(PowerPlan, TimesWhatIsDrawnWhereItIsAskedTo) {
  verify::PowerQuestion question = of({"gumbel/law", "softmax/value"});
  question.time = true;
  const verify::PowerPlan plan = verify::power_plan(question, verify::subject_source("reference"));
  ASSERT_TRUE(first(plan).seconds);
  EXPECT_GT(*first(plan).seconds, 0);
  EXPECT_FALSE(plan.claims.back().checks.front().seconds) << "exact";
  question.settings.claims = {"gumbel/law"};
  const verify::PowerPlan refuted =
      verify::power_plan(question, verify::subject_source("fault:noise-of-the-wrong-sign"));
  EXPECT_FALSE(first(refuted).seconds) << "it never draws all that was planned";
}

TEST(PowerPlan, OnlyTheDtypeAskedFor) {
  verify::PowerQuestion question = of({"gumbel/law", "concrete/law"});
  question.dtype = subject::Dtype::float64;
  for (const auto& claim : verify::power_plan(question, described()).claims) {
    for (const CheckSees& check : claim.checks) EXPECT_EQ(check.tried.dtype, subject::Dtype::float64);
  }
  subject::Description nothing = described();
  nothing.operations.clear();
  for (const auto& claim : verify::power_plan(of({}), nothing).claims) EXPECT_NE(claim.missing, "");
}

TEST(PowerPlan, ACheckOfSeveralTestsPlansWithTheirShareOfTheBudget) {
  const statistic::Budget budget{.checks = 1000};
  const auto counted = [&](const char* id) {
    const claim::Claim& claim = *claim::find(id);
    return claim::what_is_counted(claim, claim.cases(described(), {}).front(), described(), budget);
  };
  EXPECT_DOUBLE_EQ(counted("stream/rows")->budget.false_alarm_rate, budget.false_alarm_rate / 3);
  EXPECT_DOUBLE_EQ(counted("gumbel/law")->budget.false_alarm_rate, budget.false_alarm_rate);
  EXPECT_FALSE(counted("softmax/value"));
  EXPECT_FALSE(counted("gumbel/tail"));
}

// A tail cut off at the mass that gumbel/tail says it sees is refuted; the tests know its exact quantiles.
TEST(PowerPlan, GumbelTailSeesTheCutThatItNames) {
  verify::PowerQuestion question = of({"gumbel/tail"});
  question.settings.request.draws = std::uint64_t{1} << 18;
  const verify::PowerPlan plan = verify::power_plan(question, described());
  const CheckSees& check = first(plan);
  ASSERT_TRUE(check.sight);
  const auto smallest_p = [&](double cut) {
    const double draws = static_cast<double>(check.tried.draws);
    claim::NoiseTails tails(check.tried.draws, subject::unit_roundoff(check.tried.dtype));
    for (double i = 0; i < draws; ++i) {
      const double beyond = (i + .5) / draws;  // evenly spread, and nothing above the cut
      tails.add(-std::log(-std::log1p(-(cut + (1 - cut) * beyond))));
    }
    double smallest = 1;
    for (const claim::TailTest& test : tails.tests()) smallest = std::min(smallest, test.p_value);
    return smallest * static_cast<double>(tails.tests().size());
  };
  EXPECT_LE(smallest_p(check.sight->smallest), plan.budget.alpha_per_check());
  EXPECT_GT(smallest_p(check.sight->smallest / 4), plan.budget.alpha_per_check());
  question.settings.request.draws = 1024;
  EXPECT_EQ(first(verify::power_plan(question, described())).sight->smallest, 1) << "too few for any quantile";
}

TEST(PowerPlan, ARunSaysTheSameOfItself) {
  const std::pair<const char*, const char*> asked[] = {{"gumbel/law", "reference"},
                                                       {"gumbel-max/law", "reference"},
                                                       {"stream/rows", "reference"},
                                                       {"gumbel-max/law", "fault:acquittal-bfloat16-kernel"}};
  for (const auto& [id, spec] : asked) {
    verify::PowerQuestion question = of({id});
    question.settings.request.draws = 4096;
    question.settings.threads = 1;
    const verify::SubjectSource source = verify::subject_source(spec);
    const claim::RunRecord record = verify::run(question.settings, source);
    const verify::PowerPlan plan = verify::power_plan(question, source);
    for (std::size_t i = 0; i < plan.claims.front().checks.size(); ++i) {
      const claim::CheckResult& check = record.claims.front().checks[i];
      ASSERT_TRUE(check.evidence) << id;
      // The run knows a pair table by its own looks, of which there are four fewer.
      EXPECT_NEAR(check.evidence->smallest_detectable_effect / plan.claims.front().checks[i].smallest_effect, 1, .02)
          << id << ", " << check.tried.label;
    }
  }
}

}  // namespace
