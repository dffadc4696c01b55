// Every law upholds the built-in implementation and refutes a small thing that is wrong.

#include <gtest/gtest.h>

#include <cmath>

#include "claim/altered_subject.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace {

using namespace gumbelcheck;
using claim::CheckResult;
using claim::Verdict;
using claim_test::Altered;
using claim_test::first_of;
using claim_test::said;
using subject::Operation;
using subject::Question;

struct Expectation {
  const char* what;
  const char* claim;
  const char* label;  // of the case
  Altered wrong;
};

void PrintTo(const Expectation& expectation, std::ostream* out) { *out << expectation.what; }

// Changes the logits of the question, where it has any.
Altered with_logits(std::function<void(std::vector<double>&)> change) {
  return {.question = [change](Question& question) {
    for (subject::NamedArray& named : question.arrays) {
      if (named.name != "logits") continue;
      std::vector<double> logits;
      for (std::size_t i = 0; i < named.array.size(); ++i) logits.push_back(named.array.real(i));
      change(logits);
      named.array = subject::real_array(named.array.shape, logits, question.dtype);
    }
  }};
}

Altered with_each(const char* array, std::function<double(std::size_t, double)> change) {
  return {.answer = [=](const Question&, subject::Answer& answer) { claim_test::change_each(answer, array, change); }};
}

// A sample of the next draw in the place of each ninth.
void share_draws(const Question& asked, subject::Answer& answer) {
  if (!asked.draws || *asked.draws < 18) return;
  for (subject::NamedArray& named : answer.arrays) {
    std::visit(
        [&](auto& values) {
          const std::size_t width = values.size() / *asked.draws;
          for (std::size_t d = 0; d + 9 < *asked.draws; d += 9) {
            std::copy_n(values.begin() + static_cast<std::ptrdiff_t>((d + 1) * width), width,
                        values.begin() + static_cast<std::ptrdiff_t>(d * width));
          }
        },
        named.array.data);
  }
}

