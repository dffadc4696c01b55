#pragma once

// What a person reads in a terminal.

#include <string>
#include <vector>

#include "gumbelcheck/claim/result.hpp"

namespace gumbelcheck::report {

struct ConsoleOptions {
  std::size_t width =
      120;              // columns of the terminal; a narrow one loses columns of the table, never words of a sentence
  bool colour = false;  // colours repeat what a word says and never say anything alone
  bool all = false;     // a row for each check as well, and every check that needs attention
};

// The run: its subject, a row for each claim, what needs attention with a line to replay it, and the verdict
// in a sentence with both error rates.
std::string console_table(const claim::RunRecord& record, const ConsoleOptions& options = {});

// One check in full, as `gumbelcheck replay` prints it.
std::string console_check(const claim::CheckResult& check, const statistic::Budget& budget,
                          const ConsoleOptions& options = {});

// Fault, where it was seen, the claim that must refute it (or that it must be acquitted), what happened.
std::string console_selftest(const std::vector<claim::FaultResult>& faults, const ConsoleOptions& options = {});

// Left-aligned columns apart by two spaces; each line behind two spaces. Cells are made safe by one_line.
// rule  a column whose name is among `droppable` goes, first named first, while a line is longer than width; then cells
//       of the widest column are broken into several lines, between words while that suffices. A cell is cut at 60 columns
struct TableStyle {
  std::size_t width = 120;
  std::vector<std::string> droppable;
  std::vector<std::string> right_aligned;
  bool colour = false;  // cells that are a verdict's name
};
std::string console_columns(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                            const TableStyle& style);

// The command that rebuilds the check; says where the token is when it is too long for a command line.
inline constexpr std::size_t kLongestShownToken = 3000;
std::string replay_line(const claim::CheckResult& check, std::size_t longest_token = kLongestShownToken);

}  // namespace gumbelcheck::report
