// A refuted case is reduced to the smallest that fails, on draws of its own.

#include "gumbelcheck/verify/shrink.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace {

using namespace gumbelcheck;
using claim::Verdict;

const claim::CheckResult& first_refuted(const claim::RunRecord& record) {
  for (const claim::ClaimResult& result : record.claims) {
    const auto found = std::ranges::find(result.checks, Verdict::refuted, &claim::CheckResult::verdict);
    if (found != result.checks.end()) return *found;
  }
  throw std::logic_error("nothing is refuted");
}

claim::Replay origin_of(const claim::CheckResult& refuted) {
  claim::Replay origin;
  origin.tried = refuted.tried;
  origin.subject = "reference";
  return origin;
}

// A judge that is a rule about cases.
verify::Judge judge(std::function<bool(const claim::Case&)> fails, std::uint64_t* asked = nullptr) {
  return [fails, asked](const claim::Case& tried, const statistic::Budget&) {
    verify::Judged judged;
    judged.result.tried = tried;
    judged.result.verdict = fails(tried) ? Verdict::refuted : Verdict::inconclusive;
    judged.result.draws = tried.draws;
    if (asked != nullptr) *asked += tried.draws * std::max<std::size_t>(1, tried.logits.size());
    return judged;
  };
}

claim::CheckResult refuted_case(claim::LogitsSet set, double temperature = .5, std::uint64_t draws = 1000) {
  claim::CheckResult refuted;
  refuted.tried.claim = "gumbel-max/law";
  refuted.tried.shape = set.shape;
  refuted.tried.logits = set.values;
  refuted.tried.axis = set.axis;
  refuted.tried.temperature = temperature;
  refuted.tried.effect = .01;
  refuted.tried.draws = 1u << 20;
  refuted.verdict = Verdict::refuted;
  refuted.draws = draws;
  return refuted;
}

// A sampler that is right up to 32 classes and never draws class 32 of more.
subject::Subject class_32_lost() {
  fault::IndexSampler parts;
  parts.operations = {subject::Operation::gumbel_max};
  parts.draw = [](const fault::Batch& batch, std::size_t row) -> fault::IndexSampler::Draw {
    std::vector<double> cumulated;
    double sum = 0;
    for (const double logit : batch[row]) cumulated.push_back(sum += std::exp(logit));
    return [cumulated](random::Stream& stream) {
      const double place = static_cast<double>(stream() >> 11) * 0x1p-53 * cumulated.back();
      const auto index = std::upper_bound(cumulated.begin(), cumulated.end(), place) - cumulated.begin();
      return index == 32 ? 0 : static_cast<std::int64_t>(index);
    };
  };
  return fault::index_sampler(parts);
}

TEST(ShrinkStatistical, AClassLostAmongMoreThan32IsShownWith33EqualOnes) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    verify::Settings settings;
    settings.claims = {"gumbel-max/law"};
    settings.request.seed = seed;
    settings.request.logits = claim::spread_logits(seed, 34 + 20 * (seed % 3), 1.5).values;
    settings.threads = 1;
    const claim::RunRecord record =
        verify::run(settings, {.spec = "class 32 lost", .command = {}, .open = class_32_lost});
    const claim::CheckResult& refuted = first_refuted(record);
    ASSERT_TRUE(refuted.smaller) << "seed " << seed;
    EXPECT_EQ(refuted.smaller->tried.shape, subject::Shape{33}) << "seed " << seed;
    EXPECT_EQ(refuted.smaller->tried.logits, std::vector<double>(33, 0.0)) << "seed " << seed;
    EXPECT_LE(refuted.smaller->candidates, verify::ShrinkLimits().candidates);
    EXPECT_NE(refuted.smaller->lines.find("gumbel_max, float32, logits 33 times 0 (shape 33)"), std::string::npos)
        << refuted.smaller->lines;
  }
}

