// What a check may rely on: seeds that never repeat, and answers that hold what was asked for, from whatever
// subject.

#include "gumbelcheck/claim/inquiry.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>

#include "claim/altered_subject.hpp"

namespace {

using namespace gumbelcheck;
using claim::Ended;
using claim::Inquiry;
using claim::Verdict;
using claim_test::Altered;
using claim_test::said;
using subject::Operation;

claim::Case small_case(std::uint64_t seed = 1) {
  return {.claim = "gumbel-max/law",
          .index = 0,
          .label = "",
          .shape = {3},
          .logits = {0, 1, 2},
          .axis = -1,
          .dtype = subject::Dtype::float64,
          .temperature = 1,
          .variant = "",
          .seed = seed,
          .draws = 4,
          .effect = .1};
}

subject::Subject of_seed_bits(int bits) {
  return subject::Subject(Altered{.description = [bits](subject::Description& d) { d.seed_bits = bits; }});
}

RC_GTEST_PROP(InquirySeedsProperty, AreDistinctAndFitTheSubject, ()) {
  const int bits = *rc::gen::inRange(1, 54);
  const claim::Case tried = small_case(*rc::gen::inRange<std::uint64_t>(0, 1u << 30));
  subject::Subject subject = of_seed_bits(bits);
  const Inquiry inquiry(tried, subject);
  const std::uint64_t count = std::min<std::uint64_t>(1000, std::uint64_t{1} << bits);
  std::set<std::uint64_t> seeds;
  for (std::uint64_t n = 0; n < count; ++n) {
    const std::uint64_t seed = *inquiry.seed(n);
    RC_ASSERT((seed >> bits) == 0u);
    RC_ASSERT(seeds.insert(seed).second);
  }
}

TEST(Inquiry, RunsOutOfSeedsRatherThanRepeatOne) {
  const claim::Case tried = small_case();
  subject::Subject subject = of_seed_bits(3);
  const Inquiry inquiry(tried, subject);
  EXPECT_TRUE(inquiry.seed(7));
  EXPECT_THROW(inquiry.seed(8), Ended);
}

TEST(Inquiry, SendsNoSeedWhereNoneIsTaken) {
  const claim::Case tried = small_case();
  subject::Subject subject(claim_test::streaming(subject::Seeding::none));
  EXPECT_EQ(Inquiry(tried, subject).seed(0), std::nullopt);
}

// One question of gumbel_softmax to a subject whose answer is changed: the verdict that it ends with, if any.
std::optional<Ended> ended(const std::function<void(subject::Answer&)>& change) {
  const claim::Case tried = small_case();
  subject::Subject subject(
      Altered{.answer = [&](const subject::Question&, subject::Answer& answer) { change(answer); }});
  Inquiry inquiry(tried, subject);
  subject::Question question = inquiry.question(Operation::gumbel_softmax);
  question.seed = 1;
  question.draws = 4;
  question.hard = false;
  try {
    inquiry.ask(question);
  } catch (const Ended& thrown) {
    return thrown;
  }
  return std::nullopt;
}

TEST(Inquiry, TakesAnAnswerThatHoldsWhatWasAskedFor) {
  EXPECT_FALSE(ended([](subject::Answer&) {}));
  EXPECT_FALSE(ended([](subject::Answer& answer) {
    answer.arrays.push_back({"extra", {{1}, std::vector<float>{1}}});
  }));
}

TEST(Inquiry, BreaksOnAnswersThatDoNot) {
  const std::vector<std::pair<std::string, std::function<void(subject::Answer&)>>> broken = {
      {"without the array", [](subject::Answer& answer) { answer.arrays.clear(); }},
      {"of another shape",
       [](subject::Answer& answer) {
         answer.arrays[0].array.shape = {3, 4};
       }},
      {"with fewer draws",
       [](subject::Answer& answer) {
         answer.arrays[0].array = {{3, 3}, std::vector<double>(9)};
       }},
      {"without the leading axis",
       [](subject::Answer& answer) {
         answer.arrays[0].array = {{3}, std::vector<double>(3)};
       }},
      {"of float32 where float64 was asked",
       [](subject::Answer& answer) { answer.arrays[0].array.data = std::vector<float>(12); }},
      {"of integers", [](subject::Answer& answer) { answer.arrays[0].array.data = std::vector<std::int64_t>(12); }},
      {"of the right shape with too few elements",
       [](subject::Answer& answer) { answer.arrays[0].array.data = std::vector<double>(11); }}};
  for (const auto& [what, change] : broken) {
    const std::optional<Ended> end = ended(change);
    ASSERT_TRUE(end) << what;
    EXPECT_EQ(end->verdict, Verdict::broken) << what;
    EXPECT_NE(end->finding.find("sample"), std::string::npos) << end->finding;
  }
}

// The same, end to end: no claim may read beyond what a subject in this process gave it.
TEST(Inquiry, NoClaimReadsAnAnswerOfTheWrongShape) {
  const Altered cut{.answer = [](const subject::Question&, subject::Answer& answer) {
    for (subject::NamedArray& named : answer.arrays) {
      std::visit(
          [](auto& values) {
            if (!values.empty()) values.pop_back();
          },
          named.array.data);
    }
  }};
  for (const claim::Claim& claim : claim::catalogue()) {
    for (const claim::CheckResult& result : claim_test::tried(claim.sheet.id, cut, {.request = {.draws = 2}})) {
      const bool bad = result.verdict == Verdict::broken || result.verdict == Verdict::unsupported;
      // Bad input may be refused before there is anything to cut.
      EXPECT_TRUE(bad || claim.sheet.id == "edge/refusal") << said(result);
    }
  }
}

TEST(Inquiry, AnExceptionOfTheSubjectBreaksTheCheckAndNothingElse) {
  const Altered throwing{.question = [](subject::Question&) { throw std::runtime_error("out of order"); }};
  const claim::CheckResult result = claim_test::first_of("gumbel-max/law", throwing, {.request = {.draws = 2}});
  EXPECT_EQ(result.verdict, Verdict::broken);
  EXPECT_NE(result.finding.find("out of order"), std::string::npos);
}

TEST(Inquiry, ARefusalOfGoodInputRefutesEveryClaimThatAsked) {
  struct Refusing {
    subject::Description describe() const { return subject::Reference().describe(); }
    subject::Reply ask(const subject::Question&) const { return subject::Refusal{"not today"}; }
  };
  for (const claim::Claim& claim : claim::catalogue()) {
    const subject::Description description = subject::Reference().describe();
    for (const claim::Case& made : claim.cases(description, {.draws = 2})) {
      if (made.logits.size() > 20'000) continue;
      subject::Subject subject{Refusing()};
      const claim::CheckResult result = claim.check(made, subject, {});
      if (result.verdict == Verdict::unsupported) continue;
      EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
      EXPECT_NE(result.finding.find("not today"), std::string::npos) << said(result);
    }
  }
}

// NaN is refuted wherever numbers are asked for, and an index that is none wherever indices are.
TEST(Inquiry, NaNAndWrongIndicesAreRefutedByEveryLaw) {
  const Altered spoilt{.answer = [](const subject::Question&, subject::Answer& answer) {
    for (subject::NamedArray& named : answer.arrays) {
      if (auto* indices = std::get_if<std::vector<std::int64_t>>(&named.array.data)) indices->back() = 1 << 20;
      if (auto* narrow = std::get_if<std::vector<float>>(&named.array.data)) narrow->back() = std::nanf("");
      if (auto* wide = std::get_if<std::vector<double>>(&named.array.data)) wide->back() = std::nan("");
    }
  }};
  for (const char* id :
       {"softmax/simplex", "softmax/value", "softmax/shift", "gumbel/law", "gumbel/tail", "gumbel-max/law",
        "categorical/law", "concrete/law", "concrete/density", "concrete/rounding", "gumbel-softmax/simplex",
        "gumbel-softmax/axis", "stream/rows", "stream/calls", "stream/distinct", "edge/impossible"}) {
    const std::vector<claim::CheckResult> results = claim_test::tried(id, spoilt, {.request = {.draws = 2}});
    EXPECT_FALSE(results.empty()) << id;
    for (const claim::CheckResult& result : results) {
      const bool refuted = result.verdict == Verdict::refuted || result.verdict == Verdict::unsupported;
      EXPECT_TRUE(refuted) << said(result);
    }
  }
}

TEST(RowLayout, RefusesAnAxisOutsideTheShape) {
  EXPECT_THROW(claim::row_layout({2, 3}, 2), std::invalid_argument);
  EXPECT_THROW(claim::row_layout({2, 3}, -3), std::invalid_argument);
  EXPECT_THROW(claim::row_layout({}, -1), std::invalid_argument);
}

TEST(RowLayout, TakesRowsAlongTheAxis) {
  const claim::RowLayout layout = claim::row_layout({2, 3}, 0);
  EXPECT_EQ(claim::rows_of({1, 2, 3, 4, 5, 6}, layout), (std::vector<std::vector<double>>{{1, 4}, {2, 5}, {3, 6}}));
}

}  // namespace
