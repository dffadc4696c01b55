#pragma once

// Which claims are tried on which cases, before anything is drawn.

#include "gumbelcheck/verify/verify.hpp"

namespace gumbelcheck::verify {

// A check draws 2^30 numbers at most, and those see no smaller effect of any table.
inline constexpr double kSmallestEffect = 1e-4;

struct PlannedClaim {
  const claim::Claim* claim = nullptr;
  std::vector<claim::Case> cases;
  std::string missing;  // why there are none
  bool asked = true;    // and no law that was added for a claim that counts only beside one
};

struct Plan {
  std::vector<PlannedClaim> claims;
  statistic::Budget budget;
};

// throws std::invalid_argument with a sentence for a pattern that matches nothing or settings out of range
void check_settings(const Settings& settings);

// The claims that match, and one law for each of them that counts only beside an upheld law.
// throws as check_settings
Plan plan(const Settings& settings, const subject::Description& description);

// The plan carried out: what `run` does once it has planned. Apart, so that a plan may hold claims that are in no
// catalogue.
claim::RunRecord run_plan(const Plan& plan, const Settings& settings, const SubjectSource& source,
                          subject::Subject& first, const ProgressSink& progress);

}  // namespace gumbelcheck::verify
