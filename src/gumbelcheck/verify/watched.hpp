#pragma once

// What stands between a check and its subject: a clock, and a memory of what was asked.

#include <chrono>
#include <optional>
#include <string>

#include "gumbelcheck/claim/claim.hpp"

namespace gumbelcheck::verify {

// When a run has to end.
class Deadline {
 public:
  Deadline() = default;
  explicit Deadline(std::optional<double> seconds);

  bool passed() const;
  std::string sentence() const;  // "The time limit of the run, 5 s, was reached"

 private:
  double seconds_ = 0;
  std::optional<std::chrono::steady_clock::time_point> at_;
};

// rule    claim.check on `subject`, with its seconds; a question after the deadline is not asked and ends the check
//         as inconclusive, with what it has drawn. `asked`, where given, becomes the first question of the check
// throws  what the check throws
claim::CheckResult watched_check(const claim::Claim& claim, const claim::Case& tried, subject::Subject& subject,
                                 const statistic::Budget& budget, const Deadline& deadline,
                                 std::optional<subject::Question>* asked = nullptr);

}  // namespace gumbelcheck::verify
