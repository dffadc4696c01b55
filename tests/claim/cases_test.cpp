// What is planned, and what is asked: within the protocol's limits whatever the user asks for, and refuting
// nothing that is right.

#include "gumbelcheck/claim/cases.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "claim/altered_subject.hpp"
#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/statistic/power.hpp"

namespace {

using namespace gumbelcheck;
using claim::Case;
using claim::Request;
using claim::Verdict;
using claim_test::Altered;
using claim_test::said;

std::vector<Case> planned(std::string_view id, const Request& request) {
  return claim::find(id)->cases(subject::Reference().describe(), request);
}

TEST(Cases, DrawsAreTakenAsTheyAreByLawsAndOnlyDownwardsByExactChecks) {
  for (const Case& made : planned("gumbel-max/law", {.draws = 1u << 30})) EXPECT_EQ(made.draws, 1u << 30);
  for (const Case& made : planned("edge/impossible", {.draws = 1u << 30})) EXPECT_EQ(made.draws, 1u << 30);
  for (const Case& made : planned("stream/replay", {.draws = 1u << 30})) EXPECT_LE(made.draws, 512u);
  for (const Case& made : planned("stream/replay", {.draws = 7})) EXPECT_EQ(made.draws, 7u);
  for (const Case& made : planned("concrete/density", {.draws = 1u << 30})) EXPECT_LE(made.draws, 400u);
}

TEST(Cases, AnEffectBelowThePlansAsksForAsManyMoreDraws) {
  const Case plain = planned("gumbel/law", {}).front();
  const Case finer = planned("gumbel/law", {.effect = plain.effect / 4}).front();
  EXPECT_EQ(finer.draws, 16 * plain.draws);
  EXPECT_EQ(planned("gumbel/law", {.effect = 2 * plain.effect}).front().draws, plain.draws);
  EXPECT_EQ(planned("gumbel/law", {.draws = 999, .effect = plain.effect / 4}).front().draws, 999u);
  EXPECT_LE(planned("gumbel/law", {.effect = 1e-300}).front().draws, std::uint64_t{1} << 62);
}

TEST(Cases, DeclareAnEffectThatTheirDrawsSeeWithManyClasses) {
  for (const std::size_t classes : {20u, 300u, 1000u, 4096u, 262144u}) {
    const claim::CasePlan plan = claim::plan_for_classes({1u << 20, .01}, classes);
    EXPECT_GE(plan.effect, claim::declared_effect(classes));
    EXPECT_LE(plan.draws * classes, claim::kMostElementsOfCheck);
    EXPECT_LE(statistic::detectable_effect(plan.draws, {.cells = 64, .components = 16 * 11}, {}), plan.effect * 1.0001)
        << classes;
  }
}

TEST(Cases, TheEffectOfManyClassesFollowsTheRatesOfTheRun) {
  const auto effect = [](const statistic::Budget& rates) {
    const std::vector<double> given = claim::model_like_logits(1, 131072).values;
    return planned("gumbel-max/law", {.logits = given, .rates = rates}).front().effect;
  };
  EXPECT_LT(effect({.miss_rate = 1e-2}), effect({}));
  EXPECT_GT(effect({.false_alarm_rate = 1e-200}), effect({}));
}

// A default run on a vocabulary ends in minutes: whatever a claim asks for is bounded.
TEST(Cases, OfAVocabularyAreFewAndShort) {
  const std::vector<double> given = claim::model_like_logits(1, 131072).values;
  for (const claim::Claim& tried : claim::catalogue()) {
    const std::vector<Case> cases = planned(tried.sheet.id, {.logits = given});
    double elements = 0;
    for (const Case& made : cases) {
      if (made.logits.size() != given.size()) continue;
      const bool setup_serves_all_draws = tried.sheet.id == "categorical/law";
      elements += setup_serves_all_draws ? 0 : static_cast<double>(made.draws) * 131072;
      EXPECT_LT(made.effect, .5) << made.claim << ", " << made.label;
      if (made.effect > 0) continue;
      EXPECT_LE(made.draws, 128u) << made.claim << ", " << made.label;
    }
    EXPECT_LE(elements, 0x1p30) << tried.sheet.id;
  }
  for (const Case& made : planned("concrete/law", {.logits = given})) {
    if (made.shape.size() != 1) continue;
    EXPECT_EQ(made.dtype, gumbelcheck::subject::Dtype::float32) << made.label;
  }
  const std::vector<Case> indices = planned("gumbel-max/law", {.logits = given});
  EXPECT_EQ(indices.front().draws, 4096u);
  EXPECT_GT(indices.front().effect, claim::declared_effect(131072));
  EXPECT_EQ(planned("categorical/law", {.logits = given}).front().draws, 1u << 19);
}

TEST(Cases, TheGivenLogitsReplaceEveryRowOnce) {
  const std::vector<double> given = {0, 1, -HUGE_VAL, .125};
  for (const char* id : {"gumbel-max/law", "categorical/law", "concrete/rounding", "softmax/value", "stream/replay"}) {
    for (const Case& made : planned(id, {.logits = given})) {
      if (made.shape.size() != 1) continue;
      EXPECT_EQ(made.logits, given) << id << ": " << made.label;
    }
  }
}

TEST(Cases, TemperaturesThatDifferLittleAreDifferentCases) {
  EXPECT_EQ(planned("concrete/law", {.temperatures = {.1}}).size() + 2,
            planned("concrete/law", {.temperatures = {.1, .1000000001}}).size());
}

TEST(Cases, ANamedTemperatureIsTheOnlyOne) {
  for (const char* id : {"concrete/law", "concrete/density", "concrete/rounding", "straight-through/one-hot",
                         "straight-through/gradient", "straight-through/difference", "straight-through/temperature"}) {
    for (const claim::Case& made : planned(id, {.temperatures = {.3}})) {
      EXPECT_EQ(made.temperature, .3) << id << ": " << made.label;
    }
  }
}

TEST(Cases, EveryClaimHasItsOwnStream) {
  std::set<std::uint32_t> numbers;
  for (const claim::Claim& claim : claim::catalogue()) {
    EXPECT_TRUE(numbers.insert(random::claim_number(claim.sheet.id)).second) << claim.sheet.id;
  }
}

// ---- What is asked

struct Limits {
  std::uint64_t elements = 0;  // draws times logits, of the largest question
  std::uint64_t bytes = 0;     // of the largest answer
};

Altered watching(Limits& limits) {
  return {.answer = [&limits](const subject::Question& asked, subject::Answer& answer) {
    const subject::Array* logits = asked.find("logits");
    const std::uint64_t elements = asked.draws.value_or(1) * (logits == nullptr ? 1 : logits->size());
    limits.elements = std::max(limits.elements, elements);
    std::uint64_t bytes = 0;
    for (const subject::NamedArray& named : answer.arrays) {
      bytes += named.array.size() * (std::holds_alternative<std::vector<float>>(named.array.data) ? 4 : 8);
    }
    limits.bytes = std::max(limits.bytes, bytes);
  }};
}

void expect_within_protocol(const Limits& limits) {
  EXPECT_GT(limits.elements, 0u);
  EXPECT_LE(limits.elements, std::uint64_t{1} << 28);
  EXPECT_LE(limits.bytes, std::uint64_t{64} << 20);
}

// 20,000 classes: enough that 512 draws of a replay, or 2^18 indices of a question, would pass a limit.
TEST(Questions, StayWithinTheProtocolForManyClasses) {
  std::vector<double> many(20'000);
  for (std::size_t k = 0; k < many.size(); ++k) many[k] = static_cast<double>(k % 7) - 3;
  Limits limits;
  for (const char* id : {"categorical/law", "concrete/law", "stream/replay"}) {
    const claim::CheckResult result =
        claim_test::first_of(id, watching(limits), {.request = {.logits = many, .temperatures = {1}, .draws = 20}});
    EXPECT_NE(result.verdict, Verdict::refuted) << said(result);
    EXPECT_NE(result.verdict, Verdict::broken) << said(result);
  }
  expect_within_protocol(limits);
}

TEST(Questions, StayWithinTheProtocolForManyDraws) {
  Limits limits;
  for (const char* id : {"stream/replay", "stream/frozen", "concrete/density", "gumbel-softmax/simplex",
                         "gumbel-max/law", "stream/distinct", "edge/refusal"}) {
    claim_test::first_of(id, watching(limits), {.request = {.draws = 1'000'000}});
  }
  expect_within_protocol(limits);
}

// ---- Right subjects of all kinds: nothing is refuted, nothing breaks, no check throws.

void expect_nothing_found(const Altered& right, const Request& request, std::string_view only = "") {
  const std::string given = request.logits ? ", given logits" : "";
  std::size_t checks = 0;
  for (const claim::Claim& claim : claim::catalogue()) {
    if (!claim.sheet.id.starts_with(only)) continue;
    for (const claim::CheckResult& result : claim_test::tried(claim.sheet.id, right, {.request = request})) {
      ++checks;
      EXPECT_NE(result.verdict, Verdict::refuted) << said(result) << given;
      EXPECT_NE(result.verdict, Verdict::broken) << said(result) << given;
    }
  }
  EXPECT_GT(checks, 0u);
}

class RightSubjects : public testing::TestWithParam<std::pair<const char*, Altered>> {};

Altered described(std::function<void(subject::Description&)> change) { return {.description = std::move(change)}; }

void without_soft(subject::Description& d) { d.operations[subject::Operation::gumbel_softmax].soft = false; }
void without_hard(subject::Description& d) { d.operations[subject::Operation::gumbel_softmax].hard = false; }
void only(subject::Description& d, subject::Operation operation) {
  std::erase_if(d.operations, [&](const auto& offered) { return offered.first != operation; });
}

INSTANTIATE_TEST_SUITE_P(
    All, RightSubjects,
    testing::Values(std::pair{"as_it_is", Altered{}},
                    std::pair{"only_float32", described([](auto& d) { d.dtypes = {subject::Dtype::float32}; })},
                    std::pair{"only_float64", described([](auto& d) { d.dtypes = {subject::Dtype::float64}; })},
                    std::pair{"seeds_of_32_bits", described([](auto& d) { d.seed_bits = 32; })},
                    std::pair{"seeds_of_12_bits", described([](auto& d) { d.seed_bits = 12; })},
                    std::pair{"a_stream", claim_test::streaming(subject::Seeding::stream)},
                    std::pair{"no_seeds", claim_test::streaming(subject::Seeding::none)},
                    std::pair{"no_soft_path", described(without_soft)},
                    std::pair{"no_hard_path", described(without_hard)}, std::pair{"no_axis", described([](auto& d) {
                                                                                    for (auto& [operation, offer] :
                                                                                         d.operations)
                                                                                      offer.axis = false;
                                                                                  })},
                    std::pair{"no_frozen_noise", described([](auto& d) {
                                for (auto& [operation, offer] : d.operations) offer.frozen_noise = false;
                              })},
                    std::pair{"only_log_samples",
                              described([](auto& d) { only(d, subject::Operation::log_concrete); })},
                    std::pair{"only_hard_samples", described([](auto& d) {
                                only(d, subject::Operation::gumbel_softmax);
                                without_soft(d);
                              })},
                    std::pair{"only_categorical", described([](auto& d) { only(d, subject::Operation::categorical); })},
                    std::pair{"only_noise", described([](auto& d) { only(d, subject::Operation::gumbel); })}),
    [](const auto& tested) { return std::string(tested.param.first); });

TEST_P(RightSubjects, ArePassedOverWithTwoDraws) { expect_nothing_found(GetParam().second, {.draws = 2}); }
TEST_P(RightSubjects, HaveTheirStreamsPassedOver) {
  expect_nothing_found(GetParam().second, {.draws = 3000}, "stream/");
}

TEST(RightSubject, IsPassedOverWithThreeDraws) { expect_nothing_found({}, {.draws = 3}); }

TEST(RightSubject, IsPassedOverWhateverTheLogits) {
  const double none = -HUGE_VAL;
  const std::vector<std::vector<double>> sets = {
      {0, 0},       {none, 1, none, 1, none}, {0, -30, -60, -80}, {5, 5, 5, 5, -5}, {1e4, -1e4, 9999.5},
      {.1, .2, .3}, {1e-320, 0, -1e-320},     {-700, -800, -750}};
  for (const std::vector<double>& logits : sets) {
    expect_nothing_found({}, {.logits = logits, .temperatures = {.01, 1, 100}, .draws = 300});
  }
}

TEST(RightSubject, IsPassedOverWhateverTheTemperature) {
  expect_nothing_found({}, {.temperatures = {1e-6, 1e-3, 30, 2e3, 1e5, 1e9}, .draws = 300});
}

TEST(RightSubject, IsPassedOverWithSomeHundredClasses) {
  std::vector<double> logits(400);
  for (std::size_t k = 0; k < logits.size(); ++k) logits[k] = k % 5 == 0 ? -HUGE_VAL : -.01 * static_cast<double>(k);
  expect_nothing_found({}, {.logits = logits, .temperatures = {.01, 100}, .draws = 4});
}

}  // namespace
