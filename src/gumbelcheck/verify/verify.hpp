#pragma once

// Plans and runs claims on a subject within a budget.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/subject/process.hpp"

namespace gumbelcheck::verify {

// The built-in implementation on another generator: what it is asked again on when it was refuted.
inline constexpr std::string_view kReferenceOnThreefry = "reference:threefry";

// Where subjects come from: one is opened per worker thread.
struct SubjectSource {
  std::string spec;                  // "reference", kReferenceOnThreefry, "fault:NAME" or "process"
  std::vector<std::string> command;  // of a process
  std::function<subject::Subject()> open;
};
// throws std::invalid_argument with a sentence for an unknown fault or an empty command
// `limits` are those of a process.
SubjectSource subject_source(const std::string& spec, const std::vector<std::string>& command = {},
                             subject::ProcessOptions limits = {});

struct Settings {
  std::vector<std::string> claims;  // ids or globs such as "concrete/*"; empty: all
  claim::Request request;
  double false_alarm_rate = 1e-9;
  double miss_rate = 1e-6;
  unsigned threads = 0;  // 0: as many as there are cores
  // What happens after a refutation; neither changes the verdict.
  bool rerun = true;   // the first refuted case of each claim is asked again (diagnosis.hpp)
  bool shrink = true;  // and reduced to a smaller one (shrink.hpp)
  // Seconds for the whole run. Looked at before each question: a check in the middle ends inconclusive (or refuted,
  // where what it drew suffices), one that was not started inconclusive. What a record holds then depends on the
  // machine. Claims that were asked come before laws that were added for them, and exact ones before others.
  std::optional<double> time_limit = {};
};

// How far work is. `checks` are whatever is counted: of `verify` checks, of `selftest` faults.
struct Progress {
  std::size_t checks_done = 0;
  std::size_t checks = 0;
  std::size_t claims_done = 0;
  std::size_t claims = 0;    // 0: not counted
  std::uint64_t draws = 0;   // asked for so far, those of unfinished checks too
  double largest_log_e = 0;  // of the checks done
  std::size_t refuted = 0;   // of the checks done
  std::string now = {};      // the case being checked
};
using ProgressSink = std::function<void(const Progress&)>;  // called from one thread at a time

// The record is the same, times and `threads` apart, for every number of threads.
// A program keeps one conversation a thread; its first breakdown breaks everything that comes later in the plan, in
// whatever conversation. Where a second conversation cannot be had, the first does the work alone.
// A claim that another one implies (Sheet::implied_by) comes after all others: where that one is upheld it is upheld
// with it and nothing is asked, else its own cases are.
// throws std::invalid_argument with a sentence for a claim that is not known or settings out of range, before
//        anything is started; what a check throws, which is a defect of the check
claim::RunRecord run(const Settings& settings, const SubjectSource& source, const ProgressSink& progress = {});

claim::CheckResult replay(const claim::Replay& replay, subject::ProcessOptions limits = {});

}  // namespace gumbelcheck::verify