std::vector<Expectation> expectations() {
  std::vector<Expectation> made;
  const auto add = [&](const char* what, const char* claim, const char* label, Altered wrong) {
    made.push_back({what, claim, label, std::move(wrong)});
  };
  add("noise stretched by 2%", "gumbel/law", "float32", with_each("noise", [](auto, double g) { return 1.02 * g; }));
  add("noise of the wrong sign", "gumbel/law", "float64", with_each("noise", [](auto, double g) { return -g; }));
  add("noise capped at 14", "gumbel/tail", "float32",
      with_each("noise", [](auto, double g) { return std::min(g, 14.0); }));
  add("noise no lower than -2_58", "gumbel/tail", "float64",
      with_each("noise", [](auto, double g) { return std::max(g, -2.58); }));
  add("noise from a grid of 2^-24", "gumbel/tail", "float32", with_each("noise", [](auto, double g) {
        const double upper = std::ldexp(std::floor(std::ldexp(-std::expm1(-std::exp(-g)), 24)) + .5, -24);
        return -std::log(-std::log1p(-upper));
      }));
  add("injected uniforms not used", "gumbel/tail", "injected", {.question = [](Question& question) {
        std::erase_if(question.arrays, [](const auto& a) { return a.name == "uniform"; });
      }});
  add("a maximum of other noise than the index", "gumbel/tail", "float64, gumbel_max, injected",
      {.answer = [](const Question& asked, subject::Answer& answer) {
        Question other = asked;
        if (asked.call != Operation::gumbel_max) return;
        std::erase_if(other.arrays, [](const auto& a) { return a.name == "uniform"; });
        const subject::Answer fresh = std::get<subject::Answer>(subject::Reference().ask(other));
        claim_test::change_each(answer, "maximum",
                                [&](std::size_t i, double) { return fresh.find("maximum")->real(i); });
      }});
  add("injected uniforms not used in samples", "gumbel/tail", "float32, gumbel_softmax, injected",
      {.question = [](Question& question) {
        std::erase_if(question.arrays, [](const auto& a) { return a.name == "uniform"; });
      }});
  add("noise in samples capped at 15", "gumbel/tail", "float32, gumbel_softmax, injected",
      {.question = [](Question& question) {
        for (subject::NamedArray& named : question.arrays) {
          if (named.name != "uniform") continue;
          std::vector<double> capped = named.array.as<double>();
          for (double& u : capped) u = std::min(u, std::exp(-std::exp(-15.0)));
          named.array.data = std::move(capped);
        }
      }});
  add("logits 3% too large", "gumbel-max/law", "10 classes, float64", with_logits([](auto& logits) {
        for (double& logit : logits) logit *= 1.03;
      }));
  add("two neighbours of 4096 exchanged", "gumbel-max/law", "4096", with_each("index", [](auto, double k) {
        return k == 10 ? 11 : k == 11 ? 500 : k;
      }));
  add("maximum off by _03", "gumbel-max/maximum", "10 classes, float32",
      with_each("maximum", [](auto, double m) { return m + .03; }));
  add("maximum of a batch along the other axis", "gumbel-max/maximum", "batch",
      {.question = [](Question& question) { question.axis = 1; },
       .answer =
           [](const Question& asked, subject::Answer& answer) {
             // Four rows of three: the first three of each draw are kept, so that only the law is wrong.
             for (subject::NamedArray& named : answer.arrays) {
               std::visit(
                   [&](auto& values) {
                     for (std::size_t i = 0; i < 3 * *asked.draws; ++i) values[i] = values[i / 3 * 4 + i % 3];
                     values.resize(3 * *asked.draws);
                   },
                   named.array.data);
               named.array.shape = {*asked.draws, 3};
             }
           }});
  add("other classes for large maxima", "gumbel-max/independence", "10 classes, float64",
      {.answer = [](const Question&, subject::Answer& answer) {
        const subject::Array maximum = *answer.find("maximum");
        claim_test::change_each(
            answer, "index", [&](std::size_t i, double k) { return maximum.real(i) > 7 ? std::fmod(k + 1, 10) : k; });
      }});
  add("pairs of classes exchanged", "gumbel-top-k/law", "10 classes, float64", with_each("index", [](auto, double k) {
        return k == 2 ? 3 : k == 3 ? 2 : k;
      }));
  add("one row in ten in the reverse order", "gumbel-top-k/law", "batch",
      {.answer = [](const Question&, subject::Answer& answer) {
        for (subject::NamedArray& named : answer.arrays) {
          auto indices = named.array.as<std::int64_t>();  // [N, 2, 3], k in place of the axis
          for (std::size_t i = 0; i + 6 <= indices.size(); i += 60) {
            std::swap_ranges(indices.begin() + static_cast<std::ptrdiff_t>(i),
                             indices.begin() + static_cast<std::ptrdiff_t>(i + 3),
                             indices.begin() + static_cast<std::ptrdiff_t>(i + 3));
          }
          named.array.data = std::move(indices);
        }
      }});
  add("last class never drawn", "categorical/law", "32 classes, float32",
      with_each("index", [](auto, double k) { return k == 31 ? 30 : k; }));
  add("light classes never drawn", "categorical/law", "4096",
      with_each("index", [](auto, double k) { return k > 3500 ? 3500 : k; }));
  add("temperature 2% off at .01", "concrete/law", "5 classes, float32, temperature 0.01",
      {.question = [](Question& question) { *question.temperature *= 1.02; }});
  add("temperature 2% off at 100", "concrete/law", "5 classes, float64, temperature 100",
      {.question = [](Question& question) { *question.temperature *= 1.02; }});
  add("logits of log samples 5% too small", "concrete/law", "log samples", with_logits([](auto& logits) {
        for (double& logit : logits) logit *= .95;
      }));
  add("the wrong axis", "concrete/law", "batch",
      {.question = [](Question& question) { question.axis = 1 - *question.axis; }});
  add("hard samples of other logits", "concrete/rounding", "hard", with_logits([](auto& logits) { logits[0] += .1; }));
  add("soft samples of other logits", "concrete/rounding", "temperature 2",
      with_logits([](auto& logits) { logits[3] -= .1; }));
  add("the wrong axis of three", "gumbel-softmax/axis", "axis 1",
      {.question = [](Question& question) { question.axis = 2; }});
  add("the axis counted from the other end", "gumbel-softmax/axis", "axis -1",
      {.question = [](Question& question) { question.axis = 0; }});
  add("every ninth draw the next one", "stream/rows", "gumbel_softmax", {.answer = share_draws});
  add("every ninth index the next one", "stream/rows", "categorical", {.answer = share_draws});
  return made;
}

