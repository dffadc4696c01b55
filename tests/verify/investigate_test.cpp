// What happens after a refutation: asked again on a fresh seed and on another generator; no verdict changes.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "gumbelcheck/subject/reference.hpp"
#include "gumbelcheck/verify/diagnosis.hpp"
#include "gumbelcheck/verify/plan.hpp"

namespace {

using namespace gumbelcheck;
using claim::Verdict;

// The reference with every index from `first` on replaced by class 0, where the question's classes allow it.
struct Biased {
  subject::Seeding seeding = subject::Seeding::call;
  std::optional<std::size_t> dies_of;  // so many classes

  subject::Description describe() const {
    subject::Description description = subject::Reference().describe();
    description.seeding = seeding;
    return description;
  }
  subject::Reply ask(subject::Question question) const {
    if (question.call != subject::Operation::gumbel_max) return subject::Reference().ask(question);
    if (question.find("logits")->size() == dies_of) return subject::Breakdown{"The subject exited with status 9.", ""};
    if (!question.seed) question.seed = 12;
    subject::Reply reply = subject::Reference().ask(question);
    for (subject::NamedArray& named : std::get<subject::Answer>(reply).arrays) {
      if (auto* indices = std::get_if<std::vector<std::int64_t>>(&named.array.data)) {
        for (std::size_t i = 0; i < indices->size(); i += 4) (*indices)[i] = 0;
      }
    }
    return reply;
  }
};

verify::Settings few(std::vector<std::string> claims, unsigned threads = 1) {
  verify::Settings settings;
  settings.claims = std::move(claims);
  settings.request.draws = 1 << 14;
  settings.threads = threads;
  return settings;
}

verify::SubjectSource source_of(Biased biased, std::string spec) {
  return {.spec = std::move(spec), .command = {}, .open = [biased] { return subject::Subject(biased); }};
}

const claim::CheckResult& looked_into(const claim::RunRecord& record) {
  const claim::CheckResult* found = nullptr;
  for (const claim::ClaimResult& result : record.claims) {
    for (const claim::CheckResult& check : result.checks) {
      if (check.reruns.empty() && !check.smaller) continue;
      EXPECT_EQ(found, nullptr) << "one case of a claim";
      EXPECT_EQ(check.verdict, Verdict::refuted);
      found = &check;
    }
  }
  if (found == nullptr) throw std::logic_error("nothing was looked into");
  return *found;
}

TEST(Investigate, TheFirstRefutedCaseIsAskedAgainOnAFreshSeed) {
  const claim::RunRecord record = verify::run(few({"gumbel-max/law"}), verify::subject_source("fault:gaussian-noise"));
  const claim::CheckResult& check = looked_into(record);
  ASSERT_EQ(check.reruns.size(), 1u) << "a fault's generator is its own affair";
  const claim::Rerun& again = check.reruns[0];
  EXPECT_EQ(again.what, "a fresh seed, " + std::to_string(verify::fresh_seed(check.tried, 0)));
  EXPECT_EQ(again.verdict, Verdict::refuted);
  EXPECT_LE(again.draws, check.tried.draws);
  const claim::CheckResult replayed = verify::replay(claim::from_replay_token(again.replay_token));
  EXPECT_EQ(replayed.verdict, again.verdict);
  EXPECT_EQ(replayed.draws, again.draws);
  EXPECT_EQ(replayed.finding, again.finding);
}

// The verdict stands, whatever asking again says: here the second generator is not the subject's at all.
TEST(Investigate, TheBuiltInSubjectIsAskedOnThreefryToo) {
  const claim::RunRecord record = verify::run(few({"gumbel-max/law"}), source_of({}, "reference"));
  EXPECT_EQ(claim::overall(record), Verdict::refuted);
  const claim::CheckResult& check = looked_into(record);
  ASSERT_EQ(check.reruns.size(), 2u);
  EXPECT_EQ(check.reruns[0].verdict, Verdict::refuted);
  EXPECT_EQ(check.reruns[1].what, "Threefry in place of Philox");
  EXPECT_NE(check.reruns[1].verdict, Verdict::refuted);
  EXPECT_EQ(claim::from_replay_token(check.reruns[1].replay_token).subject, verify::kReferenceOnThreefry);
  EXPECT_EQ(claim::from_replay_token(check.reruns[1].replay_token).tried.seed, check.tried.seed);
}

TEST(InvestigateStatistical, TheBuiltInSubjectIsUpheldOnThreefry) {
  verify::Settings settings = few({"gumbel/law", "gumbel-max/law", "categorical/law"}, 2);
  settings.request.draws.reset();
  settings.request.logits = {0.5, 0.0, -1.25};
  const claim::RunRecord record =
      verify::run(settings, verify::subject_source(std::string(verify::kReferenceOnThreefry)));
  EXPECT_EQ(claim::overall(record), Verdict::upheld);
  EXPECT_EQ(record.description.name, "reference on Threefry");
  for (const claim::ClaimResult& result : record.claims) {
    for (const claim::CheckResult& check : result.checks) {
      EXPECT_TRUE(check.reruns.empty());
      EXPECT_FALSE(check.smaller);
    }
  }
}

TEST(Investigate, TheSameOnAnyNumberOfThreads) {
  const auto said = [](unsigned threads) {
    std::vector<std::string> lines;
    const claim::RunRecord record =
        verify::run(few({"gumbel-max/law", "stream/*"}, threads), verify::subject_source("fault:gaussian-noise"));
    for (const claim::ClaimResult& result : record.claims) {
      for (const claim::CheckResult& check : result.checks) {
        for (const claim::Rerun& rerun : check.reruns) lines.push_back(rerun.finding + rerun.replay_token);
        if (check.smaller) lines.push_back(check.smaller->finding + check.smaller->lines);
      }
    }
    return lines;
  };
  const std::vector<std::string> one = said(1);
  EXPECT_GE(one.size(), 2u);
  EXPECT_EQ(said(3), one);
}

TEST(Investigate, ASubjectWithoutSeedsIsAskedForFreshDraws) {
  const claim::RunRecord record =
      verify::run(few({"gumbel-max/law"}), source_of({.seeding = subject::Seeding::none, .dies_of = {}}, "biased"));
  EXPECT_EQ(looked_into(record).reruns.at(0).what, "fresh draws");
}

TEST(Investigate, AProgramThatDiesOfASmallerCaseIsRefutedAllTheSame) {
  verify::Settings settings = few({"gumbel-max/law"});
  settings.request.logits = {0.0, 1.0, 0.5, -1.0, 0.25};
  const claim::RunRecord record =
      verify::run(settings, source_of({.seeding = subject::Seeding::call, .dies_of = 2}, "process"));
  EXPECT_EQ(claim::overall(record), Verdict::refuted);
  const claim::CheckResult& check = looked_into(record);
  ASSERT_TRUE(check.smaller);
  EXPECT_EQ(check.smaller->tried.logits.size(), 3u) << "two classes end it: a breakdown, and no failure of the claim";
}

// Without that word a record without a smaller case would say that there is none.
TEST(Investigate, ATimeLimitThatCutsItShortIsTold) {
  struct Slow {
    Biased biased;
    std::shared_ptr<std::atomic<bool>> refuted = std::make_shared<std::atomic<bool>>(false);
    subject::Description describe() const { return biased.describe(); }
    subject::Reply ask(const subject::Question& question) const {
      if (*refuted) std::this_thread::sleep_for(std::chrono::milliseconds(200));
      return biased.ask(question);
    }
  };
  for (const bool before : {true, false}) {
    const Slow slow;
    claim::Claim law = *claim::find("gumbel-max/law");
    law.check = [&, known = law.check](const claim::Case& tried, subject::Subject& subject,
                                       const statistic::Budget& budget) {
      claim::CheckResult result = known(tried, subject, budget);
      *slow.refuted = true;
      if (before) std::this_thread::sleep_for(std::chrono::milliseconds(600));
      return result;
    };
    verify::Settings settings = few({"gumbel-max/law"});
    verify::Plan plan = verify::plan(settings, slow.describe());
    plan.claims.at(0).claim = &law;
    plan.claims.at(0).cases.resize(1);
    settings.time_limit = .5;
    settings.rerun = before;  // asking again would take all of the time
    subject::Subject first{slow};
    const claim::RunRecord record = verify::run_plan(
        plan, settings, {.spec = "slow", .command = {}, .open = [&] { return subject::Subject(slow); }}, first, {});
    const claim::CheckResult& check = record.claims.at(0).checks.at(0);
    ASSERT_EQ(check.verdict, Verdict::refuted) << check.finding;
    EXPECT_EQ(check.cut_short, std::string("The time limit of the run, 0.5 s, was reached ") +
                                   (before ? "before a smaller case could be looked for."
                                           : "while a smaller case was looked for: there may be one."));
  }
  EXPECT_EQ(looked_into(verify::run(few({"gumbel-max/law"}), source_of({}, "biased"))).cut_short, "");
}

TEST(Investigate, ItCanBeLeftOut) {
  verify::Settings settings = few({"gumbel-max/law"});
  settings.rerun = settings.shrink = false;
  const claim::RunRecord record = verify::run(settings, verify::subject_source("fault:gaussian-noise"));
  EXPECT_EQ(claim::overall(record), Verdict::refuted);
  EXPECT_THROW(looked_into(record), std::logic_error);
}

}  // namespace
