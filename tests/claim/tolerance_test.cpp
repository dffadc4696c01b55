// What subjects are held to: the numbers that reports print are those that decide, and each way of judging classes
// passes what it allows and refutes what it does not.

#include "gumbelcheck/claim/tolerance.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "claim/altered_subject.hpp"
#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace {

using namespace gumbelcheck;
using claim::ClassRule;
using claim::ClassTolerance;
using claim::DrawnBy;
using claim::Verdict;
using subject::Dtype;
using subject::Operation;

// gumbel_max over two classes: class 1 with log odds `shift` more than softmax gives it.
struct TwoClasses {
  double shift = 0;
  std::vector<Dtype> dtypes = {Dtype::bfloat16};

  subject::Description describe() const {
    subject::Description described{.name = "two classes", .dtypes = dtypes, .operations = {}};
    described.operations[Operation::gumbel_max] = {};
    return described;
  }
  subject::Reply ask(const subject::Question& asked) const {
    const subject::Array& logits = *asked.find("logits");
    const double p = 1 / (1 + std::exp(logits.real(0) - logits.real(1) - shift));
    random::Stream stream({.seed = *asked.seed, .purpose = random::Purpose::fault});
    std::vector<std::int64_t> index(*asked.draws);
    for (std::int64_t& i : index) i = random::uniform_pair(stream()).lower < p ? 1 : 0;
    return subject::Answer{{{"index", {{index.size()}, std::move(index)}}}};
  }
};

claim::CheckResult held(const TwoClasses& two, std::optional<ClassTolerance> declared,
                        std::vector<double> logits = {0, 0}, std::uint64_t draws = 1u << 17) {
  const claim::Claim* law = claim::find("gumbel-max/law");
  const claim::Request request{.logits = std::move(logits), .draws = draws, .effect = .02, .class_tolerance = declared};
  const std::vector<claim::Case> cases = law->cases(two.describe(), request);
  subject::Subject subject(two);
  return law->check(cases.front(), subject, {});
}

std::string row(Dtype dtype, const std::string& what, const claim::Request& request = {}) {
  for (const claim::Tolerance& found : claim::tolerance_table({.dtypes = {dtype}}, request)) {
    if (found.what == what) return found.rule;
  }
  return "";
}

double number_after(const std::string& text, const std::string& words) {
  const std::size_t at = text.find(words);
  EXPECT_NE(at, std::string::npos) << words << " in " << text;
  return at == std::string::npos ? 0 : std::stod(text.substr(at + words.size()));
}

TEST(ToleranceStatistical, ThePrintedMarginIsTheOneThatDecides) {
  for (const Dtype dtype : {Dtype::bfloat16, Dtype::float16}) {
    const double margin = number_after(row(dtype, "classes drawn"), "looked at: ");
    for (const double side : {-1.0, 1.0}) {
      const auto at = [&](double beyond) {
        return held({.shift = side * (margin + beyond), .dtypes = {dtype}}, std::nullopt);
      };
      EXPECT_EQ(at(0).verdict, Verdict::upheld) << at(0).finding;
      EXPECT_EQ(at(.12).verdict, Verdict::refuted) << subject::name(dtype);  // .03 in probability
    }
  }
}

TEST(ToleranceStatistical, ADeclaredOneIsWhatDecides) {
  for (const Dtype dtype : {Dtype::float32, Dtype::bfloat16}) {
    const TwoClasses shifted{.shift = .5, .dtypes = {dtype}};
    const auto verdict = [&](ClassRule rule, double size) { return held(shifted, ClassTolerance{rule, size}).verdict; };
    EXPECT_EQ(verdict(ClassRule::exact, 0), Verdict::refuted);
    EXPECT_EQ(verdict(ClassRule::log_odds, .38), Verdict::refuted);
    EXPECT_EQ(verdict(ClassRule::log_odds, .5), Verdict::upheld);
    // p = .622 and .378 for .5: the rare side is the one that is out by more, log(.756) = -.28.
    EXPECT_EQ(verdict(ClassRule::relative, .2), Verdict::refuted);
    EXPECT_EQ(verdict(ClassRule::relative, .281), Verdict::upheld);
  }
}

