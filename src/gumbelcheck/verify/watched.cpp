#include "gumbelcheck/verify/watched.hpp"

#include <fmt/format.h>

#include "gumbelcheck/claim/inquiry.hpp"

namespace gumbelcheck::verify {

namespace {

using Clock = std::chrono::steady_clock;

struct Watched {
  subject::Subject& subject;
  const Deadline& deadline;
  std::optional<subject::Question>* asked;

  subject::Description describe() const { return subject.describe(); }
  subject::Reply ask(const subject::Question& question) {
    if (deadline.passed()) throw claim::Ended{claim::Verdict::inconclusive, deadline.sentence() + ".", {}};
    if (asked != nullptr && !*asked) {
      // Without its arrays: a cotangent is as large as the answer, and the logits are the case's.
      *asked = subject::Question{.call = question.call,
                                 .dtype = question.dtype,
                                 .seed = question.seed,
                                 .draws = question.draws,
                                 .temperature = question.temperature,
                                 .hard = question.hard,
                                 .axis = question.axis,
                                 .k = question.k,
                                 .endpoints = question.endpoints,
                                 .arrays = {}};
    }
    return subject.ask(question);
  }
};

}  // namespace

Deadline::Deadline(std::optional<double> seconds) {
  if (!seconds) return;
  seconds_ = *seconds;
  // A limit beyond some 30 years would overflow the clock, and is none.
  if (seconds_ < 1e9) {
    at_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds_));
  }
}

bool Deadline::passed() const { return at_ && Clock::now() >= *at_; }

std::string Deadline::sentence() const { return fmt::format("The time limit of the run, {} s, was reached", seconds_); }

claim::CheckResult watched_check(const claim::Claim& claim, const claim::Case& tried, subject::Subject& subject,
                                 const statistic::Budget& budget, const Deadline& deadline,
                                 std::optional<subject::Question>* asked) {
  subject::Subject watched(Watched{.subject = subject, .deadline = deadline, .asked = asked});
  const Clock::time_point start = Clock::now();
  claim::CheckResult result = claim.check(tried, watched, budget);
  result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return result;
}

}  // namespace gumbelcheck::verify
