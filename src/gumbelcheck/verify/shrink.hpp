#pragma once

// A refuted case made as small as it goes: the smallest logits, shape and temperature that still fail.
//
// In this order: rows of a batch and blocks of classes are dropped, logits become zero, the rest is rounded to few
// digits, the temperature becomes 1, the draws fewer. Each candidate is judged on draws of its own, from a seed that
// is a function of the refuted case and the candidate's number, at 1e-6 and with two to four times the draws that the
// refutation took. It costs nothing of the run's error budget: the refutation stands, whatever is found here.

#include "gumbelcheck/verify/diagnosis.hpp"

namespace gumbelcheck::verify {

struct ShrinkLimits {
  std::uint32_t candidates = 60;
  // Draws times elements of all candidates: a bound on the time that is the same on every machine. At least eight
  // times what the refutation took are allowed.
  std::uint64_t elements = std::uint64_t{1} << 26;
};

// The budget of a candidate: alpha_per_check is 1e-6.
inline constexpr statistic::Budget kCandidateBudget = {.false_alarm_rate = 1e-3, .miss_rate = 1e-6, .checks = 1};

// rule    a candidate counts when the subject fails it and `right`, where there is one, does not: some checks bound
//         what a right subject does for their own cases only (rows that repeat by chance, say), and a small case that
//         the built-in implementation fails too would show nothing
// random  on the refuted case, its seed among it, and what the subject answers; not on time or threads
// result  absent when no smaller case failed
std::optional<claim::SmallerCase> shrink(const claim::CheckResult& refuted, const claim::Replay& origin,
                                         const Judge& subject, const Judge& right, const ShrinkLimits& limits = {});

// Numbers of a vector in few words: "33 times 0", "0, 1.5, -inf", cut after `most` runs.
std::string logits_text(const std::vector<double>& logits, std::size_t most = 40);

}  // namespace gumbelcheck::verify
