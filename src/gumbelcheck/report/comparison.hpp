#pragma once

// Runs side by side, in the order given: which verdict moved, which effect, how fast the checks were.

#include <optional>
#include <string>
#include <vector>

#include "gumbelcheck/claim/result.hpp"
#include "gumbelcheck/report/console.hpp"

namespace gumbelcheck::report {

inline constexpr std::string_view kComparisonSchema = "gumbelcheck-comparison/1";
inline constexpr std::size_t kMostCompared = 12;  // runs: a table with more columns is not read

struct ComparedRun {
  std::string file;
  const claim::RunRecord* record = nullptr;
  std::string name = {};  // short, and no other run's: the version, or the subject with it, or "run 2"
};

using Known = std::optional<claim::Verdict>;     // nullopt: the file has no such claim, or no such case
std::string verdict_word(const Known& verdict);  // "upheld", "not in file"

// rule  from the best: upheld, then what is not known (unsupported, not in the file), inconclusive, broken, refuted
bool worse(const Known& before, const Known& after);

// The total variation between counts and law, of one case in one run.
struct ComparedEffect {
  double effect = 0, low = 0, high = 1;  // at 1 - miss rate
  double declared = 0;
  claim::Verdict verdict = claim::Verdict::inconclusive;
};

// Of one case in all runs; nullopt where a run does not have it, or did not bound an effect there.
struct ComparedCase {
  std::string label;
  std::vector<std::optional<ComparedEffect>> effects;
};

struct CaseMove {
  std::string label;
  Known before, after;
};

struct ComparedClaim {
  std::string id;
  std::vector<Known> verdicts;           // by run
  std::vector<double> draws_per_second;  // by run: of its checks, subject and checker together; 0: not known
  // From each run to the next: cases that both have and whose verdict is another.
  std::vector<std::vector<CaseMove>> cases;
  // The case whose effect moved farthest between two neighbours, else the one that the last run's reports show.
  std::optional<ComparedCase> shown;
  bool effect_moved = false;  // its intervals in two neighbouring runs have nothing in common

  bool moved(std::size_t step) const { return verdicts[step] != verdicts[step + 1]; }
};

struct Comparison {
  std::vector<ComparedRun> runs;
  std::vector<std::string> unlike;    // sentences: what else differs between the runs, and must be known first
  std::vector<ComparedClaim> claims;  // in the order of the last run, then what only earlier ones have
  std::vector<double> speed;          // from each run to the next: draws a second of claims that drew in both, as a
                                      // factor; 0: not known
  // rule  of the last run against the one before it: 1 where a claim moved to refuted, or a case of one that was
  //       refuted already; else 3 where a claim's verdict became worse; else 0
  int exit_status() const;
};

// domain  2 to kMostCompared runs; the records outlive the comparison
// throws  std::invalid_argument with a sentence otherwise
Comparison compared(std::vector<ComparedRun> runs);

// Of the last run against the one before it. One sentence.
std::string comparison_sentence(const Comparison& comparison);

// Sentences, one for each verdict or effect that moved from one run to the next; at most `most` and how many more.
std::vector<std::string> moves(const Comparison& comparison, std::size_t most = 60);

// "0.0031 [0, 0.0092]", "-" where there is none.
std::string effect_words(const std::optional<ComparedEffect>& effect);
// "x 1.25", "" where it is not known.
std::string speed_words(double factor);
// From the run before the last to the last.
double last_speed(const ComparedClaim& claim);

std::string console_comparison(const Comparison& comparison, const ConsoleOptions& options = {});
std::string markdown_comparison(const Comparison& comparison);
// One page as html() makes them, with the effects as pictures.
std::string html_comparison(const Comparison& comparison);
std::string comparison_json(const Comparison& comparison);

// What intervals and speeds are, for every format.
inline constexpr std::string_view kEffectsSay =
    "Effects are total variations between counts and law, with intervals at 1 - miss rate that hold at any number of "
    "draws. An effect has moved where the intervals of two neighbouring runs have nothing in common: of one case on "
    "one "
    "subject that happens by chance with probability at most the sum of both miss rates.";
inline constexpr std::string_view kSpeedsSay =
    "Speeds are draws over the seconds of the checks, subject and checker together, by the clock on the wall: what "
    "else "
    "the machine did is in them.";

}  // namespace gumbelcheck::report
