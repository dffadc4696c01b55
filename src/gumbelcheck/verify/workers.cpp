#include "gumbelcheck/verify/workers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

namespace gumbelcheck::verify {

namespace {

using claim::CheckResult;
using claim::Verdict;

// Whether two conversations can be asked the same.
bool same_offers(const subject::Description& one, const subject::Description& other) {
  const auto same_operation = [](const auto& a, const auto& b) { return a.first == b.first; };
  return one.name == other.name && one.version == other.version && one.dtypes == other.dtypes &&
         one.seeding == other.seeding && one.seed_bits == other.seed_bits &&
         std::ranges::equal(one.operations, other.operations, same_operation);
}

CheckResult not_started(const claim::Case& tried, const Deadline& deadline) {
  CheckResult result;
  result.tried = tried;
  result.finding = deadline.sentence() + " before this check was started; nothing was drawn.";
  return result;
}

// Says how much is asked for, before it is.
struct Counted {
  subject::Subject& subject;
  std::function<void(std::uint64_t)> drawn;

  subject::Description describe() const { return subject.describe(); }
  subject::Reply ask(const subject::Question& question) {
    drawn(question.draws.value_or(0));
    return subject.ask(question);
  }
};

class Workers {
 public:
  Workers(const std::vector<Task>& tasks, const WorkSettings& settings)
      : tasks_(tasks), settings_(settings), source_(settings.source), results_(tasks.size()) {
    for (const Task& task : tasks) ++left_[task.claim];
  }

  std::vector<CheckResult> run(subject::Subject& first) {
    {
      std::vector<std::jthread> others;
      try {
        for (unsigned t = 1; t < settings_.threads && t < tasks_.size(); ++t) {
          others.emplace_back([&] { work_beside(first.describe()); });
        }
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
      announce(now_of(i), 0);
      results_[i] = checked(i, conversation);
      if (results_[i].verdict == Verdict::broken && keeps_conversation(source_)) end_at(i);
      note(i);
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
    next_ = tasks_.size();
  }

  CheckResult checked(std::size_t i, subject::Subject& conversation) {
    const auto& [claim, tried] = tasks_[i];
    const std::string now = now_of(i);
    const auto drawn = [&](std::uint64_t draws) { announce(now, draws); };
    if (settings_.deadline.passed()) return not_started(*tried, settings_.deadline);
    if (keeps_conversation(source_)) {
      subject::Subject counted(Counted{conversation, drawn});
      return watched_check(*claim, *tried, counted, settings_.budget, settings_.deadline);
    }
    std::optional<subject::Subject> own;
    try {
      own.emplace(source_.open());
    } catch (const std::exception& thrown) {
      return broken(*tried, fmt::format("The subject could not be opened: {}", thrown.what()));
    }
    subject::Subject counted(Counted{*own, drawn});
    return watched_check(*claim, *tried, counted, settings_.budget, settings_.deadline);
  }

  // What comes after the first breakdown is broken too and need not be asked.
  void end_at(std::size_t i) {
    std::size_t known = ended_at_;
    while (i < known && !ended_at_.compare_exchange_weak(known, i)) {
    }
  }

  std::string now_of(std::size_t i) const {
    return settings_.progress ? fmt::format("{} ({})", tasks_[i].claim->sheet.id, tasks_[i].tried->label) : "";
  }

  void announce(const std::string& now, std::uint64_t draws) {
    if (!settings_.progress) return;
    const std::lock_guard lock(mutex_);
    settings_.so_far.draws += draws;
    settings_.so_far.now = now;
    settings_.progress(settings_.so_far);
  }

  void note(std::size_t i) {
    const std::lock_guard lock(mutex_);
    Progress& so_far = settings_.so_far;
    ++so_far.checks_done;
    so_far.claims_done += --left_[tasks_[i].claim] == 0;
    so_far.refuted += results_[i].verdict == Verdict::refuted;
    if (results_[i].evidence)
      so_far.largest_log_e = std::max(so_far.largest_log_e, results_[i].evidence->largest_log_e);
  }

  const std::vector<Task>& tasks_;
  const WorkSettings& settings_;
  const SubjectSource& source_;
  std::vector<CheckResult> results_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> ended_at_ = std::numeric_limits<std::size_t>::max();
  std::mutex mutex_;
  std::map<const claim::Claim*, std::size_t> left_;  // checks
  std::exception_ptr failure_;
};

}  // namespace

bool keeps_conversation(const SubjectSource& source) { return source.spec == "process"; }

std::optional<subject::Breakdown> failed_start(subject::Subject& subject) {
  if (!subject.describe().name.empty() || !subject.describe().operations.empty()) return std::nullopt;
  subject::Reply reply = subject.ask({});
  if (auto* breakdown = std::get_if<subject::Breakdown>(&reply)) return *breakdown;
  return subject::Breakdown{"The subject did not describe itself.", ""};
}

CheckResult broken(const claim::Case& tried, std::string finding, std::string last_stderr) {
  CheckResult result;
  result.tried = tried;
  result.verdict = Verdict::broken;
  result.finding = std::move(finding);
  result.last_stderr = std::move(last_stderr);
  return result;
}

std::string after(const CheckResult& breakdown) {
  return fmt::format("{} {} ({}).", claim::kConversationHadEnded, breakdown.tried.claim, breakdown.tried.label);
}

std::vector<CheckResult> checked(const std::vector<Task>& tasks, const WorkSettings& settings,
                                 subject::Subject& first) {
  std::vector<CheckResult> results = Workers(tasks, settings).run(first);
  if (!keeps_conversation(settings.source)) return results;
  const auto breakdown = std::ranges::find(results, Verdict::broken, &CheckResult::verdict);
  if (breakdown == results.end()) return results;
  for (auto later = std::next(breakdown); later != results.end(); ++later) {
    const claim::Case& tried = *tasks[static_cast<std::size_t>(later - results.begin())].tried;
    *later = broken(tried, after(*breakdown));
  }
  return results;
}

}  // namespace gumbelcheck::verify
