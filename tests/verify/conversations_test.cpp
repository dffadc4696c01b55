// Conversations that end, or that cannot be had twice: the record is the same for every number of threads.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>

#include "gumbelcheck/subject/reference.hpp"
#include "gumbelcheck/verify/verify.hpp"

namespace {

using namespace gumbelcheck;
using claim::Verdict;

// A program in this process: it breaks down when it is asked `fatal`, and says nothing after that.
struct Fragile {
  std::optional<subject::Operation> fatal = {};
  std::shared_ptr<std::atomic<int>> asked_after_the_end = std::make_shared<std::atomic<int>>(0);
  bool ended = false;

  subject::Description describe() const { return subject::Reference().describe(); }
  subject::Reply ask(const subject::Question& question) {
    if (ended) ++*asked_after_the_end;
    ended = ended || question.call == fatal;
    if (ended) return subject::Breakdown{"The subject exited with status 9.", "out of luck"};
    return subject::Reference().ask(question);
  }
};

verify::Settings settings_for(unsigned threads) {
  verify::Settings settings;
  settings.claims = {"concrete/rounding", "gumbel-max/law", "gumbel-softmax/axis", "softmax/value", "stream/replay"};
  settings.request.draws = 2000;
  settings.threads = threads;
  return settings;
}

verify::SubjectSource program(std::function<subject::Subject()> open) {
  return {.spec = "process", .command = {"program"}, .open = std::move(open)};
}

std::vector<std::string> said(const claim::RunRecord& record) {
  std::vector<std::string> lines;
  for (const claim::ClaimResult& result : record.claims) {
    lines.push_back(result.sheet.id + " " + std::string(claim::name(result.verdict)));
    for (const claim::CheckResult& check : result.checks) {
      lines.push_back(check.tried.label + " " + std::string(claim::name(check.verdict)) + " " + check.finding);
    }
  }
  return lines;
}

TEST(Conversations, OneBreakdownBreaksWhatComesAfterItAndNothingBefore) {
  const auto broken_run = [](unsigned threads,
                             std::shared_ptr<std::atomic<int>> after = std::make_shared<std::atomic<int>>(0)) {
    return verify::run(
        settings_for(threads), program([after] {
          return subject::Subject(Fragile{.fatal = subject::Operation::gumbel_max, .asked_after_the_end = after});
        }));
  };
  const auto after = std::make_shared<std::atomic<int>>(0);
  const claim::RunRecord one = broken_run(1, after);
  EXPECT_EQ(*after, 0) << "questions to a conversation that had ended";
  EXPECT_EQ(said(one), said(broken_run(2)));
  EXPECT_EQ(said(one), said(broken_run(5)));
  EXPECT_EQ(claim::overall(one), Verdict::broken);

  bool ended = false;
  std::size_t before = 0;
  for (const claim::ClaimResult& result : one.claims) {
    for (const claim::CheckResult& check : result.checks) {
      if (!ended && check.verdict == Verdict::broken) {
        EXPECT_EQ(check.tried.claim, "gumbel-max/law");
        EXPECT_EQ(check.last_stderr, "out of luck");
        ended = true;
        continue;
      }
      before += !ended;
      EXPECT_EQ(check.verdict == Verdict::broken, ended) << check.tried.claim << " " << check.tried.label;
      EXPECT_EQ(check.finding.find("had ended at gumbel-max/law") != std::string::npos, ended) << check.finding;
      EXPECT_FALSE(check.replay_token.empty());
    }
  }
  EXPECT_TRUE(ended);
  EXPECT_GT(before, 0u);
}

TEST(Conversations, ASubjectInThisProcessIsOpenedAnewForEveryCheck) {
  const claim::RunRecord record =
      verify::run(settings_for(2), {.spec = "fragile", .command = {}, .open = [] {
                                      return subject::Subject(Fragile{.fatal = subject::Operation::gumbel_max});
                                    }});
  for (const claim::ClaimResult& result : record.claims) {
    const bool asks = result.sheet.id == "gumbel-max/law" || result.sheet.id == "stream/replay";
    EXPECT_EQ(result.verdict == Verdict::broken, asks) << result.sheet.id;
  }
}

// A device that takes one program at a time: the first conversation does all the work.
TEST(Conversations, ASecondOneThatCannotBeHadChangesNothing) {
  struct Silent {
    subject::Description describe() const { return {}; }
    subject::Reply ask(const subject::Question&) const {
      return subject::Breakdown{"The subject exited with status 1.", ""};
    }
  };
  struct Other {
    subject::Description describe() const {
      subject::Description description = subject::Reference().describe();
      description.operations.clear();
      return description;
    }
    subject::Reply ask(const subject::Question& question) const { return subject::Reference().ask(question); }
  };
  const std::vector<std::function<subject::Subject()>> seconds = {
      [] { return subject::Subject(Silent()); }, [] { return subject::Subject(Other()); },
      []() -> subject::Subject { throw std::runtime_error("no second one"); }};
  const std::vector<std::string> alone =
      said(verify::run(settings_for(1), program([] { return subject::Subject(Fragile()); })));
  for (const auto& second : seconds) {
    const auto opened = std::make_shared<std::atomic<int>>(0);
    const claim::RunRecord record = verify::run(
        settings_for(3), program([=] { return (*opened)++ == 0 ? subject::Subject(Fragile()) : second(); }));
    EXPECT_EQ(said(record), alone);
    EXPECT_EQ(*opened, 3);
  }
}

TEST(Conversations, ASubjectThatCannotBeOpenedIsBroken) {
  const auto opened = std::make_shared<std::atomic<int>>(0);
  const claim::RunRecord record =
      verify::run(settings_for(1), {.spec = "in this process", .command = {}, .open = [opened]() -> subject::Subject {
                                      if ((*opened)++ > 0) throw std::runtime_error("out of memory");
                                      return Fragile();
                                    }});
  for (const claim::ClaimResult& result : record.claims) {
    EXPECT_EQ(result.verdict, Verdict::broken);
    EXPECT_NE(result.checks.at(0).finding.find("out of memory"), std::string::npos);
  }
}

TEST(Conversations, BadSettingsAreNamedBeforeAnythingIsStarted) {
  bool started = false;
  verify::Settings settings = settings_for(1);
  settings.claims = {"no/such"};
  EXPECT_THROW(verify::run(settings, program([&] {
                             started = true;
                             return subject::Subject(Fragile());
                           })),
               std::invalid_argument);
  EXPECT_FALSE(started);
}

}  // namespace
