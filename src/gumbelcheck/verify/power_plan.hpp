#pragma once

// How many draws to see an effect, and what so many draws see: of every check, before anything is drawn.

#include <optional>
#include <string>
#include <vector>

#include "gumbelcheck/statistic/power.hpp"
#include "gumbelcheck/verify/verify.hpp"

namespace gumbelcheck::verify {

struct PowerQuestion {
  Settings settings;                    // claims, logits, temperatures, draws or effect, both rates
  std::optional<subject::Dtype> dtype;  // absent: all that are judged
  std::optional<std::uint64_t> checks;  // planned in the run, which share the false-alarm rate; absent: those of
                                        // all claims
  bool time = false;  // ask the subject for a few draws of each check, to say how long all of them take
};

// What one table of an engine sees with the draws planned.
struct TableSees {
  std::string name;
  statistic::TableShape shape;
  double effect = 1;  // total variation; of a table that bounds nothing, what is refuted
};

struct CheckSees {
  claim::Case tried;
  enum class By {
    counts,  // an engine: total variations of its tables
    within,  // likewise, but how far the mass of any set of cells lies beyond a tolerance
    own,     // tests of the claim's own, in its own words: `sight`
    exact,   // every comparison has a bound; no number of draws decides
    unasked  // the check ends before it draws, and `note` says why
  } by = By::exact;
  std::vector<TableSees> tables = {};  // those of one possible cell left out
  double smallest_effect = 1;          // of the weakest table that bounds what is upheld, or beyond the tolerance
  std::string weakest = {};
  std::uint64_t draws_needed = 0;  // for the case's declared effect; 2^62 where no number is enough
  std::optional<claim::Sight> sight = {};
  std::string note = {};
  std::optional<double> seconds = {};  // that the draws planned take on one thread, by a few of them
};

struct ClaimSees {
  const claim::Claim* claim = nullptr;
  std::string missing = {};     // why the subject cannot be asked
  std::string implied_by = {};  // a claim of this plan: where it is upheld, this one draws nothing
  std::vector<CheckSees> checks = {};
};

struct PowerPlan {
  subject::Description description;
  statistic::Budget budget;
  std::vector<ClaimSees> claims;
};

// Nothing is asked but, with `time`, the first draws of each check: a subject that is refuted or breaks there has no
// time.
// A claim that can be asked of no case with this dtype is missing, with the reason.
// throws as check_settings; std::runtime_error with a sentence for a program that did not describe itself
PowerPlan power_plan(const PowerQuestion& question, const SubjectSource& source, const ProgressSink& progress = {});
// throws as check_settings
PowerPlan power_plan(const PowerQuestion& question, const subject::Description& description,
                     const ProgressSink& progress = {});

}  // namespace gumbelcheck::verify
