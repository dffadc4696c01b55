#pragma once

// Checks side by side, each result the same whoever computed it.

#include "gumbelcheck/verify/verify.hpp"
#include "gumbelcheck/verify/watched.hpp"

namespace gumbelcheck::verify {

struct Task {
  const claim::Claim* claim;
  const claim::Case* tried;
};

// A subject in this process is opened anew for every check, so that no check sees what another left behind; a
// program keeps its conversation, because starting it may take longer than asking it.
bool keeps_conversation(const SubjectSource& source);

// A program that could not be started, or did not describe itself, breaks everything that was asked.
std::optional<subject::Breakdown> failed_start(subject::Subject& subject);

claim::CheckResult broken(const claim::Case& tried, std::string finding, std::string last_stderr = "");

// The finding of what comes after a breakdown.
std::string after(const claim::CheckResult& breakdown);

struct WorkSettings {
  const SubjectSource& source;
  statistic::Budget budget;
  Deadline deadline;
  unsigned threads = 1;
  const ProgressSink& progress;
  Progress& so_far;  // of the whole run; `checked` goes on from it
};

// `first` is the conversation that has been described already. After the first breakdown of a conversation, whatever
// comes later is broken too, also where another worker's conversation went on: the record must not depend on the
// number of threads.
// throws what a check threw, which is a defect of the check: a subject's own exceptions are its verdict
std::vector<claim::CheckResult> checked(const std::vector<Task>& tasks, const WorkSettings& settings,
                                        subject::Subject& first);

}  // namespace gumbelcheck::verify