// The token of the smaller case is all that is needed to see it again.
TEST(ShrinkFault, TheSmallerCaseIsReplayedFromItsToken) {
  verify::Settings settings;
  settings.claims = {"gumbel-max/law"};
  const claim::RunRecord record = verify::run(settings, verify::subject_source("fault:gaussian-noise"));
  const claim::CheckResult& refuted = first_refuted(record);
  ASSERT_TRUE(refuted.smaller);
  EXPECT_LT(refuted.smaller->tried.logits.size(), refuted.tried.logits.size());
  EXPECT_NE(refuted.smaller->tried.seed, refuted.tried.seed) << "draws of its own";
  EXPECT_TRUE(refuted.smaller->lines.starts_with("gumbelcheck replay " + refuted.smaller->replay_token + "\n"));
  const claim::Replay replay = claim::from_replay_token(refuted.smaller->replay_token);
  EXPECT_DOUBLE_EQ(replay.budget.alpha_per_check(), 1e-6);
  const claim::CheckResult again = verify::replay(replay);
  EXPECT_EQ(again.verdict, Verdict::refuted);
  EXPECT_EQ(again.draws, refuted.smaller->draws);
  EXPECT_EQ(again.finding, refuted.smaller->finding);
}

// The check of bad input begins with good input, as a control: what is shown is the input that was bad.
TEST(ShrinkFault, BadInputIsShownAsItWasTried) {
  verify::Settings settings;
  settings.claims = {"edge/refusal"};
  const claim::RunRecord record = verify::run(settings, verify::subject_source("fault:nan-logits-taken-for-zero"));
  const claim::CheckResult& refuted = first_refuted(record);
  ASSERT_TRUE(refuted.smaller);
  EXPECT_EQ(refuted.smaller->tried.shape, subject::Shape{2}) << "the case's logits are those that are asked";
  EXPECT_TRUE(refuted.smaller->lines.ends_with(
      "# In code of your own; this is answered as if it were good input: softmax, float32, logits 0, nan (shape 2), "
      "temperature 1\n"))
      << refuted.smaller->lines;
}

TEST(ShrinkFault, AnyBadInputIsShown) {
  // Takes a wrong axis for the last, a wrong temperature for 1, a wrong cotangent for ones; each of them alone.
  struct Mending {
    int what = 0;
    subject::Description describe() const {
      subject::Description description = subject::Reference().describe();
      std::erase_if(description.operations,
                    [](const auto& offer) { return offer.first != subject::Operation::gumbel_softmax; });
      return description;
    }
    subject::Reply ask(const subject::Question& question) const {
      subject::Question mended = question;
      if (what == 0 && mended.axis && *mended.axis > 0) mended.axis = -1;
      if (what == 1 && mended.temperature && !(*mended.temperature > 0)) mended.temperature = 1;
      for (subject::NamedArray& named : mended.arrays) {
        if (what != 2 || named.name != "cotangent") continue;
        subject::Shape shape = mended.find("logits")->shape;
        if (mended.draws) shape.insert(shape.begin(), *mended.draws);
        const std::vector<double> ones(subject::element_count(shape), 1.0);
        named.array = subject::real_array(shape, ones, mended.dtype);
      }
      return subject::Reference().ask(mended);
    }
  };
  const char* shown[] = {"axis 1", "temperature 0, soft", "cotangent 0.1, 0.2, 0.3, 0.15, 0.25 (shape 5)"};
  for (int what = 0; what < 3; ++what) {
    verify::Settings settings;
    settings.claims = {"edge/refusal"};
    settings.threads = 1;
    const claim::RunRecord record = verify::run(
        settings, {.spec = "mending", .command = {}, .open = [what] { return subject::Subject(Mending{what}); }});
    ASSERT_EQ(record.claims.at(0).checks.at(0).verdict, Verdict::refuted)
        << shown[what] << ": " << record.claims.at(0).checks.at(0).finding;
    const claim::CheckResult& refuted = first_refuted(record);
    ASSERT_TRUE(refuted.smaller) << shown[what];
    EXPECT_NE(refuted.smaller->lines.find(shown[what]), std::string::npos) << refuted.smaller->lines;
  }
}

TEST(ShrinkFault, AnExactClaimIsShrunkToo) {
  verify::Settings settings;
  settings.claims = {"softmax/value"};
  const claim::RunRecord record = verify::run(settings, verify::subject_source("fault:softmax-over-the-wrong-axis"));
  const claim::CheckResult& refuted = first_refuted(record);
  ASSERT_TRUE(refuted.smaller);
  EXPECT_EQ(refuted.smaller->tried.shape, (subject::Shape{1, 2, 1})) << "one row alone would hide the wrong axis";
  EXPECT_EQ(refuted.smaller->tried.logits, (std::vector<double>{0, 0}));
}

