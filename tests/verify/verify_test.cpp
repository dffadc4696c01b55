// What a run decides, whatever the number of threads; and what it says of subjects that do not do their part.

#include "gumbelcheck/verify/verify.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gumbelcheck/subject/reference.hpp"
#include "gumbelcheck/verify/plan.hpp"

namespace {

using namespace gumbelcheck;
using claim::Verdict;

verify::Settings few(std::vector<std::string> claims, std::uint64_t draws = 4096) {
  verify::Settings settings;
  settings.claims = std::move(claims);
  settings.request.draws = draws;
  settings.threads = 1;
  return settings;
}

const claim::ClaimResult& result_of(const claim::RunRecord& record, const std::string& id) {
  const auto found = std::ranges::find(record.claims, id, [](const auto& c) { return c.sheet.id; });
  if (found == record.claims.end()) throw std::logic_error("no " + id);
  return *found;
}

// The reference with a part of it changed.
struct Altered {
  std::function<void(subject::Description&)> describe_otherwise = [](auto&) {};
  std::function<subject::Reply(const subject::Question&, subject::Reply)> answer_otherwise =
      [](const auto&, subject::Reply reply) { return reply; };
  subject::Description describe() const {
    subject::Description description = subject::Reference().describe();
    describe_otherwise(description);
    return description;
  }
  subject::Reply ask(const subject::Question& question) const {
    return answer_otherwise(question, subject::Reference().ask(question));
  }
};
static_assert(subject::Testable<Altered>);

verify::SubjectSource source_of(Altered altered, std::string spec = "altered") {
  return {.spec = std::move(spec), .command = {}, .open = [altered] { return subject::Subject(altered); }};
}

TEST(Verify, UnknownClaimsAndSettingsOutOfRangeAreSentences) {
  const verify::SubjectSource reference = verify::subject_source("reference");
  EXPECT_THROW(verify::run(few({"no/such"}), reference), std::invalid_argument);
  const auto refused = [&](auto change) {
    verify::Settings settings = few({"softmax/value"});
    change(settings);
    EXPECT_THROW(verify::run(settings, reference), std::invalid_argument);
  };
  refused([](auto& s) { s.false_alarm_rate = 0; });
  refused([](auto& s) { s.miss_rate = 1; });
  refused([](auto& s) { s.request.temperatures = {-1}; });
  refused([](auto& s) { s.request.effect = 0; });
  refused([](auto& s) { s.request.effect = 1e-300; });
  refused([](auto& s) { s.request.draws = 0; });
  refused([](auto& s) { s.request.logits = {0.0}; });
  refused([](auto& s) { s.request.logits = {0.0, std::nan("")}; });
  refused([](auto& s) { s.request.seed = 1ull << 53; });
  EXPECT_THROW(verify::subject_source("fault:none-such"), std::invalid_argument);
  EXPECT_THROW(verify::subject_source("nonsense"), std::invalid_argument);
  EXPECT_THROW(verify::subject_source("process"), std::invalid_argument);
}

TEST(Verify, RecordDoesNotDependOnTheNumberOfThreads) {
  verify::Settings settings = few({"concrete/law", "gumbel-max/law", "stream/*"}, 1 << 12);
  const verify::SubjectSource reference = verify::subject_source("reference");
  const claim::RunRecord one = verify::run(settings, reference);
  settings.threads = 3;
  const claim::RunRecord three = verify::run(settings, reference);
  ASSERT_EQ(one.claims.size(), three.claims.size());
  for (std::size_t c = 0; c < one.claims.size(); ++c) {
    ASSERT_EQ(one.claims[c].checks.size(), three.claims[c].checks.size());
    for (std::size_t i = 0; i < one.claims[c].checks.size(); ++i) {
      const claim::CheckResult& a = one.claims[c].checks[i];
      const claim::CheckResult& b = three.claims[c].checks[i];
      EXPECT_EQ(a.verdict, b.verdict);
      EXPECT_EQ(a.draws, b.draws);
      EXPECT_EQ(a.finding, b.finding);
      EXPECT_EQ(a.replay_token, b.replay_token);
      ASSERT_EQ(a.evidence.has_value(), b.evidence.has_value());
      if (a.evidence) {
        EXPECT_EQ(a.evidence->log_e, b.evidence->log_e);
        EXPECT_EQ(a.evidence->effect, b.evidence->effect);
        EXPECT_EQ(a.evidence->leading, b.evidence->leading);
      }
    }
  }
}

// Under the same budget a case has the same numbers whatever else is asked, and in whatever order.
TEST(Verify, ACaseDoesNotDependOnTheOtherClaims) {
  const verify::SubjectSource reference = verify::subject_source("reference");
  const claim::RunRecord alone = verify::run(few({"gumbel-max/law"}, 1 << 12), reference);
  const claim::RunRecord among =
      verify::run(few({"stream/calls", "gumbel-max/law", "concrete/rounding"}, 1 << 12), reference);
  ASSERT_EQ(alone.budget.alpha_per_check(), among.budget.alpha_per_check());
  const std::vector<claim::CheckResult>& one = result_of(alone, "gumbel-max/law").checks;
  const std::vector<claim::CheckResult>& other = result_of(among, "gumbel-max/law").checks;
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].evidence->log_e, other[i].evidence->log_e);
    EXPECT_EQ(one[i].evidence->effect, other[i].evidence->effect);
    EXPECT_EQ(one[i].verdict, other[i].verdict);
  }
}

