#include "gumbelcheck/verify/verify.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <exception>
#include <limits>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "gumbelcheck/claim/tolerance.hpp"
#include "gumbelcheck/verify/plan.hpp"

namespace gumbelcheck::verify {

namespace {

using claim::CheckResult;
using claim::Verdict;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

CheckResult timed_check(const claim::Claim& claim, const claim::Case& tried, subject::Subject& subject,
                        const statistic::Budget& budget) {
  const auto start = std::chrono::steady_clock::now();
  CheckResult result = claim.check(tried, subject, budget);
  result.seconds = seconds_since(start);
  return result;
}

struct Task {
  const claim::Claim* claim;
  const claim::Case* tried;
};

// A subject in this process is opened anew for every check, so that no check sees what another left behind; a
// program keeps its conversation, because starting it may take longer than asking it.
bool keeps_conversation(const SubjectSource& source) { return source.spec == "process"; }

// A program that could not be started, or did not describe itself, breaks everything that was asked.
std::optional<subject::Breakdown> failed_start(subject::Subject& subject) {
  if (!subject.describe().name.empty() || !subject.describe().operations.empty()) return std::nullopt;
  subject::Reply reply = subject.ask({});
  if (auto* breakdown = std::get_if<subject::Breakdown>(&reply)) return *breakdown;
  return subject::Breakdown{"The subject did not describe itself.", ""};
}

// Whether two conversations can be asked the same.
bool same_offers(const subject::Description& one, const subject::Description& other) {
  const auto same_operation = [](const auto& a, const auto& b) { return a.first == b.first; };
  return one.name == other.name && one.version == other.version && one.dtypes == other.dtypes &&
         one.seeding == other.seeding && one.seed_bits == other.seed_bits &&
         std::ranges::equal(one.operations, other.operations, same_operation);
}

CheckResult broken(const claim::Case& tried, std::string finding, std::string last_stderr = "") {
  CheckResult result;
  result.tried = tried;
  result.verdict = Verdict::broken;
  result.finding = std::move(finding);
  result.last_stderr = std::move(last_stderr);
  return result;
}

class Workers {
 public:
  Workers(const std::vector<Task>& tasks, const SubjectSource& source, const statistic::Budget& budget,
          const ProgressSink& progress)
      : tasks_(tasks), source_(source), budget_(budget), progress_(progress), results_(tasks.size()) {}

  // `first` is the conversation that has been described already.
  // throws what a check threw, which is a defect of the check: a subject's own exceptions are its verdict
  std::vector<CheckResult> run(unsigned threads, subject::Subject& first) {
    {
      std::vector<std::jthread> others;
      try {
        for (unsigned t = 1; t < threads; ++t) others.emplace_back([&] { work_beside(first.describe()); });
      } catch (const std::system_error&) {
        // No further thread to be had: those that run do the work.
      }
      work(first);
    }
    if (failure_) std::rethrow_exception(failure_);
    return std::move(results_);
  }

 private:
  // A second conversation that cannot be had (a device that takes one program at a time) is no fault of the
  // subject's: the first one does the work alone, and the record is the same.
  void work_beside(const subject::Description& described) {
    std::optional<subject::Subject> own;
    try {
      own.emplace(source_.open());
    } catch (const std::exception&) {
      return;
    }
    if (same_offers(own->describe(), described)) work(*own);
  }

