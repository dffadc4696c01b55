// The gradient claims: each upholds the built-in implementation, and refutes a subject broken in the one way that
// it is there for.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "altered_subject.hpp"

namespace {

using namespace gumbelcheck;
using claim::Verdict;
using claim_test::Altered;
using subject::Answer;
using subject::Operation;
using subject::Question;

const char* const kIds[] = {"softmax/gradient", "straight-through/one-hot", "straight-through/gradient",
                            "straight-through/difference", "straight-through/temperature"};
const char* const kOneCase = "6 classes, float64, temperature 0.5";

// Every case of one row of few classes at this temperature, in float32 and float64.
std::vector<claim::CheckResult> checked(const char* id, const Altered& altered, double temperature) {
  std::vector<claim::CheckResult> results;
  const claim::Claim& claim = *claim::find(id);
  for (const claim::Case& tried :
       claim.cases(altered.describe(), {.logits = {}, .temperatures = {temperature}, .draws = {}, .effect = {}})) {
    if (tried.temperature != temperature || tried.shape.size() > 1 || tried.logits.size() > 12) continue;
    subject::Subject subject(altered);
    results.push_back(claim.check(tried, subject, {}));
  }
  return results;
}

void expect(const char* id, const Altered& altered, Verdict verdict, double temperature = .5) {
  const std::vector<claim::CheckResult> results = checked(id, altered, temperature);
  EXPECT_FALSE(results.empty());
  for (const claim::CheckResult& result : results) EXPECT_EQ(result.verdict, verdict) << claim_test::said(result);
}

bool hard(const Question& question) { return question.hard.value_or(false); }

// What the built-in implementation answers to another question.
Answer answer_to(const Question& question) { return std::get<Answer>(subject::Reference().ask(question)); }

void replace(Answer& answer, std::string_view name, const Answer& from) {
  for (subject::NamedArray& named : answer.arrays) {
    if (named.name == name) named.array = *from.find(name);
  }
}

// The rows of an array, along its last axis.
template <class Change>
void change_rows(Answer& answer, std::string_view name, const Question& question, const Change& change) {
  const std::size_t classes = question.find("logits")->shape.back();
  for (subject::NamedArray& named : answer.arrays) {
    if (named.name != name) continue;
    std::visit(
        [&](auto& values) {
          for (std::size_t first = 0; first < values.size(); first += classes) {
            change(std::span(values).subspan(first, classes));
          }
        },
        named.array.data);
  }
}

// Multiplies an array of one operation by a factor that may depend on the question.
Altered scaled(Operation operation, const char* name, double (*factor)(const Question&)) {
  return {.answer = [=](const Question& question, Answer& answer) {
    if (question.call != operation) return;
    claim_test::change_each(answer, name, [&](std::size_t, double value) { return value * factor(question); });
  }};
}

// ---- the built-in implementation

TEST(GradientClaims, UpholdTheBuiltInImplementation) {
  std::size_t left_out = 0;
  for (const char* id : kIds) {
    for (const claim::CheckResult& result : claim_test::tried(id, {})) {
      if (result.verdict == Verdict::unsupported) {
        // Said, and not left out in silence: there the rounding of the scores hides the derivative.
        EXPECT_EQ(result.tried.label, "6 classes, float32, temperature 0.01") << id;
        ++left_out;
        continue;
      }
      EXPECT_EQ(result.verdict, Verdict::upheld) << claim_test::said(result);
      ASSERT_TRUE(result.exact.has_value());
      EXPECT_GT(result.exact->comparisons, 1000u);
      EXPECT_LE(result.exact->worst, 1);
    }
  }
  EXPECT_EQ(left_out, 1u);
}

// At temperature 1e6 the entries of a float32 softmax tie where the scores do not: an argmax taken from the scores
// is right all the same, and so is one taken from the rounded sample.
TEST(GradientClaims, UpholdEitherArgmaxWhereRoundedSamplesTie) {
  std::size_t ties = 0;
  const Altered from_sample{.answer = [&](const Question& question, Answer& answer) {
    if (!hard(question)) return;
    Question soft = question;
    soft.hard = false;
    answer = answer_to(soft);
    change_rows(answer, "sample", question, [&](auto row) {
      const auto top = std::ranges::max_element(row);
      ties += std::ranges::count(row, *top) > 1;
      const std::size_t place = static_cast<std::size_t>(top - row.begin());
      std::ranges::fill(row, 0);
      row[place] = 1;
    });
  }};
  expect("straight-through/one-hot", from_sample, Verdict::upheld, 1e6);
  EXPECT_GT(ties, 10u) << "the case is there for ties";
  expect("straight-through/one-hot", {}, Verdict::upheld, 1e6);
}

// ---- subjects broken in one way

TEST(GradientClaims, RefuteAGradientWithoutTemperature) {
  const Altered broken =
      scaled(Operation::gumbel_softmax, "gradient", [](const Question& q) { return *q.temperature; });
  expect("straight-through/gradient", broken, Verdict::refuted);
  expect("straight-through/difference", broken, Verdict::refuted);
  expect("straight-through/one-hot", broken, Verdict::upheld);
  const Altered softmax = scaled(Operation::softmax, "gradient", [](const Question& q) { return *q.temperature; });
  expect("softmax/gradient", softmax, Verdict::refuted);
  expect("straight-through/gradient", softmax, Verdict::upheld);
}

TEST(GradientClaims, RefuteAGradientOfTheWrongSign) {
  const Altered broken =
      scaled(Operation::gumbel_softmax, "gradient", [](const Question& q) { return hard(q) ? -1.0 : 1.0; });
  expect("straight-through/gradient", broken, Verdict::refuted);
  expect("straight-through/difference", broken, Verdict::refuted);
  expect("softmax/gradient", scaled(Operation::softmax, "gradient", [](auto&) { return -1.0; }), Verdict::refuted);
}

// Wrong by one part in a thousand, as a gradient worked in half precision is.
TEST(GradientClaims, RefuteAGradientThatIsOffByATenthOfAPercent) {
  expect("straight-through/gradient", scaled(Operation::gumbel_softmax, "gradient", [](auto&) { return 1.001; }),
         Verdict::refuted);
  expect("straight-through/difference", scaled(Operation::gumbel_softmax, "gradient", [](auto&) { return 1.001; }),
         Verdict::refuted);
  expect("softmax/gradient", scaled(Operation::softmax, "gradient", [](auto&) { return 1.001; }), Verdict::refuted);
}

// An argmax without the straight-through path; a gradient evaluated at the one-hot value is the same zero.
TEST(GradientClaims, RefuteAHardPathWithoutGradient) {
  const Altered broken =
      scaled(Operation::gumbel_softmax, "gradient", [](const Question& q) { return hard(q) ? 0.0 : 1.0; });
  expect("straight-through/gradient", broken, Verdict::refuted);
  expect("straight-through/difference", broken, Verdict::refuted);
}

TEST(GradientClaims, RefuteAGradientOfTheChosenClassOnly) {
  const Altered broken{.answer = [](const Question& question, Answer& answer) {
    if (!hard(question)) return;
    const subject::Array one_hot = *answer.find("sample");
    claim_test::change_each(answer, "gradient", [&](std::size_t i, double value) { return value * one_hot.real(i); });
  }};
  expect("straight-through/gradient", broken, Verdict::refuted);
  expect("straight-through/difference", broken, Verdict::refuted);
}

TEST(GradientClaims, RefuteAGradientOfFreshNoise) {
  const Altered broken{.answer = [](const Question& question, Answer& answer) {
    if (question.call != Operation::gumbel_softmax || question.find("cotangent") == nullptr) return;
    Question other = question;
    other.seed = *question.seed + 1;
    const Answer fresh = answer_to(other);
    replace(answer, "gradient", fresh);
    replace(answer, "temperature_gradient", fresh);
  }};
  expect("straight-through/gradient", broken, Verdict::refuted);
  expect("straight-through/difference", broken, Verdict::refuted);
  expect("straight-through/temperature", broken, Verdict::refuted);
}

TEST(GradientClaims, RefuteAGradientThatForgotTheNoise) {
  const Altered broken{.answer = [](const Question& question, Answer& answer) {
    const subject::Array* cotangent = question.find("cotangent");
    if (question.call != Operation::gumbel_softmax || cotangent == nullptr) return;
    const subject::Array& row = *question.find("logits");
    std::vector<double> logits;
    for (std::size_t i = 0; i < cotangent->size(); ++i) logits.push_back(row.real(i % row.size()));
    Question silent;
    silent.call = Operation::softmax;
    silent.dtype = question.dtype;
    silent.temperature = question.temperature;
    silent.arrays = {{"logits", subject::real_array(cotangent->shape, logits, question.dtype)},
                     {"cotangent", *cotangent}};
    replace(answer, "gradient", answer_to(silent));
  }};
  expect("straight-through/gradient", broken, Verdict::refuted);
  expect("straight-through/difference", broken, Verdict::refuted);
}

// The sample of half the temperature, with the gradient that the formula gives for that sample at the whole one:
// identity and sample agree, and only differences see that this is not the derivative of what is returned.
TEST(GradientClaims, DifferencesSeeWhatTheIdentityCannot) {
  const Altered broken{.question = [](Question& q) { *q.temperature /= 2; },
                       .answer =
                           [](const Question&, Answer& answer) {
                             claim_test::change_each(answer, "gradient",
                                                     [](std::size_t, double value) { return value / 2; });
                           }};
  expect("straight-through/gradient", broken, Verdict::upheld);
  expect("straight-through/difference", broken, Verdict::refuted);
}

// (y_hard + y) - y, each operation rounded to the dtype: beside 1 for many y.
TEST(GradientClaims, RefuteAHardValueThatIsNotOneHot) {
  const Altered composed{.answer = [](const Question& question, Answer& answer) {
    if (!hard(question)) return;
    Question soft_question = question;
    soft_question.hard = false;
    const Answer soft = answer_to(soft_question);
    const auto rounded = [&](double value) { return subject::rounded_to(question.dtype, value); };
    claim_test::change_each(answer, "sample", [&](std::size_t i, double value) {
      const double y = soft.find("sample")->real(i);
      return rounded(rounded(value + y) - y);
    });
  }};
  expect("straight-through/one-hot", composed, Verdict::refuted);
  expect("straight-through/gradient", composed, Verdict::upheld);
}

TEST(GradientClaims, RefuteOneRowThatIsNotOneHot) {
  for (const std::vector<double>& wrong : {std::vector<double>{0, 0}, std::vector<double>{1, 1},
                                           std::vector<double>{1, 1e-30}, std::vector<double>{std::nan(""), 1}}) {
    const Altered broken{.answer = [&](const Question& question, Answer& answer) {
      if (!hard(question)) return;
      claim_test::change_each(answer, "sample", [&](std::size_t i, double value) {
        const std::size_t classes = question.find("logits")->size();
        return i >= classes ? value : i < 2 ? wrong[i] : 0;
      });
    }};
    expect("straight-through/one-hot", broken, Verdict::refuted);
  }
}

const Altered kRotated{.answer = [](const Question& question, Answer& answer) {
  if (!hard(question)) return;
  change_rows(answer, "sample", question, [](auto row) { std::rotate(row.begin(), row.begin() + 1, row.end()); });
}};

TEST(GradientClaims, RefuteAOneAtAnotherPlace) {
  expect("straight-through/one-hot", kRotated, Verdict::refuted);
  const Altered other_noise{.question = [](Question& q) {
    if (hard(q)) ++*q.seed;
  }};
  expect("straight-through/one-hot", other_noise, Verdict::refuted);
}

TEST(GradientClaims, RefuteAWrongTemperatureGradient) {
  const auto broken = [](double (*factor)(const Question&)) {
    return scaled(Operation::gumbel_softmax, "temperature_gradient", factor);
  };
  expect("straight-through/temperature", broken([](auto&) { return -1.0; }), Verdict::refuted);
  expect("straight-through/temperature", broken([](auto& q) { return hard(q) ? 0.0 : 1.0; }), Verdict::refuted);
  expect("straight-through/temperature", broken([](auto& q) { return hard(q) ? 1.0 : .5; }), Verdict::refuted);
  expect("straight-through/gradient", broken([](auto&) { return -1.0; }), Verdict::upheld);
}

TEST(GradientClaims, DoNotLetNanPass) {
  const auto broken = [](Operation operation, const char* name) {
    return Altered{.answer = [=](const Question& question, Answer& answer) {
      if (question.call != operation) return;
      claim_test::change_each(answer, name, [](std::size_t i, double value) { return i == 0 ? std::nan("") : value; });
    }};
  };
  expect("straight-through/gradient", broken(Operation::gumbel_softmax, "gradient"), Verdict::refuted);
  expect("straight-through/gradient", broken(Operation::gumbel_softmax, "sample"), Verdict::refuted);
  expect("straight-through/difference", broken(Operation::gumbel_softmax, "gradient"), Verdict::refuted);
  expect("straight-through/temperature", broken(Operation::gumbel_softmax, "temperature_gradient"), Verdict::refuted);
  expect("softmax/gradient", broken(Operation::softmax, "gradient"), Verdict::refuted);
}

// The finding names path, draw and entry, and the bound that would have passed.
TEST(GradientClaims, SayWhereAndByHowMuch) {
  const claim::CheckResult result = claim_test::first_of(
      "straight-through/gradient",
      scaled(Operation::gumbel_softmax, "gradient", [](const Question& q) { return hard(q) ? -1.0 : 1.0; }),
      {.label = kOneCase});
  EXPECT_NE(result.finding.find("hard path, draw "), std::string::npos) << result.finding;
  EXPECT_NE(result.finding.find("would have passed"), std::string::npos) << result.finding;
}

// ---- subjects that lack something

TEST(GradientClaims, SayWhatASubjectLacks) {
  struct Lack {
    std::vector<const char*> claims;
    void (*take)(subject::Offer& offer, subject::Description& description);
  };
  const Lack lacks[] = {
      {{"straight-through/gradient", "straight-through/difference", "straight-through/temperature"},
       [](subject::Offer& offer, auto&) { offer.gradient = false; }},
      {{"straight-through/gradient", "straight-through/difference", "straight-through/temperature"},
       [](subject::Offer& offer, auto&) { offer.frozen_noise = false; }},
      {{"straight-through/gradient", "straight-through/difference", "straight-through/temperature"},
       [](subject::Offer& offer, auto&) { offer.soft = false; }},
      {{"straight-through/gradient", "straight-through/difference", "straight-through/temperature"},
       [](subject::Offer&, subject::Description& d) { d.seeding = subject::Seeding::none; }},
      {{"straight-through/one-hot"}, [](subject::Offer& offer, auto&) { offer.hard = false; }},
      {{"straight-through/temperature"}, [](subject::Offer& offer, auto&) { offer.temperature_gradient = false; }}};
  for (const Lack& lack : lacks) {
    subject::Description description = subject::Reference().describe();
    lack.take(description.operations.at(Operation::gumbel_softmax), description);
    for (const char* id : lack.claims) {
      const std::string missing = claim::find(id)->missing(description);
      EXPECT_TRUE(missing.starts_with("The subject ")) << id << ": " << missing;
    }
  }
  subject::Description description = subject::Reference().describe();
  description.operations.at(Operation::softmax).gradient = false;
  EXPECT_NE(claim::find("softmax/gradient")->missing(description), "");
}

TEST(GradientClaims, CheckOneHotAlsoWithoutFrozenNoise) {
  const auto thaw = [](subject::Description& d) { d.operations.at(Operation::gumbel_softmax).frozen_noise = false; };
  Altered rotated = kRotated;
  rotated.description = thaw;
  expect("straight-through/one-hot", rotated, Verdict::upheld);  // its place cannot be known
  Altered halved = scaled(Operation::gumbel_softmax, "sample", [](const Question& q) { return hard(q) ? .5 : 1.0; });
  halved.description = thaw;
  expect("straight-through/one-hot", halved, Verdict::refuted);
}

TEST(GradientClaims, CheckTheSoftPathOfASubjectWithoutAHardOne) {
  const auto soft_only = [](subject::Description& d) {
    d.operations.at(Operation::gumbel_softmax).hard = false;
    d.operations.at(Operation::gumbel_softmax).frozen_noise = false;
  };
  expect("straight-through/gradient", {.description = soft_only}, Verdict::upheld);
  expect("straight-through/temperature", {.description = soft_only}, Verdict::upheld);
  Altered reversed = scaled(Operation::gumbel_softmax, "gradient", [](auto&) { return -1.0; });
  reversed.description = soft_only;
  expect("straight-through/gradient", reversed, Verdict::refuted);
}

// Differences of float32 are worth something where the bound says so, and nowhere else.
TEST(GradientClaims, TakeDifferencesInFloat32WhereNothingFinerIsOffered) {
  const Altered narrow{.description = [](subject::Description& d) { d.dtypes = {subject::Dtype::float32}; }};
  expect("straight-through/difference", narrow, Verdict::upheld, 1);
  expect("straight-through/difference", narrow, Verdict::unsupported, .01);
  expect("softmax/gradient", narrow, Verdict::upheld, .5);
}

// A sample that never changes, with the gradient that belongs to it: nothing is wrong and nothing is shown.
TEST(GradientClaims, AreInconclusiveWhereEveryGradientIsZero) {
  const Altered constant{.answer = [](const Question& question, Answer& answer) {
    if (question.call != Operation::gumbel_softmax) return;
    const std::size_t classes = question.find("logits")->size();
    for (const char* name : {"sample", "gradient", "temperature_gradient"}) {
      claim_test::change_each(answer, name, [&](std::size_t i, double) {
        return std::string_view(name) == "sample" && i % classes == 0 ? 1.0 : 0.0;
      });
    }
  }};
  claim_test::Trial few;
  few.request.draws = 20000;
  few.label = kOneCase;
  for (const char* id : {"straight-through/gradient", "straight-through/difference", "straight-through/temperature"}) {
    const claim::CheckResult result = claim_test::first_of(id, constant, few);
    EXPECT_EQ(result.verdict, Verdict::inconclusive) << claim_test::said(result);
    EXPECT_EQ(result.draws, 20000u);
  }
}

TEST(GradientClaims, AreInconclusiveWithTooFewDraws) {
  claim_test::Trial few;
  few.request.draws = 500;
  few.label = kOneCase;
  EXPECT_EQ(claim_test::first_of("straight-through/gradient", {}, few).verdict, Verdict::inconclusive);
}

}  // namespace
