#include "gumbelcheck/cli/ledger_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "gumbelcheck/cli/numbers.hpp"
#include "gumbelcheck/cli/program.hpp"
#include "gumbelcheck/cli/progress.hpp"
#include "gumbelcheck/report/ledger.hpp"
#include "gumbelcheck/report/write_reports.hpp"

namespace gumbelcheck::cli {

int ledger_command(const LedgerOptions& options) {
  std::error_code error;
  const bool there = std::filesystem::exists(options.file, error);
  if (!there && options.add.empty()) {
    throw std::invalid_argument(fmt::format("There is no ledger '{}'; --add verdict.json begins one.", options.file));
  }
  report::Ledger ledger;
  if (there) ledger = report::read_ledger(options.file);
  if (options.false_alarm_rate) {
    const double rate = fraction("--false-alarm-rate", *options.false_alarm_rate);
    // Another rate once the evidence is known would void it.
    if (there && rate != ledger.false_alarm_rate) {
      throw std::invalid_argument(fmt::format("The ledger '{}' was begun with false-alarm rate {}; it keeps that.",
                                              options.file, ledger.false_alarm_rate));
    }
    ledger.false_alarm_rate = rate;
  }
  for (const std::string& name : options.add) {
    if (std::filesystem::is_directory(name)) throw std::invalid_argument(fmt::format("'{}' is a folder.", name));
    std::ifstream stream(name, std::ios::binary);
    if (!stream) throw std::invalid_argument(fmt::format("'{}' cannot be read.", name));
    report::add_verdict(ledger, std::string{std::istreambuf_iterator<char>(stream), {}}, name);
  }
  if (!options.add.empty()) report::write_whole(options.file, report::ledger_json(ledger));
  const std::string text = report::console_ledger(
      ledger, {.width = width_of_tables(), .colour = terminal_has_colour(STDOUT_FILENO), .all = options.all});
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ledger.refuted() ? kRefuted : kUpheld;
}

}  // namespace gumbelcheck::cli