TEST(Verify, LogitsAreTakenUpToTheClassesThatCanBeAsked) {
  verify::Settings settings = few({"softmax/simplex"}, 2);
  settings.request.logits = std::vector<double>((1u << 18) + 1, 0.0);
  EXPECT_THROW(verify::check_settings(settings), std::invalid_argument);
  settings.request.logits->resize(1u << 18);
  EXPECT_NO_THROW(verify::check_settings(settings));
}

TEST(Verify, ReplayRepeatsACheckExactly) {
  const claim::RunRecord record = verify::run(few({"concrete/rounding"}, 1 << 12), verify::subject_source("reference"));
  for (const claim::CheckResult& check : result_of(record, "concrete/rounding").checks) {
    const claim::CheckResult again = verify::replay(claim::from_replay_token(check.replay_token));
    EXPECT_EQ(again.verdict, check.verdict);
    EXPECT_EQ(again.draws, check.draws);
    ASSERT_TRUE(again.evidence && check.evidence);
    EXPECT_EQ(again.evidence->log_e, check.evidence->log_e);
  }
}

TEST(Verify, TooFewDrawsAreInconclusive) {
  const claim::RunRecord record = verify::run(few({"gumbel-max/law"}, 1000), verify::subject_source("reference"));
  EXPECT_EQ(result_of(record, "gumbel-max/law").verdict, Verdict::inconclusive);
  EXPECT_EQ(claim::exit_status(record), 3);
}

TEST(Verify, AnOperationThatIsNotOfferedIsUnsupported) {
  Altered altered;
  altered.describe_otherwise = [](subject::Description& d) { d.operations.erase(subject::Operation::gumbel); };
  const claim::RunRecord record = verify::run(few({"gumbel/law"}), source_of(altered));
  EXPECT_EQ(result_of(record, "gumbel/law").verdict, Verdict::unsupported);
  EXPECT_EQ(claim::exit_status(record), 3) << "nothing was upheld";
}

TEST(Verify, FrozenNoiseThatIsNotDeclaredIsUnsupportedNotPassed) {
  Altered altered;
  altered.describe_otherwise = [](subject::Description& d) {
    d.operations[subject::Operation::gumbel_softmax].frozen_noise = false;
  };
  const claim::RunRecord record =
      verify::run(few({"stream/frozen", "straight-through/difference"}), source_of(altered));
  for (const char* id : {"stream/frozen", "straight-through/difference"}) {
    EXPECT_EQ(result_of(record, id).verdict, Verdict::unsupported) << id;
  }
}

TEST(Verify, WhatAConstantWouldSatisfyCountsOnlyBesideAnUpheldLaw) {
  // Always the same one-hot vector: on the simplex at every temperature, and no sample of anything.
  Altered constant;
  constant.answer_otherwise = [](const subject::Question& question, subject::Reply reply) {
    auto* answer = std::get_if<subject::Answer>(&reply);
    if (answer == nullptr || question.call != subject::Operation::gumbel_softmax) return reply;
    for (subject::NamedArray& named : answer->arrays) {
      if (named.name != "sample") continue;
      const std::size_t classes = question.find("logits")->shape.back();
      std::visit(
          [&](auto& values) {
            for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % classes == 0 ? 1 : 0;
          },
          named.array.data);
    }
    return reply;
  };
  const claim::RunRecord record = verify::run(few({"gumbel-softmax/simplex"}), source_of(constant));
  EXPECT_EQ(result_of(record, "concrete/law").verdict, Verdict::refuted) << "the law comes along unasked";
  EXPECT_EQ(result_of(record, "gumbel-softmax/simplex").verdict, Verdict::inconclusive);
  EXPECT_EQ(claim::exit_status(record), 1);
}

TEST(Verify, ARefusalOfGoodInputRefutes) {
  Altered refusing;
  refusing.answer_otherwise = [](const subject::Question& question, subject::Reply reply) -> subject::Reply {
    if (question.call == subject::Operation::gumbel_max) return subject::Refusal{"not today"};
    return reply;
  };
  const claim::RunRecord record = verify::run(few({"gumbel-max/law"}), source_of(refusing));
  EXPECT_EQ(result_of(record, "gumbel-max/law").verdict, Verdict::refuted);
  EXPECT_NE(record.claims[0].checks[0].finding.find("not today"), std::string::npos);
}

