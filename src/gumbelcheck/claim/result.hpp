#pragma once

// What is recorded of a run: the words of DESIGN as value types. verify fills them, report renders them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gumbelcheck/claim/exhibit.hpp"
#include "gumbelcheck/statistic/evidence.hpp"
#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::claim {

enum class Verdict { upheld, refuted, inconclusive, unsupported, broken };
std::string_view name(Verdict verdict);

// One statement that must hold: what `gumbelcheck explain` prints. Plain text, one paragraph a field.
struct Sheet {
  std::string id;         // "concrete/law"
  std::string statement;  // what must hold
  std::string pivot;      // the map to a law that depends on nothing; "none: exact" for bounds
  std::string test;       // how the check tries to refute it
  std::string power;      // what it sees, and what it cannot see
  std::string proof;      // "proofs/concrete.md#dirichlet-pivot"
  std::string source;     // author and year
  double effect = 0;      // default declared effect (total variation); 0 for exact claims
  // Laws of which one must be upheld in the same run for this claim to count: a constant output would satisfy
  // the statement too. Empty where it would not.
  std::vector<std::string> beside = {};
  // A claim of which this one is a mathematical consequence. Where that one was upheld in the same run, this one is
  // upheld with it and draws nothing of its own. Empty for most.
  std::string implied_by = {};
};

// What the classes that a subject draws are held to: softmax itself, or, where its arithmetic cannot reach that, how
// near they must come. docs/tolerances.md.
enum class ClassRule {
  exact,        // softmax of the logits as rounded to the dtype
  rounded_sum,  // the law of round(round(noise) + logit), the first of equals: of 16-bit formats, on request
  log_odds,     // every set of classes, within `size` of softmax on the scale of log odds
  relative      // every class, within a factor of exp(+-size) of softmax
};
struct ClassTolerance {
  ClassRule rule = ClassRule::exact;
  double size = 0;  // of log_odds and relative
};

// A claim with concrete logits, shape, dtype, temperature and seed. A check is a function of a case, a
// budget and a subject, and of nothing else.
struct Case {
  std::string claim;
  std::uint32_t index = 0;     // within the claim; part of every stream's key
  std::string label;           // "10 skewed classes, float32, temperature 0.5"
  subject::Shape shape;        // of the logits
  std::vector<double> logits;  // C order
  int axis = -1;
  subject::Dtype dtype = subject::Dtype::float64;
  double temperature = 1;
  std::string variant;      // which operation or path, where a claim has several ("hard", "log_concrete")
  std::uint64_t seed = 0;   // of the run
  std::uint64_t draws = 0;  // planned
  double effect = 0;        // declared; 0 for exact checks
  // As the user declared it; absent: the default of the dtype (tolerance.hpp).
  std::optional<ClassTolerance> class_tolerance = {};
};

// A check with a computed bound instead of a random law.
struct ExactEvidence {
  std::uint64_t comparisons = 0;
  double worst = 0;     // largest error over its bound: above 1 refutes; also the factor by which the bound
                        // would have had to be larger to pass
  std::string bound;    // what the bound is, in words
  std::string witness;  // which witness the subject was held against
  std::string where;    // the worst place, with both values
};

// The smallest case found on which the subject still fails, on draws of its own.
struct SmallerCase {
  Case tried;
  std::string finding;
  std::uint64_t draws = 0;
  std::uint32_t candidates = 0;  // smaller cases that were tried
  std::string replay_token;
  std::string lines;  // a few lines that show the failure when pasted
};

// A refuted case asked once more: a diagnosis and no second vote.
struct Rerun {
  std::string what;  // "a fresh seed, 7731", "Threefry in place of Philox"
  Verdict verdict = Verdict::inconclusive;
  std::string finding;
  std::uint64_t draws = 0;
  std::string replay_token;
};

// How the finding of a check begins that was broken by a breakdown in another: reports tell the cause once.
inline constexpr std::string_view kConversationHadEnded = "The conversation had ended at";

struct CheckResult {
  Case tried;
  Verdict verdict = Verdict::inconclusive;
  std::string finding;  // one or two sentences; empty when upheld
  std::uint64_t draws = 0;
  double seconds = 0;
  std::optional<statistic::Evidence> evidence;
  std::optional<ExactEvidence> exact;
  std::vector<Exhibit> exhibits = {};
  std::string last_stderr;   // of a broken subject
  std::string replay_token;  // rebuilds this case exactly: gumbelcheck replay TOKEN
  bool impossible = false;   // what refuted it has probability zero under the claim: an e-value of infinity
  // What a right subject of this dtype is held to ("softmax of the logits as rounded to float32"); a row of
  // RunRecord::tolerances. Empty where nothing was judged.
  std::string held_to = {};
  std::vector<Rerun> reruns = {};           // of a refuted check
  std::optional<SmallerCase> smaller = {};  // likewise
  std::string cut_short = {};               // likewise: that the time limit of the run ended what looks into it
  // Of a refuted check that asks other input than its case's: the first question whose answer refutes it.
  std::optional<subject::Question> question_at_fault = {};
};

struct ClaimResult {
  Sheet sheet;
  Verdict verdict = Verdict::unsupported;
  std::vector<CheckResult> checks;
};

// Verdict of a claim from its checks: refuted, broken, inconclusive, upheld, in that order of weight;
// unsupported only when no check could be asked.
Verdict combined(const std::vector<CheckResult>& checks);

// One row of the table of what subjects are held to: printed first in every report.
struct Tolerance {
  std::string dtype;  // "float32"
  std::string what;   // "classes drawn", "gradients"
  std::string rule;   // in words, with its numbers
};

struct RunRecord {
  std::string program_version;
  std::string subject;  // as asked on the command line: "reference", "fault:NAME", "-- python3 ..."
  subject::Description description;
  statistic::Budget budget;
  std::uint64_t seed = 0;
  std::vector<Tolerance> tolerances = {};
  std::vector<ClaimResult> claims;
  // Not part of what must repeat:
  std::string started;  // UTC, ISO 8601
  double seconds = 0;
  unsigned threads = 1;
};

// What one fault, or one acquittal, came to in the self-test.
struct FaultResult {
  std::string id;
  std::string sentence;
  std::string source;
  std::string named_claim;  // that must refute it; empty for an acquittal
  Verdict verdict = Verdict::inconclusive;
  std::uint64_t draws = 0;  // that the refuting check took
  std::string evidence;     // "E = 1e14.2", "p = 3e-21", "error 40 times its bound"
  double seconds = 0;
  bool passed = false;  // refuted by its claim; or, for an acquittal, not refuted by any
  std::string finding;  // of the refuting check; or why it did not pass
};

// Worst over the run, for the exit status: refuted 1, broken or inconclusive 3, else 0. A run in which
// nothing was upheld is inconclusive. Unsupported claims do not fail a run; they are shown.
Verdict overall(const RunRecord& record);
int exit_status(const RunRecord& record);

}  // namespace gumbelcheck::claim
