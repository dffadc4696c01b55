// Every claim with a computed bound upholds the built-in implementation and refutes a small thing that is
// wrong.

#include <gtest/gtest.h>

#include <cmath>

#include "claim/altered_subject.hpp"
#include "gumbelcheck/claim/tally.hpp"

namespace {

using namespace gumbelcheck;
using claim::CheckResult;
using claim::Verdict;
using claim_test::Altered;
using claim_test::first_of;
using claim_test::said;
using claim_test::tried;
using subject::Operation;
using subject::Question;

Altered with_each(const char* array, std::function<double(std::size_t, double)> change) {
  return {.answer = [=](const Question&, subject::Answer& answer) { claim_test::change_each(answer, array, change); }};
}

void expect_all_upheld(std::string_view id) {
  const std::vector<CheckResult> results = tried(id, {});
  EXPECT_FALSE(results.empty()) << id;
  for (const CheckResult& result : results) {
    EXPECT_EQ(result.verdict, Verdict::upheld) << said(result);
    ASSERT_TRUE(result.exact) << said(result);
    EXPECT_LE(result.exact->worst, 1) << said(result);
  }
}

TEST(ExactClaims, UpholdTheBuiltInImplementation) {
  for (const char* id : {"softmax/simplex", "softmax/shift", "softmax/value", "concrete/density",
                         "gumbel-softmax/simplex", "stream/replay", "stream/frozen", "edge/refusal"}) {
    expect_all_upheld(id);
  }
}

TEST(ExactClaimsFault, AValueOffByAFewRoundingsIsRefuted) {
  const auto off = [](double factor) { return with_each("value", [factor](auto, double y) { return factor * y; }); };
  EXPECT_EQ(first_of("softmax/value", off(1 + 1e-5), {.request = {}, .label = "10 classes, float32"}).verdict,
            Verdict::refuted);
  EXPECT_EQ(first_of("softmax/value", off(1 - 1e-13), {.request = {}, .label = "10 classes, float64"}).verdict,
            Verdict::refuted);
  EXPECT_EQ(first_of("softmax/simplex", off(1 + 1e-5), {.request = {}, .label = "10 classes, float32"}).verdict,
            Verdict::refuted);
}

// softmax without subtracting the maximum.
TEST(ExactClaimsFault, OverflowIsRefuted) {
  const Altered naive{.answer = [](const Question& asked, subject::Answer& answer) {
    if (asked.call != Operation::softmax) return;
    const subject::Array& logits = *asked.find("logits");
    const std::size_t classes = logits.shape.back();
    claim_test::change_each(answer, "value", [&](std::size_t i, double) {
      double sum = 0;
      const std::size_t row = i - i % classes;
      for (std::size_t k = 0; k < classes; ++k) sum += std::exp(logits.real(row + k));
      return std::exp(logits.real(i)) / sum;
    });
  }};
  for (const char* id : {"softmax/simplex", "softmax/value"}) {
    EXPECT_EQ(first_of(id, naive, {.request = {}, .label = "+-10,000"}).verdict, Verdict::refuted) << id;
  }
  EXPECT_EQ(first_of("softmax/shift", naive, {.request = {}, .label = "10 classes"}).verdict, Verdict::refuted);
}

TEST(ExactClaims, ShiftsAreExactWhateverTheLogits) {
  for (const std::vector<double>& logits : {std::vector<double>{.1, .2, -HUGE_VAL, 1e-7}, {1e4 + .1, -3e3, 0}}) {
    for (const CheckResult& result : tried("softmax/shift", {}, {.request = {.logits = logits}})) {
      EXPECT_EQ(result.verdict, Verdict::upheld) << said(result);
      EXPECT_EQ(result.exact->comparisons, 6 * logits.size());
    }
  }
}

TEST(ExactClaimsFault, TheTemperatureOfSoftmaxMatters) {
  const Altered forgetful{.question = [](Question& question) { question.temperature = 1; }};
  EXPECT_EQ(first_of("softmax/value", forgetful, {.request = {}, .label = "temperature 10"}).verdict, Verdict::refuted);
}

TEST(ExactClaimsFault, DensitiesThatAreWrongAreRefuted) {
  const auto plus = [](double amount) {
    return with_each("log_density", [amount](auto, double d) { return d + amount; });
  };
  EXPECT_EQ(first_of("concrete/density", plus(std::log(24.0))).verdict, Verdict::refuted) << "a factorial";
  EXPECT_EQ(
      first_of("concrete/density", plus(1e-2), {.request = {}, .label = "5 classes, float32, temperature 1"}).verdict,
      Verdict::refuted);
  EXPECT_EQ(first_of("concrete/density", plus(1e-9), {.request = {}, .label = "2 classes, float64"}).verdict,
            Verdict::refuted);
  const Altered nan = with_each("log_density", [](auto, double d) { return std::isinf(d) ? std::nan("") : d; });
  EXPECT_EQ(first_of("concrete/density", nan, {.request = {}, .label = "an entry is zero"}).verdict, Verdict::refuted);
  const Altered finite = with_each("log_density", [](auto, double d) { return std::isinf(d) ? -1e30 : d; });
  EXPECT_EQ(first_of("concrete/density", finite, {.request = {}, .label = "an entry is zero"}).verdict,
            Verdict::refuted);
}

// At temperature 1/(K-1) and next to it a right float32 subject may give either limit.
TEST(ExactClaims, TheUndocumentedLimitIsNotAskedFor) {
  const claim_test::Trial eleven{.request = {.logits = std::vector<double>(11, 0.5), .temperatures = {.1}},
                                 .label = "an entry is zero"};
  for (const CheckResult& result : tried("concrete/density", {}, eleven)) {
    EXPECT_EQ(result.verdict, Verdict::unsupported) << said(result);
  }
}

TEST(ExactClaims, ImpossibleClassesHaveNoDensity) {
  const claim_test::Trial given{.request = {.logits = {{0, -HUGE_VAL, 1, 2}}, .temperatures = {1}}};
  for (const CheckResult& result : tried("concrete/density", {}, given)) {
    EXPECT_EQ(result.verdict, Verdict::upheld) << said(result);
    EXPECT_EQ(result.tried.logits.size(), 3u);
  }
}

TEST(ExactClaimsFault, SamplesOffTheSimplexAreRefuted) {
  const claim_test::Trial cold{.request = {}, .label = "10 classes, float32, temperature 0.01"};
  EXPECT_EQ(first_of("gumbel-softmax/simplex", with_each("sample", [](auto, double y) { return y * (1 + 1e-5); }), cold)
                .verdict,
            Verdict::refuted);
  const Altered once = with_each("sample", [](std::size_t i, double y) { return i == 12345 ? -1e-30 : y; });
  EXPECT_EQ(first_of("gumbel-softmax/simplex", once, cold).verdict, Verdict::refuted);
}

TEST(ExactClaimsFault, ADrawOfAnImpossibleClassIsRefuted) {
  // Once in the four million: class 2 is impossible.
  const auto calls = std::make_shared<int>(0);
  const Altered rare{.answer = [calls](const Question& asked, subject::Answer& answer) {
    if (asked.call != Operation::gumbel_max || ++*calls != 100) return;
    claim_test::change_each(answer, "index", [](std::size_t i, double k) { return i == 7 ? 2 : k; });
  }};
  EXPECT_EQ(first_of("edge/impossible", rare, {.request = {}, .label = "gumbel_max"}).verdict, Verdict::refuted);
  const Altered tiny = with_each("sample", [](std::size_t i, double y) { return i % 7 == 2 ? 1e-35 : y; });
  for (const char* path : {"gumbel_softmax", "gumbel_softmax, hard"}) {
    EXPECT_EQ(first_of("edge/impossible", tiny, {.request = {.draws = 100}, .label = path}).verdict, Verdict::refuted);
  }
}

TEST(ExactClaimsFault, BadInputAnsweredAsIfItWereGoodIsRefuted) {
  // Bad logits and temperatures are mended in silence.
  const Altered helpful{.question = [](Question& question) {
    if (question.temperature && !(*question.temperature > 0)) question.temperature = 1;
    for (subject::NamedArray& named : question.arrays) {
      if (named.name != "logits") continue;
      std::visit(
          [](auto& values) {
            for (auto& value : values) value = std::isfinite(value) ? value : 0;
          },
          named.array.data);
    }
  }};
  const std::vector<CheckResult> results = tried("edge/refusal", helpful);
  EXPECT_EQ(results.size(), 7u);
  for (const CheckResult& result : results) {
    EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
    const bool top = result.tried.variant == "gumbel_top_k";
    EXPECT_EQ(result.finding.find("more draws than possible classes") != std::string::npos, top) << result.finding;
    EXPECT_NE(result.finding.find("NaN logit"), std::string::npos) << result.finding;
  }
}

// NaN in the second row alone is as honest as an error; in the first row, which is good, it makes no
// difference.
TEST(ExactClaims, BadInputMayBeAnsweredWithNaN) {
  struct Honest {
    subject::Description describe() const { return subject::Reference().describe(); }
    subject::Reply ask(const Question& question) const {
      subject::Reply reply = subject::Reference().ask(question);
      if (std::holds_alternative<subject::Answer>(reply)) return reply;
      Question good = question;
      good.temperature = 1;
      for (subject::NamedArray& named : good.arrays) {
        if (named.name == "logits") named.array = subject::real_array({2, 3}, std::vector<double>(6), question.dtype);
      }
      reply = subject::Reference().ask(good);
      const bool temperature = question.temperature && !(*question.temperature > 0);
      if (auto* answer = std::get_if<subject::Answer>(&reply)) {
        for (const char* name : {"value", "sample", "log_sample", "log_density"}) {
          const std::size_t row = std::string_view(name) == "log_density" ? 1 : 3;
          claim_test::change_each(*answer, name, [&](std::size_t i, double v) {
            return temperature || (i / row) % 2 == 1 ? std::nan("") : v;
          });
        }
      }
      return reply;
    }
  };
  const claim::Claim& refusal = *claim::find("edge/refusal");
  for (const claim::Case& made : refusal.cases(Honest().describe(), {})) {
    subject::Subject subject{Honest()};
    const CheckResult result = refusal.check(made, subject, {});
    const subject::Operation operation = *subject::operation_from(made.variant);
    const bool index = operation == subject::Operation::gumbel_max || operation == subject::Operation::categorical ||
                       operation == subject::Operation::gumbel_top_k;  // there is no such index
    EXPECT_EQ(result.verdict, index ? Verdict::refuted : Verdict::upheld) << said(result);
  }
}

TEST(Tally, NaNIsNeverWithinABound) {
  for (const auto& [given, expected, bound] : {std::tuple{std::nan(""), 0.0, 1.0},
                                               {0.0, std::nan(""), 1.0},
                                               {0.0, 1.0, std::nan("")},
                                               {1.0, HUGE_VAL, HUGE_VAL}}) {
    claim::Tally tally("witness", "bound");
    tally.compare(given, expected, bound, [] { return "x"; });
    EXPECT_FALSE(tally.sound()) << given << " " << expected << " " << bound;
  }
}

TEST(Tally, NothingComparedIsInconclusive) {
  CheckResult result;
  claim::Tally("witness", "bound").conclude(result);
  EXPECT_EQ(result.verdict, Verdict::inconclusive);
}

TEST(Tally, TellsHowMuchLargerTheBoundWouldHaveToBe) {
  claim::Tally tally("witness", "bound");
  tally.compare(1, 1, 0, [] { return "equal"; });
  tally.compare(1.5, 1, .25, [] { return "here"; });
  CheckResult result;
  tally.conclude(result);
  EXPECT_EQ(result.verdict, Verdict::refuted);
  EXPECT_DOUBLE_EQ(result.exact->worst, 2);
  EXPECT_NE(result.exact->where.find("here"), std::string::npos);
}

}  // namespace