TEST(Tolerance, HeldToNamesTheWay) {
  const auto words = [](Dtype dtype, std::optional<ClassTolerance> declared) {
    return held({.dtypes = {dtype}}, declared, {0, 1}, 4096).held_to;
  };
  EXPECT_EQ(words(Dtype::float32, std::nullopt), "classes drawn: softmax of the logits as rounded to float32 itself");
  EXPECT_NE(words(Dtype::bfloat16, std::nullopt).find("within a margin of 0.25"), std::string::npos);
  EXPECT_NE(words(Dtype::float16, std::nullopt).find("within a margin of 0.03125"), std::string::npos);
  EXPECT_NE(words(Dtype::bfloat16, ClassTolerance{ClassRule::rounded_sum, 0}).find("round(round(noise) + logit)"),
            std::string::npos);
  // float32 has no table of its values: the known algorithm changes nothing there.
  EXPECT_EQ(words(Dtype::float32, ClassTolerance{ClassRule::rounded_sum, 0}), words(Dtype::float32, std::nullopt));
  EXPECT_NE(words(Dtype::float32, ClassTolerance{ClassRule::log_odds, .1}).find("declared margin of 0.1"),
            std::string::npos);
  EXPECT_NE(words(Dtype::float64, ClassTolerance{ClassRule::relative, .1}).find("exp(+-0.1)"), std::string::npos);
}

TEST(Tolerance, TheMarginGrowsWithLogitsAndTemperature) {
  const auto margin = [](double logit, DrawnBy by, double temperature) {
    return claim::default_margin(Dtype::bfloat16, logit, by, temperature);
  };
  EXPECT_EQ(margin(3, DrawnBy::perturbed_maximum, 1), .25);
  EXPECT_EQ(margin(4, DrawnBy::perturbed_maximum, 1), .375);
  EXPECT_EQ(margin(3, DrawnBy::perturbed_maximum, 100), .25);
  EXPECT_GT(margin(3, DrawnBy::soft_sample, 10), margin(3, DrawnBy::soft_sample, 1));
  EXPECT_EQ(8 * claim::default_margin(Dtype::float16, 3, DrawnBy::other, 1), margin(3, DrawnBy::other, 1));
}

TEST(Tolerance, WhereTheMarginSaysNothingTheCaseIsNotAsked) {
  const claim::CheckResult result = held({}, std::nullopt, {300, 299}, 4096);
  EXPECT_EQ(result.verdict, Verdict::unsupported);
  EXPECT_NE(result.finding.find("right samples in bfloat16 may be off by"), std::string::npos) << result.finding;
  EXPECT_EQ(result.held_to, "");
  EXPECT_NE(held({}, ClassTolerance{ClassRule::log_odds, .5}, {300, 299}, 4096).verdict, Verdict::unsupported);
}

// A row whose sum is off by the printed bound: a little less passes, a little more does not.
TEST(Tolerance, ThePrintedSumIsTheOneThatDecides) {
  const std::string rule = row(Dtype::float32, "softmax values");
  const std::string sum = rule.substr(rule.find("sum within"));
  const double bound = (number_after(sum, "sum within ") + 1000) * std::exp2(number_after(sum, " 2^"));
  EXPECT_EQ(number_after(sum, "sum within "), 4);
  EXPECT_NEAR(bound, claim::simplex_bound(1000, 0, Dtype::float32), 1e-9 * bound);
  for (const double part : {.7, 1.3}) {
    const claim_test::Altered off{.answer = [&](const subject::Question& asked, subject::Answer& answer) {
      if (asked.call != Operation::softmax || asked.find("logits")->size() != 1000) return;
      double before = 0;
      for (std::size_t i = 0; i < 1000; ++i) before += answer.find("value")->real(i);
      claim_test::change_each(answer, "value", [&](std::size_t i, double value) {
        return i == 0 ? value + (1 + part * bound - before) : value;
      });
    }};
    const claim::CheckResult result = claim_test::first_of("softmax/simplex", off, {.label = "1000 classes, float32"});
    EXPECT_EQ(result.verdict, part < 1 ? Verdict::upheld : Verdict::refuted) << result.finding;
    EXPECT_NEAR(result.exact->worst, part, .1);
  }
}