class LawsFault : public testing::TestWithParam<Expectation> {};

TEST_P(LawsFault, IsRefuted) {
  const CheckResult result = first_of(GetParam().claim, GetParam().wrong, {.request = {}, .label = GetParam().label});
  EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
  EXPECT_FALSE(result.finding.empty());
}

INSTANTIATE_TEST_SUITE_P(All, LawsFault, testing::ValuesIn(expectations()), [](const auto& tested) {
  std::string name = tested.param.what;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

// One quick case of every law, upheld, with an effect that the draws planned were enough to see.
TEST(LawsStatistical, UpholdTheBuiltInImplementation) {
  const std::pair<const char*, const char*> quick[] = {{"gumbel/law", "float32"},
                                                       {"gumbel-max/law", "10 classes, float64"},
                                                       {"gumbel-max/maximum", "batch"},
                                                       {"gumbel-max/independence", "batch"},
                                                       {"gumbel-top-k/law", "5 classes"},
                                                       {"gumbel-top-k/law", "a heavy class among 6, float32"},
                                                       {"gumbel-top-k/law", "3 possible classes"},
                                                       {"gumbel-top-k/law", "batch"},
                                                       {"categorical/law", "32 classes, float32"},
                                                       {"categorical/law", "4096 Zipf classes, float32"},
                                                       {"concrete/law", "5 classes, float32, temperature 0.01"},
                                                       {"concrete/law", "2 classes"},
                                                       {"concrete/rounding", "temperature 100"},
                                                       {"gumbel-softmax/axis", "axis 1"},
                                                       {"stream/rows", "gumbel_max"},
                                                       {"stream/calls", "gumbel"},
                                                       {"stream/distinct", "first draws"}};
  for (const auto& [id, label] : quick) {
    const CheckResult result = first_of(id, {}, {.request = {}, .label = label});
    EXPECT_EQ(result.verdict, Verdict::upheld) << said(result);
    ASSERT_TRUE(result.evidence && result.evidence->control) << id;
    EXPECT_TRUE(result.evidence->control->refuted) << id;
    EXPECT_LE(result.evidence->smallest_detectable_effect, result.evidence->declared_effect) << id << " " << label;
  }
}

// Only the class above the others is ever drawn.
struct TheLargestAlways {
  subject::Description describe() const {
    subject::Description description{.name = "largest", .dtypes = {subject::Dtype::float32}};
    description.operations[Operation::gumbel_max] = {};
    return description;
  }
  subject::Reply ask(const Question& question) const {
    return subject::Answer{{{"index", {{*question.draws}, std::vector<std::int64_t>(*question.draws, 0)}}}};
  }
};

TEST(LawsStatistical, ARaceOfOneClassAgainstMany) {
  const claim_test::Trial race{.request = {}, .label = "race", .budget = {}, .most_logits = 1u << 17};
  const claim::Case made = claim_test::cases("gumbel/tail", {}, race).front();
  const CheckResult right = claim_test::checked(made, {}, race);
  EXPECT_EQ(right.verdict, Verdict::upheld) << said(right);
  subject::Subject wrong(TheLargestAlways{});
  EXPECT_EQ(claim::find("gumbel/tail")->missing(wrong.describe()), "");
  EXPECT_EQ(claim::find("gumbel/tail")->check(made, wrong, {}).verdict, Verdict::refuted);
}

// Logits so large that float32 cannot carry the law: nothing is claimed. With the user's own, k is what they allow.
TEST(LawsStatistical, MaximaAndTopKOfTheUsersLogits) {
  const claim_test::Trial large{.request = {.logits = {{5000, 4999}}}, .label = "float32"};
  EXPECT_EQ(first_of("gumbel-max/maximum", {}, large).verdict, Verdict::unsupported);
  EXPECT_EQ(first_of("gumbel-max/independence", {}, large).verdict, Verdict::unsupported);
  const claim_test::Trial few{.request = {.logits = {{2000, 0, -HUGE_VAL, 1}}}, .label = "float64"};
  EXPECT_EQ(first_of("gumbel-max/maximum", {}, few).verdict, Verdict::upheld);
  const CheckResult top = first_of("gumbel-top-k/law", {}, few);
  EXPECT_EQ(top.verdict, Verdict::upheld) << said(top);
  EXPECT_EQ(top.tried.variant, "k = 3");
}

// Sums of logit and noise that tie go to the first class: at more draws smaller logits show it.
TEST(LawsStatistical, TiesOfLargeLogitsAreNotAskedWhereTheyWouldShow) {
  claim_test::Trial ties{.request = {.logits = {{65536, 65536, 65536, 65536}}, .draws = 600'000}, .label = "float32"};
  EXPECT_EQ(first_of("gumbel-max/law", {}, ties).verdict, Verdict::upheld);
  ties.request.draws = 24'000'000;
  EXPECT_EQ(first_of("gumbel-max/law", {}, ties).verdict, Verdict::unsupported);
}

// In float32 the largest entries of a right sample tie at high temperature. To take the first of them would
// be a bias of the check's own: here it is forced, and seen.
TEST(LawsStatistical, TiesAtHighTemperatureAreNoFault) {
  const claim_test::Trial hot{.request = {.logits = {{0, 0, 0, 0}}, .temperatures = {1500}}, .label = "float32"};
  EXPECT_EQ(first_of("concrete/rounding", {}, hot).verdict, Verdict::upheld);
  // As if right samples were held on a grid on which about a third tie.
  const Altered coarse = with_each("sample", [](auto, double y) { return std::round(y * 20000) / 20000; });
  EXPECT_EQ(first_of("concrete/rounding", coarse, hot).verdict, Verdict::upheld);
  const CheckResult beyond =
      first_of("concrete/rounding", {}, {.request = {.temperatures = {1e6}}, .label = "float32"});
  EXPECT_EQ(beyond.verdict, Verdict::unsupported) << said(beyond);
}

// Only what has probability zero is called impossible: the ledger takes it for an e-value of infinity.
TEST(LawsFault, WhatHasProbabilityZeroIsSaidToBeImpossible) {
  const auto refuted = [](const char* id, const char* array, std::function<double(std::size_t, double)> change) {
    const CheckResult result = first_of(id, with_each(array, change), {});
    EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
    return result.impossible;
  };
  EXPECT_TRUE(refuted("gumbel-max/law", "index", [](std::size_t i, double k) { return i == 9 ? 1e6 : k; }));
  EXPECT_TRUE(refuted("gumbel/law", "noise", [](std::size_t i, double g) { return i == 9 ? HUGE_VAL : g; }));
  EXPECT_TRUE(refuted("gumbel-top-k/law", "index", [](auto, double) { return 0; }));
  EXPECT_TRUE(refuted("gumbel-max/maximum", "maximum", [](std::size_t i, double m) { return i == 9 ? NAN : m; }));
  EXPECT_TRUE(refuted("edge/impossible", "sample", [](auto, double) { return .5; }));
  EXPECT_FALSE(refuted("gumbel-max/law", "index", [](auto, double) { return 0; })) << "improbable";
  EXPECT_FALSE(refuted("softmax/value", "value", [](auto, double y) { return 1.1 * y; })) << "beyond rounding";
}

// Classes that no double can give a probability to: right samples still have positive entries there.
TEST(LawsStatistical, ClassesOfNoProbabilityAreLeftOut) {
  const claim_test::Trial far{
      .request = {.logits = {{2000, -2000, 1999, 1000}}, .temperatures = {.5, 100}, .draws = 100'000},
      .label = "float64"};
  for (const CheckResult& result : claim_test::tried("concrete/law", {}, far)) {
    EXPECT_NE(result.verdict, Verdict::refuted) << said(result);
  }
  const Altered wrong = with_each("sample", [](std::size_t i, double y) { return i % 4 == 1 ? 1 : y; });
  EXPECT_EQ(first_of("concrete/law", wrong, far).verdict, Verdict::refuted) << "the class of no probability is largest";
}

}  // namespace
