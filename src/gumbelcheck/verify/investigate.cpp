#include "gumbelcheck/verify/investigate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "gumbelcheck/subject/reference.hpp"
#include "gumbelcheck/verify/shrink.hpp"
#include "gumbelcheck/verify/workers.hpp"

namespace gumbelcheck::verify {

namespace {

using claim::Verdict;

constexpr int kNewConversations = 3;  // a program that dies of smaller cases is not started for ever

Judged judged_by(const claim::Claim& claim, const claim::Case& tried, subject::Subject& subject,
                 const statistic::Budget& budget, const Deadline& deadline) {
  Judged judged;
  try {
    judged.result = watched_check(claim, tried, subject, budget, deadline, &judged.asked);
  } catch (const std::exception& thrown) {
    judged.result = broken(tried, fmt::format("The check cannot work on this case: {}", thrown.what()));
  }
  return judged;
}

// A subject in this process: opened anew for every case.
Judge opening(const claim::Claim& claim, const SubjectSource& source, const Deadline& deadline) {
  return [&](const claim::Case& tried, const statistic::Budget& budget) {
    try {
      subject::Subject own = source.open();
      return judged_by(claim, tried, own, budget, deadline);
    } catch (const std::exception& thrown) {
      return Judged{broken(tried, fmt::format("The subject could not be opened: {}", thrown.what())), {}};
    }
  };
}

// A program: the conversation that lasts, and a new one after a breakdown.
class Program {
 public:
  Program(const SubjectSource& source, subject::Subject& first) : source_(source), now_(&first) {}

  Judged judge(const claim::Claim& claim, const claim::Case& tried, const statistic::Budget& budget,
               const Deadline& deadline) {
    Judged judged = judged_by(claim, tried, *now_, budget, deadline);
    if (judged.result.verdict != Verdict::broken || left_-- <= 0) return judged;
    own_.reset();  // first, for a device that takes one program at a time
    own_.emplace(source_.open());
    now_ = &*own_;
    return judged_by(claim, tried, *now_, budget, deadline);
  }

 private:
  const SubjectSource& source_;
  subject::Subject* now_;
  std::optional<subject::Subject> own_;
  int left_ = kNewConversations;
};

// The built-in implementation, where it can be asked the case at all.
Judge right_subject(const claim::Claim& claim, const claim::Case& tried, const SubjectSource& source,
                    const Deadline& deadline) {
  const subject::Description description = subject::Reference().describe();
  if (source.spec.starts_with("reference") || !description.has(tried.dtype) || !claim.missing(description).empty()) {
    return {};
  }
  return [&](const claim::Case& candidate, const statistic::Budget& budget) {
    subject::Subject right{subject::Reference()};
    return judged_by(claim, candidate, right, budget, deadline);
  };
}

void investigate_one(const Refuted& refuted, const Investigation& how, const Judge& judge) {
  claim::Replay origin;
  origin.budget = how.budget;
  origin.subject = how.source.spec;
  origin.command = how.source.command;
  if (how.settings.rerun && !how.deadline.passed()) {
    Judge on_threefry;
    if (how.source.spec == "reference") {
      on_threefry = [&](const claim::Case& tried, const statistic::Budget& budget) {
        subject::Subject other{subject::Reference(random::Generator::threefry)};
        return judged_by(*refuted.claim, tried, other, budget, how.deadline);
      };
    }
    refuted.check->reruns = reruns(*refuted.check, origin, judge, on_threefry);
  }
  const bool began = !how.deadline.passed();
  if (how.settings.shrink && !how.deadline.passed()) {
    const Judge right = right_subject(*refuted.claim, refuted.check->tried, how.source, how.deadline);
    refuted.check->smaller = shrink(*refuted.check, origin, judge, right);
  }
  if (!how.deadline.passed()) return;
  if (how.settings.shrink) {
    refuted.check->cut_short =
        how.deadline.sentence() + (began ? " while a smaller case was looked for: there may be one."
                                         : " before a smaller case could be looked for.");
  } else if (refuted.check->reruns.empty()) {
    refuted.check->cut_short = how.deadline.sentence() + " before the case could be asked again.";
  }
}

}  // namespace

void investigate(const std::vector<Refuted>& refuted, const Investigation& how, subject::Subject& first) {
  std::mutex mutex;
  const auto announce = [&](const Refuted& one) {
    if (!how.progress) return;
    const std::lock_guard lock(mutex);
    Progress looking = how.so_far;
    looking.checks_done = looking.checks;
    looking.now = fmt::format("looking into {} ({})", one.check->tried.claim, one.check->tried.label);
    how.progress(looking);
  };
  if (keeps_conversation(how.source)) {
    Program program(how.source, first);
    for (const Refuted& one : refuted) {
      announce(one);
      investigate_one(one, how, [&](const claim::Case& tried, const statistic::Budget& budget) {
        return program.judge(*one.claim, tried, budget, how.deadline);
      });
    }
    return;
  }
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < refuted.size(); i = next++) {
      announce(refuted[i]);
      investigate_one(refuted[i], how, opening(*refuted[i].claim, how.source, how.deadline));
    }
  };
  std::vector<std::jthread> others;
  try {
    for (unsigned t = 1; t < std::min<std::size_t>(how.threads, refuted.size()); ++t) others.emplace_back(work);
  } catch (const std::system_error&) {
    // No further thread to be had: those that run do the work.
  }
  work();
}

}  // namespace gumbelcheck::verify
