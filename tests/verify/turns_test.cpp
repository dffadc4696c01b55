// Claims that others imply, and runs that have to end before they are done.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <tuple>

#include "gumbelcheck/subject/reference.hpp"
#include "gumbelcheck/verify/plan.hpp"

namespace {

using namespace gumbelcheck;
using claim::Verdict;

// A plan of two claims by hand: a law with this verdict, and one that it implies.
struct ByHand {
  explicit ByHand(Verdict verdict, std::size_t law_cases = 1) {
    claims[0].sheet.id = "by-hand/law";
    claims[0].check = [verdict](const claim::Case& tried, subject::Subject&, const statistic::Budget&) {
      claim::CheckResult result;
      result.tried = tried;
      result.verdict = verdict;
      return result;
    };
    claims[1].sheet.id = "by-hand/consequence";
    claims[1].sheet.implied_by = "by-hand/law";
    claims[1].check = [asked = asked](const claim::Case& tried, subject::Subject&, const statistic::Budget&) {
      ++*asked;
      claim::CheckResult result;
      result.tried = tried;
      result.verdict = Verdict::upheld;
      result.draws = 5;
      return result;
    };
    claim::Case tried;
    tried.draws = 10;
    // The consequence stands first: it waits for its law all the same.
    for (std::size_t c : {1u, 0u}) {
      tried.claim = claims[c].sheet.id;
      tried.label = "a case";
      plan.claims.push_back({.claim = &claims[c], .cases = {}, .missing = "nothing is offered"});
      plan.claims.back().cases.assign(c == 1 ? 2 : law_cases, tried);
    }
    plan.budget.checks = 2 + law_cases;
  }
  claim::RunRecord run(unsigned threads = 1) const {
    verify::Settings settings;
    settings.threads = threads;
    settings.rerun = settings.shrink = false;
    subject::Subject first{subject::Reference()};
    return verify::run_plan(plan, settings, verify::subject_source("reference"), first, {});
  }

  std::shared_ptr<std::atomic<int>> asked = std::make_shared<std::atomic<int>>(0);
  claim::Claim claims[2];
  verify::Plan plan;
};

TEST(Turns, AClaimImpliedByAnUpheldOneIsUpheldAndDrawsNothing) {
  for (const unsigned threads : {1u, 3u}) {
    const ByHand by_hand(Verdict::upheld);
    const claim::RunRecord record = by_hand.run(threads);
    const claim::ClaimResult& implied = record.claims.at(0);
    EXPECT_EQ(implied.verdict, Verdict::upheld);
    ASSERT_EQ(implied.checks.size(), 1u);
    EXPECT_EQ(implied.checks[0].finding,
              "Implied by by-hand/law, which is upheld in this run; nothing of its own was drawn, so what by-hand/law "
              "cannot see was not looked for.");
    EXPECT_EQ(implied.checks[0].draws, 0u);
    EXPECT_EQ(implied.checks[0].replay_token, "");
    EXPECT_EQ(*by_hand.asked, 0);
    EXPECT_EQ(record.budget.checks, 3u) << "planned either way";
    EXPECT_EQ(claim::exit_status(record), 0);
  }
}

TEST(Turns, ElseItsOwnCasesDecide) {
  for (const Verdict verdict : {Verdict::refuted, Verdict::inconclusive, Verdict::unsupported}) {
    const ByHand by_hand(verdict);
    const claim::RunRecord record = by_hand.run();
    EXPECT_EQ(*by_hand.asked, 2) << claim::name(verdict);
    EXPECT_EQ(record.claims.at(0).verdict, Verdict::upheld);
    EXPECT_EQ(record.claims.at(0).checks.size(), 2u);
    EXPECT_EQ(record.claims.at(0).checks.at(0).draws, 5u);
  }
  const ByHand not_offered(Verdict::upheld, 0);
  EXPECT_EQ(not_offered.run().claims.at(1).verdict, Verdict::unsupported);
  EXPECT_EQ(*not_offered.asked, 2);

  ByHand alone(Verdict::upheld);
  alone.plan.claims.pop_back();
  EXPECT_EQ(alone.run().claims.at(0).checks.size(), 2u);
  EXPECT_EQ(*alone.asked, 2);
}

// What `implied_by` may name: `run` looks one step up and counts an upheld law, not one that another lets count.
TEST(Turns, TheCatalogueImpliesFromLawsOnly) {
  for (const claim::Claim& known : claim::catalogue()) {
    if (known.sheet.implied_by.empty()) continue;
    const claim::Claim* by = claim::find(known.sheet.implied_by);
    ASSERT_NE(by, nullptr) << known.sheet.id;
    EXPECT_TRUE(by->sheet.implied_by.empty() && by->sheet.beside.empty()) << known.sheet.id;
  }
}

// Right, but it has few seeds, or takes its time from the second question on.
struct Ending {
  int seed_bits = 53;
  double seconds = 0;
  std::shared_ptr<std::atomic<int>> asked = std::make_shared<std::atomic<int>>(0);
  bool wrong = false;

