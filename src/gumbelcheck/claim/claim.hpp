#pragma once

// A claim: its sheet, the cases it is tried on, and the check that tries to refute it.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gumbelcheck/claim/result.hpp"

namespace gumbelcheck::claim {

// What the user asked for; absent means the claim's own default.
struct Request {
  std::optional<std::vector<double>> logits = {};  // of one row
  std::vector<double> temperatures = {};           // empty: 0.01, 0.1, 0.5, 1, 2, 10, 100
  std::optional<std::uint64_t> draws = {};
  std::optional<double> effect = {};
  std::optional<ClassTolerance> class_tolerance = {};
  std::uint64_t seed = 1;
  statistic::Budget rates = {};  // the run's, for an effect that follows from draws
};

// What a check that no engine decides sees, in its own words: it overlooks `what` of size `smallest` with at most the
// miss rate.
struct Sight {
  std::string what;     // "probability of a class that should have none"
  double smallest = 0;  // 0: every comparison has a bound, and no number of draws decides
};

struct Claim {
  Sheet sheet;
  // The cases for this subject. Empty when it does not offer what the claim needs: `unsupported`, with
  // the reason in `missing`.
  std::function<std::vector<Case>(const subject::Description&, const Request&)> cases;
  std::function<std::string(const subject::Description&)> missing;  // "" when it can be asked
  // On a case of no draws (Case::draws is 0) a check asks nothing and says what it would count: see
  // drawing.hpp.
  std::function<CheckResult(const Case&, subject::Subject&, const statistic::Budget&)> check;
  // For `gumbelcheck plan`, of cases that no engine decides. Absent where all of those have exact bounds.
  std::function<std::optional<Sight>(const Case&, const statistic::Budget&)> sees = {};
};

// What one file of family/ defines.
using Family = std::vector<Claim>;

const std::vector<Claim>& catalogue();   // in the order of DESIGN's table
const Claim* find(std::string_view id);  // nullptr when there is none

// Text that rebuilds one case exactly, with the budget it was judged under and the subject it was asked of.
struct Replay {
  Case tried;
  statistic::Budget budget;
  std::string subject;               // "reference", "fault:NAME" or "process"
  std::vector<std::string> command;  // of a process
};
// Up to so many runs of equal logits travel in the token; of more it holds a digest, and they are given again
// with it: a token must fit a command line, which takes 128 KiB.
inline constexpr std::size_t kMostRunsInToken = 4096;
std::string replay_token(const Replay& replay);
// `logits` are the user's, as verify was given them; they are looked at only where the token holds none.
// throws std::invalid_argument with a sentence, also when the token needs logits and is given none, or others
Replay from_replay_token(std::string_view token, const std::optional<std::vector<double>>& logits = std::nullopt);

// Sixteen digits that stand for the bits of the logits: the same for a token and for the logits that it holds or names.
// throws std::invalid_argument with a sentence for what is no token
std::string logits_digest(const std::vector<double>& logits);
std::string logits_digest_of(std::string_view token);

}  // namespace gumbelcheck::claim
