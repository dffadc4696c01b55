#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/claim.hpp"

namespace {

using namespace gumbelcheck::claim;
using gumbelcheck::subject::Dtype;

Replay sample_replay(std::vector<double> logits) {
  Replay replay;
  replay.tried = {.claim = "concrete/law",
                  .index = 3,
                  .label = "a case",
                  .shape = {logits.size()},
                  .logits = std::move(logits),
                  .axis = -1,
                  .dtype = Dtype::float32,
                  .temperature = .1,
                  .variant = "log samples",
                  .seed = (1ull << 53) - 1,
                  .draws = 1u << 20,
                  .effect = .01};
  replay.budget = {.false_alarm_rate = 1e-9, .miss_rate = 1e-6, .checks = 240};
  replay.subject = "process";
  replay.command = {"python3", "adapter.py", "two words"};
  return replay;
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

// A token that holds its logits and one that names them alone stand for the same.
TEST(ReplayToken, ADigestIsThatOfTheLogits) {
  std::vector<double> few = {0, -0.0, 1.5};
  std::vector<double> many(kMostRunsInToken + 1);
  for (std::size_t k = 0; k < many.size(); ++k) many[k] = static_cast<double>(k);
  for (const std::vector<double>& logits : {few, many}) {
    EXPECT_EQ(logits_digest_of(replay_token(sample_replay(logits))), logits_digest(logits));
  }
  EXPECT_NE(logits_digest({0.0}), logits_digest({-0.0})) << "bits, not values";
  EXPECT_NE(logits_digest({1, 2}), logits_digest({2, 1}));
  EXPECT_THROW(logits_digest_of("gc1.abc"), std::invalid_argument);
}

RC_GTEST_PROP(ReplayTokenProperty, RebuildsTheCaseBitForBit, (std::vector<double> logits)) {
  logits.push_back(-std::numeric_limits<double>::infinity());
  logits.push_back(-0.0);
  const Replay before = sample_replay(logits);
  const Replay after = from_replay_token(replay_token(before));
  RC_ASSERT(after.tried.logits.size() == logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) RC_ASSERT(same_bits(after.tried.logits[i], logits[i]));
  RC_ASSERT(after.tried.claim == before.tried.claim);
  RC_ASSERT(after.tried.index == before.tried.index);
  RC_ASSERT(after.tried.label == before.tried.label);
  RC_ASSERT(after.tried.shape == before.tried.shape);
  RC_ASSERT(after.tried.axis == before.tried.axis);
  RC_ASSERT(after.tried.dtype == before.tried.dtype);
  RC_ASSERT(same_bits(after.tried.temperature, before.tried.temperature));
  RC_ASSERT(after.tried.variant == before.tried.variant);
  RC_ASSERT(after.tried.seed == before.tried.seed);
  RC_ASSERT(after.tried.draws == before.tried.draws);
  RC_ASSERT(same_bits(after.tried.effect, before.tried.effect));
  RC_ASSERT(after.budget.checks == before.budget.checks);
  RC_ASSERT(after.subject == before.subject);
  RC_ASSERT(after.command == before.command);
}

TEST(ReplayToken, SaysWhatIsWrongWithATokenThatIsNotOne) {
  const std::string token = replay_token(sample_replay({0, 1}));
  for (const std::string& bad : {std::string(), std::string("hello"), token.substr(0, token.size() - 1), token + "A",
                                 "gc2" + token.substr(3), token.substr(0, 20) + "!" + token.substr(21)}) {
    EXPECT_THROW(from_replay_token(bad), std::invalid_argument) << bad;
  }
}

RC_GTEST_PROP(ReplayTokenProperty, KeepsRunsOfEqualLogits, ()) {
  std::vector<double> logits;
  const auto runs = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(1, 2000), rc::gen::inRange(-3, 4)));
  for (const auto& [count, value] : runs) logits.insert(logits.end(), static_cast<std::size_t>(count), value);
  const Replay before = sample_replay(logits);
  const std::string token = replay_token(before);
  RC_ASSERT(from_replay_token(token).tried.logits == logits);
  RC_ASSERT(token.size() < 2000u + 40 * runs.size());
}

std::vector<double> many_logits() {
  std::vector<double> logits;
  for (std::size_t k = 0; k < 262144; ++k)
    logits.push_back(k % 100 == 7 ? -HUGE_VAL : std::sin(static_cast<double>(k)));
  return logits;
}

TEST(ReplayToken, FitsACommandLineWhateverTheLogits) {
  constexpr std::size_t kLongestArgument = 128 * 1024;
  std::vector<double> logits = many_logits();
  EXPECT_LT(replay_token(sample_replay(logits)).size(), 2000u);
  logits.resize(gumbelcheck::claim::kMostRunsInToken);
  EXPECT_LT(replay_token(sample_replay(logits)).size(), kLongestArgument);
}

TEST(ReplayToken, TakesManyLogitsAgainAndNoOthers) {
  const std::vector<double> logits = many_logits();
  const std::string token = replay_token(sample_replay(logits));
  EXPECT_EQ(from_replay_token(token, logits).tried.logits, logits);
  EXPECT_THROW(from_replay_token(token), std::invalid_argument);
  std::vector<double> others = logits;
  others[262143] += 1e-9;
  EXPECT_THROW(from_replay_token(token, others), std::invalid_argument);
}

// Nobody has the logits of a default vocabulary at hand: the run's seed makes them again.
TEST(ReplayToken, MakesADefaultVocabularyAgain) {
  Replay before = sample_replay(gumbelcheck::claim::model_like_logits(77, 131072).values);
  before.tried.seed = 77;
  EXPECT_EQ(from_replay_token(replay_token(before)).tried.logits, before.tried.logits);
  before.tried.seed = 78;
  EXPECT_THROW(from_replay_token(replay_token(before)), std::invalid_argument);
}

// A claim about densities leaves the impossible classes out; its token takes the same file.
TEST(ReplayToken, TakesTheUsersLogitsForACaseOfThePossibleOnes) {
  const std::vector<double> logits = many_logits();
  std::vector<double> possible = logits;
  std::erase_if(possible, [](double logit) { return !std::isfinite(logit); });
  const std::string token = replay_token(sample_replay(possible));
  EXPECT_EQ(from_replay_token(token, logits).tried.logits, possible);
}

TEST(ReplayToken, RefusesACaseThatNoRunMakes) {
  const auto refused = [](const std::function<void(Replay&)>& change) {
    Replay replay = sample_replay({0, 1, 2});
    change(replay);
    EXPECT_THROW(from_replay_token(replay_token(replay)), std::invalid_argument);
  };
  refused([](Replay& r) { r.tried.shape = {4}; });
  refused([](Replay& r) { r.tried.shape = {2}; });
  refused([](Replay& r) { r.tried.axis = 1; });
  refused([](Replay& r) { r.tried.temperature = 0; });
  refused([](Replay& r) { r.tried.temperature = std::nan(""); });
  refused([](Replay& r) { r.tried.draws = 0; });
  refused([](Replay& r) { r.tried.effect = 1; });
  refused([](Replay& r) { r.budget.false_alarm_rate = 0; });
  refused([](Replay& r) { r.budget.miss_rate = 1; });
}

TEST(ReplayToken, SurvivesShellsAndUrls) {
  const std::string token = replay_token(sample_replay({0, 1, 2}));
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
            std::string::npos);
}

}  // namespace
