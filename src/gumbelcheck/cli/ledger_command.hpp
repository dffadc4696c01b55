#pragma once

// `gumbelcheck ledger FILE --add verdict.json...`: keeps the evidence of nightly runs and shows it.

#include <optional>
#include <string>
#include <vector>

namespace gumbelcheck::cli {

struct LedgerOptions {
  std::string file;
  std::vector<std::string> add;
  std::optional<std::string> false_alarm_rate;
  bool all = false;
};

// rule    the files are added in the order given, all of them or, where one is refused, none; the ledger is written
//         whole or not at all. 1 when the ledger refutes a case, else 0
// throws  std::invalid_argument with a sentence
int ledger_command(const LedgerOptions& options);

}  // namespace gumbelcheck::cli
