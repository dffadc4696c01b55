#pragma once

// Evidence of several runs of one subject, on distinct recorded seeds, multiplied.
//
// Each run's e-value of a case has expectation at most 1 for a right subject, at whatever look the run ended, and
// given all earlier runs, because its seed is another. So the product over the runs is a test martingale again, and
// reaches 1/alpha at any time with probability at most alpha (docs/ledger.md).

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gumbelcheck/report/console.hpp"

namespace gumbelcheck::report {

inline constexpr std::string_view kLedgerSchema = "gumbelcheck-ledger/1";

struct LedgerRun {
  std::uint64_t seed = 0;
  std::string started;
  std::string program_version;
  std::uint64_t refuted_checks = 0;  // of the run itself, with an e-value or without
};

struct LedgerEntry {
  std::uint64_t seed = 0;  // of the run
  double log_e = 0;        // at the last look of its check; of a p-value the calibrated one; inf: impossible
  std::uint64_t draws = 0;
};

// A case under its law.
//
// An entry above 1 whose e-value and draws are those of an earlier one counts as 1: a subject that repeats its draws
// whatever the seed, and a case whose seeds do not follow from the run's, give the same evidence again. That lowers
// the product at most, so it stays a test supermartingale.
struct LedgerRow {
  std::string claim;
  std::string label;
  std::string law;  // what must be equal from run to run, in JSON
  std::vector<LedgerEntry> entries;

  // rule  the largest sum of log_e over the first runs, in the order in which they were added: a test martingale may
  //       be looked at after each. 0 before the first
  double largest_log_e() const;
  double log_e() const;                 // of all runs; -inf, an e-value of 0, stays whatever comes before or after it
  double counted(std::size_t i) const;  // what entry i adds
};

struct Ledger {
  std::string subject;  // as it names itself; empty while nothing was added
  std::string version;
  std::string device;
  double false_alarm_rate = 1e-9;  // of the whole ledger, whatever is added later
  std::vector<LedgerRun> runs;
  std::vector<LedgerRow> rows;

  // rule  by the row's place i, from 0, which it keeps: half of the false-alarm rate shared by the first 1000, and
  //       3 / (pi (i - 999))^2 of it for each one after them. They sum to the rate however many rows come
  double alpha_of(const LedgerRow& row) const;
  bool refuted(const LedgerRow& row) const;
  bool refuted() const;
};

// throws  std::invalid_argument with a sentence that names the file, for what is no ledger, or one that contradicts
//         itself: a seed twice, a case twice, an entry of no run
Ledger read_ledger(const std::filesystem::path& file);
std::string ledger_json(const Ledger& ledger);

// Adds what a verdict.json holds: of every statistical check the e-value of its last look, 1 / (2 sqrt p) where it ends in
// a p-value, infinity where something was drawn that has probability zero. Nothing is added when it is refused.
// throws  std::invalid_argument with a sentence that names `origin`: no verdict.json of this schema, another subject,
//         version or device, a seed that is there already, a case under another law than before, nothing to add
void add_verdict(Ledger& ledger, std::string_view verdict_json, std::string_view origin);

// The strongest evidence first.
std::string console_ledger(const Ledger& ledger, const ConsoleOptions& options = {});

}  // namespace gumbelcheck::report