TEST(Tolerance, EveryClaimOfEveryDtypeIsAnsweredFor) {
  subject::Description described = subject::Reference().describe();
  described.dtypes = {Dtype::float16, Dtype::bfloat16, Dtype::float32, Dtype::float64};
  for (const claim::Claim& one : claim::catalogue()) {
    if (one.sheet.id == "edge/refusal") continue;  // bad input is asked in one dtype
    const std::vector<claim::Case> cases = one.cases(described, {});
    for (const Dtype dtype : {Dtype::float16, Dtype::bfloat16}) {
      EXPECT_TRUE(std::ranges::any_of(cases, [&](const claim::Case& c) { return c.dtype == dtype; })) << one.sheet.id;
    }
    for (const claim::Case& made : cases) EXPECT_NE(claim::held_to(made), "") << made.claim;
  }
}

TEST(Tolerance, WhatHalfPrecisionDoesNotCarrySaysWhy) {
  subject::Description described = subject::Reference().describe();
  described.dtypes.push_back(Dtype::bfloat16);
  for (const char* id : {"gumbel/law", "concrete/law", "straight-through/gradient", "concrete/density"}) {
    const claim::Claim* one = claim::find(id);
    const std::vector<claim::Case> cases = one->cases(described, {});
    ASSERT_EQ(cases.back().dtype, Dtype::bfloat16) << id;
    subject::Subject subject{subject::Reference()};
    const claim::CheckResult result = one->check(cases.back(), subject, {});
    EXPECT_EQ(result.verdict, Verdict::unsupported) << id;
    EXPECT_NE(result.finding.find("bfloat16"), std::string::npos) << result.finding;
  }
}

// The built-in softmax offered as bfloat16 without rounding to it.
TEST(Tolerance, AValueThatTheDtypeCannotHoldIsNoAnswer) {
  claim_test::Altered unrounded{.description = [](subject::Description& d) { d.dtypes = {Dtype::bfloat16}; },
                                .question = [](subject::Question& q) { q.dtype = Dtype::float32; }};
  const claim::CheckResult result = claim_test::first_of("softmax/value", unrounded);
  EXPECT_EQ(result.verdict, Verdict::broken);
  EXPECT_NE(result.finding.find("which bfloat16 cannot hold"), std::string::npos) << result.finding;
  unrounded.answer = [](const subject::Question&, subject::Answer& answer) {
    claim_test::change_each(answer, "value", [](auto, double y) { return subject::rounded_to(Dtype::bfloat16, y); });
  };
  EXPECT_EQ(claim_test::first_of("softmax/value", unrounded).verdict, Verdict::upheld);
}

TEST(Tolerance, TravelsInTheReplayToken) {
  claim::Replay replay;
  replay.tried = held({}, ClassTolerance{ClassRule::relative, .125}, {0, 1}, 64).tried;
  const claim::Replay again = claim::from_replay_token(claim::replay_token(replay));
  ASSERT_TRUE(again.tried.class_tolerance);
  EXPECT_EQ(again.tried.class_tolerance->rule, ClassRule::relative);
  EXPECT_EQ(again.tried.class_tolerance->size, .125);
  replay.tried.class_tolerance.reset();
  EXPECT_FALSE(claim::from_replay_token(claim::replay_token(replay)).tried.class_tolerance);
}

TEST(Tolerance, AnotherDeviceIsSaid) {
  EXPECT_EQ(claim::tolerance_table({.device = "cpu", .dtypes = {Dtype::float32}}, {}).back().what, "edges");
  const claim::Tolerance last = claim::tolerance_table({.device = "cuda", .dtypes = {Dtype::float32}}, {}).back();
  EXPECT_EQ(last.what, "device cuda");
}

}  // namespace