  void work(subject::Subject& conversation) try {
    for (std::size_t i = next_++; i < tasks_.size() && i < ended_at_; i = next_++) {
      announce(i);
      results_[i] = checked(i, conversation);
      if (results_[i].verdict == Verdict::broken && keeps_conversation(source_)) end_at(i);
      ++done_;
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
    next_ = tasks_.size();
  }

  CheckResult checked(std::size_t i, subject::Subject& conversation) const {
    const auto& [claim, tried] = tasks_[i];
    if (keeps_conversation(source_)) return timed_check(*claim, *tried, conversation, budget_);
    std::optional<subject::Subject> own;
    try {
      own.emplace(source_.open());
    } catch (const std::exception& thrown) {
      return broken(*tried, fmt::format("The subject could not be opened: {}", thrown.what()));
    }
    return timed_check(*claim, *tried, *own, budget_);
  }

  // What comes after the first breakdown is broken too and need not be asked.
  void end_at(std::size_t i) {
    std::size_t known = ended_at_;
    while (i < known && !ended_at_.compare_exchange_weak(known, i)) {
    }
  }

  void announce(std::size_t i) {
    if (!progress_) return;
    const std::lock_guard lock(mutex_);
    progress_({.checks_done = done_,
               .checks = tasks_.size(),
               .now = fmt::format("{} ({})", tasks_[i].claim->sheet.id, tasks_[i].tried->label)});
  }

  const std::vector<Task>& tasks_;
  const SubjectSource& source_;
  const statistic::Budget& budget_;
  const ProgressSink& progress_;
  std::vector<CheckResult> results_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> done_ = 0;
  std::atomic<std::size_t> ended_at_ = std::numeric_limits<std::size_t>::max();
  std::mutex mutex_;
  std::exception_ptr failure_;
};

// Once a conversation has ended, whatever comes later in the plan is broken, also where another worker's
// conversation went on: the record must not depend on the number of threads.
void end_with_first_breakdown(std::vector<CheckResult>& results, const std::vector<Task>& tasks) {
  const auto first = std::ranges::find(results, Verdict::broken, &CheckResult::verdict);
  if (first == results.end()) return;
  for (auto later = std::next(first); later != results.end(); ++later) {
    const claim::Case& tried = *tasks[static_cast<std::size_t>(later - results.begin())].tried;
    *later =
        broken(tried, fmt::format("The conversation had ended at {} ({}).", first->tried.claim, first->tried.label));
  }
}

// What a constant output would satisfy counts only beside an upheld law.
void hold_beside_laws(claim::RunRecord& record) {
  const auto verdict_of = [&](const std::string& id) {
    const auto found = std::ranges::find(record.claims, id, [](const claim::ClaimResult& c) { return c.sheet.id; });
    return found == record.claims.end() ? Verdict::unsupported : found->verdict;
  };
  for (claim::ClaimResult& result : record.claims) {
    const auto& beside = result.sheet.beside;
    if (beside.empty() || result.verdict != Verdict::upheld) continue;
    const bool upheld =
        std::ranges::any_of(beside, [&](const std::string& id) { return verdict_of(id) == Verdict::upheld; });
    if (upheld) continue;
    result.verdict = Verdict::inconclusive;
    for (CheckResult& check : result.checks) {
      if (check.verdict != Verdict::upheld) continue;
      check.verdict = Verdict::inconclusive;
      check.finding =
          fmt::format("The check passed, but a constant output would pass it too, and none of {} is upheld.",
                      fmt::join(beside, ", "));
    }
  }
}

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace

claim::RunRecord run(const Settings& settings, const SubjectSource& source, const ProgressSink& progress) {
  const auto start = std::chrono::steady_clock::now();
  claim::RunRecord record;
  record.started = utc_now();
  check_settings(settings);  // before anything is started
  subject::Subject first = source.open();
  record.program_version = GUMBELCHECK_VERSION;
  record.description = first.describe();
  record.subject = source.spec == "process" ? fmt::format("-- {}", fmt::join(source.command, " ")) : source.spec;
  record.seed = settings.request.seed;
  const Plan planned = plan(settings, record.description);
  record.budget = planned.budget;
  record.tolerances = claim::tolerance_table(record.description, settings.request);

  unsigned threads = settings.threads > 0 ? settings.threads : std::max(1u, std::thread::hardware_concurrency());
  // A subject with a stream of its own answers by what it was asked before: one conversation, in order.
  if (keeps_conversation(source) && record.description.seeding != subject::Seeding::call) threads = 1;
  record.threads = threads;

  std::vector<Task> tasks;
  for (const PlannedClaim& claim : planned.claims) {
    for (const claim::Case& tried : claim.cases) tasks.push_back({claim.claim, &tried});
  }
  const std::optional<subject::Breakdown> failure = failed_start(first);
  std::vector<CheckResult> results;
  if (!failure) {
    results = Workers(tasks, source, planned.budget, progress).run(threads, first);
    if (keeps_conversation(source)) end_with_first_breakdown(results, tasks);
  }

  std::size_t at = 0;
  for (const PlannedClaim& planned_claim : planned.claims) {
    claim::ClaimResult& result = record.claims.emplace_back();
    result.sheet = planned_claim.claim->sheet;
    for (std::size_t i = 0; i < planned_claim.cases.size(); ++i) {
      CheckResult& check = result.checks.emplace_back(std::move(results[at++]));
      check.replay_token = claim::replay_token(
          {.tried = check.tried, .budget = planned.budget, .subject = source.spec, .command = source.command});
    }
    if (planned_claim.cases.empty()) {
      CheckResult& check = result.checks.emplace_back();
      check.tried.claim = planned_claim.claim->sheet.id;
      check.verdict = failure ? Verdict::broken : Verdict::unsupported;
      check.finding = failure ? failure->reason : planned_claim.missing;
      if (failure) check.last_stderr = failure->last_stderr;
    }
    result.verdict = claim::combined(result.checks);
  }
  hold_beside_laws(record);
  record.seconds = seconds_since(start);
  return record;
}

claim::CheckResult replay(const claim::Replay& replay) {
  const claim::Claim* claim = claim::find(replay.tried.claim);
  if (claim == nullptr) {
    throw std::invalid_argument(fmt::format("replay: there is no claim \"{}\"", replay.tried.claim));
  }
  subject::Subject subject = subject_source(replay.subject, replay.command).open();
  if (const auto failure = failed_start(subject)) {
    return broken(replay.tried, failure->reason, failure->last_stderr);
  }
  CheckResult result = timed_check(*claim, replay.tried, subject, replay.budget);
  result.replay_token = claim::replay_token(replay);
  return result;
}

}  // namespace gumbelcheck::verify
