#include "gumbelcheck/verify/verify.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <stdexcept>
#include <thread>

#include "gumbelcheck/claim/tolerance.hpp"
#include "gumbelcheck/verify/investigate.hpp"
#include "gumbelcheck/verify/plan.hpp"
#include "gumbelcheck/verify/watched.hpp"
#include "gumbelcheck/verify/workers.hpp"

namespace gumbelcheck::verify {

namespace {

using claim::CheckResult;
using claim::ClaimResult;
using claim::Verdict;

Verdict verdict_of(const claim::RunRecord& record, const std::string& id) {
  const auto found = std::ranges::find(record.claims, id, [](const ClaimResult& c) { return c.sheet.id; });
  return found == record.claims.end() ? Verdict::unsupported : found->verdict;
}

// What a constant output would satisfy counts only beside an upheld law.
void hold_beside_laws(claim::RunRecord& record) {
  for (ClaimResult& result : record.claims) {
    const auto& beside = result.sheet.beside;
    if (beside.empty() || result.verdict != Verdict::upheld) continue;
    const bool upheld =
        std::ranges::any_of(beside, [&](const std::string& id) { return verdict_of(record, id) == Verdict::upheld; });
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

// Carries out one plan: its claims in two turns, those that others may imply in the second.
class Run {
 public:
  Run(const Plan& plan, const Settings& settings, const SubjectSource& source, subject::Subject& first,
      const ProgressSink& progress)
      : plan_(plan),
        settings_(settings),
        source_(source),
        first_(first),
        progress_(progress),
        deadline_(settings.time_limit),
        failure_(failed_start(first)) {
    threads_ = settings.threads > 0 ? settings.threads : std::max(1u, std::thread::hardware_concurrency());
    // A subject with a stream of its own answers by what it was asked before: one conversation, in order.
    if (keeps_conversation(source) && first.describe().seeding != subject::Seeding::call) threads_ = 1;
    record_.threads = threads_;
    so_far_.checks = plan.budget.checks;
    so_far_.claims = plan.claims.size();
    for (const PlannedClaim& planned : plan.claims) {
      ClaimResult& result = record_.claims.emplace_back();
      result.sheet = planned.claim->sheet;
      if (planned.cases.empty()) note_missing(planned, result);
      so_far_.claims_done += planned.cases.empty();
    }
  }

  claim::RunRecord record() {
    check([&](const PlannedClaim& planned) { return planned.claim->sheet.implied_by.empty(); });
    imply();
    check([&](const PlannedClaim& planned) { return !planned.claim->sheet.implied_by.empty(); });
    hold_beside_laws(record_);
    look_into_refutations();
    return std::move(record_);
  }

 private:
  // A claim without a case that could be asked: one entry that says why.
  void note_missing(const PlannedClaim& planned, ClaimResult& result) const {
    CheckResult& check = result.checks.emplace_back();
    check.tried.claim = planned.claim->sheet.id;
    check.verdict = result.verdict = failure_ ? Verdict::broken : Verdict::unsupported;
    check.finding = failure_ ? failure_->reason : planned.missing;
    if (failure_) check.last_stderr = failure_->last_stderr;
  }

  // Whether any case of this claim has a law with a declared effect: exact claims are cheap.
  bool draws(std::size_t c) const {
    return std::ranges::any_of(plan_.claims[c].cases, [](const claim::Case& tried) { return tried.effect > 0; });
  }

  // The claims of this turn that have no result yet.
  template <class Turn>
  void check(Turn turn) {
    std::vector<std::size_t> order;
    for (std::size_t c = 0; c < plan_.claims.size(); ++c) {
      if (record_.claims[c].checks.empty() && turn(plan_.claims[c])) order.push_back(c);
    }
    // What is asked, and is cheap, must not wait behind a law that was added for its sake until the time is over.
    if (settings_.time_limit) {
      std::ranges::stable_sort(order, {}, [&](std::size_t c) { return std::pair(!plan_.claims[c].asked, draws(c)); });
    }
    std::vector<Task> tasks;
    for (const std::size_t c : order) {
      for (const claim::Case& tried : plan_.claims[c].cases) tasks.push_back({plan_.claims[c].claim, &tried});
    }
    std::vector<CheckResult> results = judged(tasks);
    std::size_t at = 0;
    for (const std::size_t c : order) {
      ClaimResult& result = record_.claims[c];
      for (std::size_t i = 0; i < plan_.claims[c].cases.size(); ++i) {
        CheckResult& made = result.checks.emplace_back(std::move(results[at++]));
        made.replay_token = claim::replay_token(
            {.tried = made.tried, .budget = plan_.budget, .subject = source_.spec, .command = source_.command});
      }
      result.verdict = claim::combined(result.checks);
    }
    // What a breakdown left undone is done too.
    so_far_.checks_done = done_ += tasks.size();
    so_far_.claims_done = static_cast<std::size_t>(
        std::ranges::count_if(record_.claims, [](const ClaimResult& result) { return !result.checks.empty(); }));
  }

  std::vector<CheckResult> judged(const std::vector<Task>& tasks) {
    if (breakdown_) {
      std::vector<CheckResult> results;
      for (const Task& task : tasks) results.push_back(broken(*task.tried, *breakdown_));
      return results;
    }
    const WorkSettings work{.source = source_,
                            .budget = plan_.budget,
                            .deadline = deadline_,
                            .threads = threads_,
                            .progress = progress_,
                            .so_far = so_far_};
    std::vector<CheckResult> results = checked(tasks, work, first_);
    const auto first_broken = std::ranges::find(results, Verdict::broken, &CheckResult::verdict);
    if (keeps_conversation(source_) && first_broken != results.end()) breakdown_ = after(*first_broken);
    return results;
  }

  void imply() {
    for (ClaimResult& result : record_.claims) {
      const std::string& by = result.sheet.implied_by;
      if (by.empty() || !result.checks.empty() || verdict_of(record_, by) != Verdict::upheld) continue;
      CheckResult& check = result.checks.emplace_back();
      check.tried.claim = result.sheet.id;
      check.verdict = result.verdict = Verdict::upheld;
      check.finding = fmt::format(
          "Implied by {0}, which is upheld in this run; nothing of its own was drawn, so what {0} cannot see was not "
          "looked for.",
          by);
    }
  }

  void look_into_refutations() {
    if (!settings_.rerun && !settings_.shrink) return;
    std::vector<Refuted> refuted;
    for (std::size_t c = 0; c < plan_.claims.size(); ++c) {
      std::vector<CheckResult>& checks = record_.claims[c].checks;
      const auto found = std::ranges::find(checks, Verdict::refuted, &CheckResult::verdict);
      if (found != checks.end()) refuted.push_back({.claim = plan_.claims[c].claim, .check = &*found});
    }
    investigate(refuted,
                {.settings = settings_,
                 .source = source_,
                 .budget = plan_.budget,
                 .deadline = deadline_,
                 .threads = threads_,
                 .progress = progress_,
                 .so_far = so_far_},
                first_);
  }

  const Plan& plan_;
  const Settings& settings_;
  const SubjectSource& source_;
  subject::Subject& first_;
  const ProgressSink& progress_;
  Deadline deadline_;
  std::optional<subject::Breakdown> failure_;
  std::optional<std::string> breakdown_;  // of the conversation, in an earlier turn
  unsigned threads_ = 1;
  std::size_t done_ = 0;
  Progress so_far_;
  claim::RunRecord record_;
};

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace

claim::RunRecord run_plan(const Plan& plan, const Settings& settings, const SubjectSource& source,
                          subject::Subject& first, const ProgressSink& progress) {
  const auto start = std::chrono::steady_clock::now();
  const std::string started = utc_now();
  claim::RunRecord record = Run(plan, settings, source, first, progress).record();
  record.started = started;
  record.program_version = GUMBELCHECK_VERSION;
  record.description = first.describe();
  record.subject = source.spec == "process" ? fmt::format("-- {}", fmt::join(source.command, " ")) : source.spec;
  record.seed = settings.request.seed;
  record.budget = plan.budget;
  record.tolerances = claim::tolerance_table(record.description, settings.request);
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return record;
}

claim::RunRecord run(const Settings& settings, const SubjectSource& source, const ProgressSink& progress) {
  check_settings(settings);  // before anything is started
  subject::Subject first = source.open();
  const Plan planned = plan(settings, first.describe());
  return run_plan(planned, settings, source, first, progress);
}

claim::CheckResult replay(const claim::Replay& replay, subject::ProcessOptions limits) {
  const claim::Claim* claim = claim::find(replay.tried.claim);
  if (claim == nullptr) {
    throw std::invalid_argument(fmt::format("replay: there is no claim \"{}\"", replay.tried.claim));
  }
  subject::Subject subject = subject_source(replay.subject, replay.command, limits).open();
  if (const auto failure = failed_start(subject)) {
    return broken(replay.tried, failure->reason, failure->last_stderr);
  }
  CheckResult result = watched_check(*claim, replay.tried, subject, replay.budget, Deadline());
  result.replay_token = claim::replay_token(replay);
  return result;
}

}  // namespace gumbelcheck::verify
