#pragma once

// Plans and runs claims on a subject within a budget.

#include <functional>
#include <string>
#include <vector>

#include "gumbelcheck/claim/claim.hpp"

namespace gumbelcheck::verify {

// Where subjects come from: one is opened per worker thread.
struct SubjectSource {
  std::string spec;                  // "reference", "fault:NAME" or "process"
  std::vector<std::string> command;  // of a process
  std::function<subject::Subject()> open;
};
// throws std::invalid_argument with a sentence for an unknown fault or an empty command
SubjectSource subject_source(const std::string& spec, const std::vector<std::string>& command = {});

struct Settings {
  std::vector<std::string> claims;  // ids or globs such as "concrete/*"; empty: all
  claim::Request request;
  double false_alarm_rate = 1e-9;
  double miss_rate = 1e-6;
  unsigned threads = 0;  // 0: as many as there are cores
};

struct Progress {
  std::size_t checks_done = 0;
  std::size_t checks = 0;
  std::string now;  // the case being checked
};
using ProgressSink = std::function<void(const Progress&)>;  // called from one thread at a time

// The record is the same, times and `threads` apart, for every number of threads.
// A program keeps one conversation a thread; its first breakdown breaks everything that comes later in the plan, in
// whatever conversation. Where a second conversation cannot be had, the first does the work alone.
// throws std::invalid_argument with a sentence for a claim that is not known or settings out of range, before
//        anything is started; what a check throws, which is a defect of the check
claim::RunRecord run(const Settings& settings, const SubjectSource& source, const ProgressSink& progress = {});

claim::CheckResult replay(const claim::Replay& replay);

}  // namespace gumbelcheck::verify
