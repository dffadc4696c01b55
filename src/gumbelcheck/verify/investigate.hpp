#pragma once

// After the checks: the first refuted case of each claim is asked again and made smaller. No verdict changes.

#include "gumbelcheck/verify/verify.hpp"
#include "gumbelcheck/verify/watched.hpp"

namespace gumbelcheck::verify {

struct Refuted {
  const claim::Claim* claim = nullptr;
  claim::CheckResult* check = nullptr;  // gets its reruns and its smaller case
};

struct Investigation {
  const Settings& settings;
  const SubjectSource& source;
  statistic::Budget budget;
  const Deadline& deadline;
  unsigned threads = 1;
  const ProgressSink& progress;
  Progress so_far;  // of the checks
};

// A program is asked in its first conversation as long as that lasts, then in new ones.
void investigate(const std::vector<Refuted>& refuted, const Investigation& how, subject::Subject& first);

}  // namespace gumbelcheck::verify