TEST(Shrink, RowsGoFirstThenClassesLogitsTemperatureAndDraws) {
  const claim::CheckResult refuted = refuted_case(claim::spread_batch(1, {6, 4, 3}, 1));
  const auto smaller = verify::shrink(refuted, origin_of(refuted), judge([](const auto&) { return true; }), {});
  ASSERT_TRUE(smaller);
  EXPECT_EQ(smaller->tried.shape, subject::Shape{2});
  EXPECT_EQ(smaller->tried.axis, -1);
  EXPECT_EQ(smaller->tried.logits, (std::vector<double>{0, 0}));
  EXPECT_EQ(smaller->tried.temperature, 1);
  EXPECT_EQ(smaller->tried.label, "2 classes of logit 0, float64");
}

TEST(Shrink, WhatTheFailureNeedsStays) {
  // Needs class 5 of a row of at least eight, with its logit, and the temperature.
  const claim::CheckResult refuted = refuted_case(claim::listed_logits({1, 1, 1, 1, 1, 2.75, 1, 1, 1, 1, 1, 1}, ""));
  const auto fails = [](const claim::Case& tried) {
    return tried.temperature == .5 && tried.logits.size() >= 8 &&
           std::ranges::count_if(tried.logits, [](double logit) { return logit > 2 && logit < 3; }) == 1;
  };
  const auto smaller = verify::shrink(refuted, origin_of(refuted), judge(fails), {});
  ASSERT_TRUE(smaller);
  EXPECT_EQ(smaller->tried.logits.size(), 8u);
  EXPECT_EQ(smaller->tried.temperature, .5);
  EXPECT_EQ(std::ranges::count(smaller->tried.logits, 0.0), 7) << verify::logits_text(smaller->tried.logits);
  EXPECT_EQ(std::ranges::count(smaller->tried.logits, 2.8), 1) << "rounded to one digit";
}

TEST(Shrink, ACaseThatTheRightSubjectFailsTooShowsNothing) {
  const claim::CheckResult refuted = refuted_case(claim::spread_logits(1, 20));
  const auto smaller = verify::shrink(refuted, origin_of(refuted), judge([](const auto&) { return true; }),
                                      judge([](const claim::Case& tried) { return tried.logits.size() < 5; }));
  ASSERT_TRUE(smaller);
  EXPECT_EQ(smaller->tried.logits.size(), 5u);
}

TEST(Shrink, NothingSmallerThatFailsIsNoSmallerCase) {
  const claim::CheckResult refuted = refuted_case(claim::spread_logits(1, 20));
  EXPECT_FALSE(verify::shrink(refuted, origin_of(refuted), judge([](const auto&) { return false; }), {}));
}

TEST(Shrink, CandidatesAndTheirDrawsAreBounded) {
  const claim::CheckResult refuted = refuted_case(claim::spread_logits(1, 3000));
  std::uint64_t asked = 0;
  const auto fails = [](const claim::Case& tried) { return tried.logits.size() % 7 != 0; };
  const auto smaller = verify::shrink(refuted, origin_of(refuted), judge(fails, &asked), {});
  ASSERT_TRUE(smaller);
  EXPECT_LE(smaller->candidates, 60u);

  asked = 0;
  verify::shrink(refuted, origin_of(refuted), judge([](const auto&) { return false; }, &asked), {},
                 {.candidates = 1000, .elements = 1});
  const std::uint64_t own = refuted.draws * refuted.tried.logits.size();
  EXPECT_LE(asked, (8 + 4) * own) << "eight times the refutation's own, and the candidate that reaches them";
}

TEST(Shrink, ACaseWithoutLogitsKeepsNone) {
  claim::CheckResult refuted = refuted_case(claim::no_logits(), .5, 100);
  const auto smaller = verify::shrink(refuted, origin_of(refuted), judge([](const auto&) { return true; }), {});
  EXPECT_TRUE(smaller && smaller->tried.logits.empty()) << "nothing but draws can be left out";
}

TEST(Shrink, LogitsInFewWords) {
  EXPECT_EQ(verify::logits_text({0, 0, 0, 1.5, -HUGE_VAL}), "3 times 0, 1.5, -inf");
  EXPECT_EQ(verify::logits_text({1, 2, 3}, 2), "1, 2, ... 3 in all");
}

}  // namespace