TEST(Verify, AnIndexOutsideTheClassesIsRefutedNotBroken) {
  Altered beyond;
  beyond.answer_otherwise = [](const subject::Question&, subject::Reply reply) {
    if (auto* answer = std::get_if<subject::Answer>(&reply)) {
      for (subject::NamedArray& named : answer->arrays) {
        if (auto* indices = std::get_if<std::vector<std::int64_t>>(&named.array.data)) indices->back() = 1000;
      }
    }
    return reply;
  };
  const claim::RunRecord record = verify::run(few({"gumbel-max/law"}), source_of(beyond));
  EXPECT_EQ(result_of(record, "gumbel-max/law").verdict, Verdict::refuted);
}

TEST(VerifySubject, AProgramThatIsNotThereIsBroken) {
  const claim::RunRecord record =
      verify::run(few({"softmax/value", "edge/*"}), verify::subject_source("process", {"no-such-program-here"}));
  for (const claim::ClaimResult& result : record.claims) {
    EXPECT_EQ(result.verdict, Verdict::broken) << result.sheet.id;
    EXPECT_NE(result.checks.at(0).finding.find("no-such-program-here"), std::string::npos);
  }
  EXPECT_EQ(claim::exit_status(record), 3);
}

TEST(Verify, WeightsOfVerdicts) {
  const auto record = [](std::vector<Verdict> verdicts) {
    claim::RunRecord made;
    for (const Verdict verdict : verdicts) made.claims.push_back({.sheet = {}, .verdict = verdict, .checks = {}});
    return made;
  };
  using enum Verdict;
  EXPECT_EQ(claim::exit_status(record({upheld, unsupported})), 0);
  EXPECT_EQ(claim::exit_status(record({upheld, inconclusive})), 3);
  EXPECT_EQ(claim::exit_status(record({upheld, broken})), 3);
  EXPECT_EQ(claim::exit_status(record({broken, refuted, inconclusive, upheld})), 1);
  EXPECT_EQ(claim::exit_status(record({unsupported})), 3);
  EXPECT_EQ(claim::exit_status(record({})), 3);
}

// Between so many classes the bins of the transform see nothing of it; the class in the first place does.
TEST(Verify, LostClassesOfManyAreSeenWithoutReplacement) {
  verify::Settings settings;
  settings.claims = {"gumbel-top-k/law"};
  settings.request.logits = std::vector<double>(2048, 0.0);
  settings.request.draws = 16384;
  settings.rerun = settings.shrink = false;
  const claim::RunRecord wrong = verify::run(settings, verify::subject_source("fault:top-k-of-half-of-the-ids"));
  EXPECT_EQ(claim::overall(wrong), claim::Verdict::refuted);
  const claim::RunRecord right = verify::run(settings, verify::subject_source("reference"));
  EXPECT_NE(claim::overall(right), claim::Verdict::refuted);
}

TEST(Verify, ProgressNeverFallsAndEndsWithWhatTheRecordHolds) {
  for (const unsigned threads : {1u, 3u}) {
    verify::Settings settings = few({"softmax/value", "gumbel-max/law"});
    settings.threads = threads;
    std::vector<verify::Progress> seen;
    const auto sink = [&](const verify::Progress& progress) { seen.push_back(progress); };
    const claim::RunRecord right = verify::run(settings, verify::subject_source("reference"), sink);
    ASSERT_FALSE(seen.empty());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      EXPECT_EQ(seen[i].checks, right.budget.checks);
      EXPECT_EQ(seen[i].claims, 2U);
      EXPECT_EQ(seen[i].refuted, 0U);
      if (i == 0) continue;
      EXPECT_LE(seen[i - 1].checks_done, seen[i].checks_done);
      EXPECT_LE(seen[i - 1].claims_done, seen[i].claims_done);
      EXPECT_LE(seen[i - 1].draws, seen[i].draws);
      EXPECT_LE(seen[i - 1].largest_log_e, seen[i].largest_log_e);
    }
    std::uint64_t drawn = 0;
    for (const claim::ClaimResult& result : right.claims) {
      for (const claim::CheckResult& check : result.checks) drawn += check.draws;
    }
    EXPECT_GE(seen.back().draws, drawn) << "what was asked for, and not only what was judged";
  }
}

TEST(Verify, ProgressTellsWhatIsRefutedAndHowStrongly) {
  verify::Settings settings = few({"softmax/value", "gumbel-max/law"}, 65536);
  std::vector<verify::Progress> seen;
  const claim::RunRecord record = verify::run(settings, verify::subject_source("fault:last-class-left-out"),
                                              [&](const verify::Progress& progress) { seen.push_back(progress); });
  std::size_t refuted = 0;
  double largest = 0;
  for (const claim::ClaimResult& result : record.claims) {
    for (const claim::CheckResult& check : result.checks) {
      refuted += check.verdict == Verdict::refuted;
      if (check.evidence) largest = std::max(largest, check.evidence->largest_log_e);
    }
  }
  ASSERT_GT(refuted, 0U);
  const verify::Progress& last = seen.back();
  EXPECT_TRUE(last.now.starts_with("looking into ")) << last.now;
  EXPECT_EQ(last.refuted, refuted);
  EXPECT_EQ(last.largest_log_e, largest);
  EXPECT_EQ(last.checks_done, last.checks);
  EXPECT_EQ(last.claims_done, last.claims);
}

}  // namespace