  subject::Description describe() const {
    subject::Description description = subject::Reference().describe();
    description.seed_bits = seed_bits;
    return description;
  }
  subject::Reply ask(const subject::Question& question) const {
    if ((*asked)++ > 0 && seconds > 0) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    subject::Reply reply = subject::Reference().ask(question);
    if (!wrong) return reply;
    for (subject::NamedArray& named : std::get<subject::Answer>(reply).arrays) {
      if (auto* indices = std::get_if<std::vector<std::int64_t>>(&named.array.data))
        indices->assign(indices->size(), 0);
    }
    return reply;
  }
};

claim::RunRecord run_ending(const Ending& ending, std::optional<double> time_limit = {}) {
  verify::Settings settings;
  settings.claims = {"gumbel-max/law"};
  settings.request.logits = {0.0, 1.0, 2.0};
  settings.request.draws = 1 << 14;
  settings.request.effect = .02;
  settings.threads = 1;
  settings.time_limit = time_limit;
  return verify::run(settings,
                     {.spec = "ending", .command = {}, .open = [ending] { return subject::Subject(ending); }});
}

TEST(Turns, ASubjectThatStopsEarlyIsInconclusiveWithTheEffectThatItsDrawsCouldHaveSeen) {
  const claim::CheckResult few = run_ending({.seed_bits = 4}).claims.at(0).checks.at(0);
  EXPECT_EQ(few.verdict, Verdict::inconclusive);
  ASSERT_TRUE(few.evidence) << few.finding;
  EXPECT_GT(few.draws, 0u);
  EXPECT_LT(few.draws, few.tried.draws);
  EXPECT_EQ(few.evidence->draws, few.draws);
  EXPECT_NE(few.finding.find("The subject has 16 seeds"), std::string::npos) << few.finding;
  EXPECT_NE(few.finding.find("It stopped after " + std::to_string(few.draws) + " draws of 16384 planned"),
            std::string::npos)
      << few.finding;

  const claim::CheckResult more = run_ending({.seed_bits = 5}).claims.at(0).checks.at(0);
  EXPECT_EQ(more.verdict, Verdict::inconclusive);
  EXPECT_GT(more.draws, few.draws);
  EXPECT_LT(more.evidence->smallest_detectable_effect, few.evidence->smallest_detectable_effect);
  EXPECT_GT(more.evidence->smallest_detectable_effect, .02) << "else it would have been upheld";
}

TEST(Turns, NoDrawsAtAllAreNoEvidence) {
  verify::Settings settings;
  settings.claims = {"gumbel-max/law"};
  settings.time_limit = 1e-9;
  settings.threads = 2;
  const claim::RunRecord record = verify::run(settings, verify::subject_source("reference"));
  for (const claim::CheckResult& check : record.claims.at(0).checks) {
    EXPECT_EQ(check.verdict, Verdict::inconclusive);
    EXPECT_EQ(check.draws, 0u);
    EXPECT_NE(check.finding.find("before this check was started"), std::string::npos) << check.finding;
    EXPECT_FALSE(check.replay_token.empty());
  }
  EXPECT_EQ(claim::exit_status(record), 3);
}

// A slow law that was added must not use up the time of what was asked.
TEST(Turns, UnderATimeLimitWhatWasAskedAndIsExactComesFirst) {
  verify::Settings settings;
  settings.claims = {"straight-through/one-hot"};
  const verify::Plan planned = verify::plan(settings, subject::Reference().describe());
  ASSERT_EQ(planned.claims.size(), 2u);
  for (const verify::PlannedClaim& one : planned.claims) {
    EXPECT_EQ(one.asked, one.claim->sheet.id == "straight-through/one-hot") << one.claim->sheet.id;
  }

  std::vector<std::string> order;
  std::vector<claim::Claim> claims(4);
  verify::Plan plan;
  const std::tuple<const char*, bool, double> rows[] = {
      {"added/law", false, .01}, {"added/exact", false, 0.0}, {"asked/law", true, .01}, {"asked/exact", true, 0.0}};
  for (std::size_t c = 0; c < claims.size(); ++c) {
    const auto& [id, asked, effect] = rows[c];
    claims[c].sheet.id = id;
    claims[c].check = [&order, slow = !asked](const claim::Case& tried, subject::Subject&, const statistic::Budget&) {
      order.push_back(tried.claim);
      if (slow) std::this_thread::sleep_for(std::chrono::milliseconds(1100));
      claim::CheckResult result;
      result.tried = tried;
      result.verdict = Verdict::upheld;
      return result;
    };
    claim::Case tried;
    tried.claim = id;
    tried.effect = effect;
    plan.claims.push_back({.claim = &claims[c], .cases = {tried}, .missing = "", .asked = asked});
  }
  plan.budget.checks = claims.size();
  settings.threads = 1;
  settings.rerun = settings.shrink = false;
  settings.time_limit = 1;
  subject::Subject first{subject::Reference()};
  const auto run = [&] {
    order.clear();
    return verify::run_plan(plan, settings, verify::subject_source("reference"), first, {});
  };
  const claim::RunRecord limited = run();
  EXPECT_EQ(order, (std::vector<std::string>{"asked/exact", "asked/law", "added/exact"}));
  for (std::size_t c = 0; c < claims.size(); ++c) {
    EXPECT_EQ(limited.claims[c].sheet.id, std::get<0>(rows[c])) << "the record keeps its order";
    EXPECT_EQ(limited.claims[c].checks.at(0).tried.claim, std::get<0>(rows[c]));
  }
  EXPECT_EQ(limited.claims[0].verdict, Verdict::inconclusive);
  EXPECT_NE(limited.claims[0].checks[0].finding.find("before this check was started"), std::string::npos);
  EXPECT_EQ(limited.claims[3].verdict, Verdict::upheld);
  settings.time_limit.reset();
  run();
  EXPECT_EQ(order.front(), "added/law") << "without a limit the order of the catalogue";
}

TEST(Turns, TheTimeLimitEndsTheCheckThatRuns) {
  const Ending slow{.seconds = 1.1};
  const claim::RunRecord record = run_ending(slow, 1);
  const std::vector<claim::CheckResult>& checks = record.claims.at(0).checks;
  EXPECT_EQ(checks.at(0).verdict, Verdict::inconclusive);
  ASSERT_TRUE(checks.at(0).evidence) << checks.at(0).finding;
  EXPECT_NE(checks.at(0).finding.find("The time limit of the run, 1 s, was reached."), std::string::npos)
      << checks.at(0).finding;
  EXPECT_EQ(*slow.asked, 2) << "none after the limit";
  EXPECT_EQ(checks.at(1).draws, 0u);
}

TEST(Turns, WhatWasDrawnBeforeTheEndMayRefute) {
  // Sixteen questions of a constant are more than enough.
  const claim::CheckResult check = run_ending({.seed_bits = 4, .wrong = true}).claims.at(0).checks.at(0);
  EXPECT_EQ(check.verdict, Verdict::refuted);
}

}  // namespace
