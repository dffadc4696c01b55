#pragma once

// `gumbelcheck report verdict.json --format html`: every format from the file alone.

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gumbelcheck::cli {

struct ReportOptions {
  std::string file;
  std::vector<std::string> formats;
  std::optional<std::string> out;
  bool all = false;
};

void add_report(CLI::App& app, ReportOptions& options, std::function<int()>& chosen);

// rule    html, markdown, junit, ctest and text; to standard output, or into a folder: report.html, report.md,
//         junit.xml, ctest.txt, report.txt, each whole or not at all. 0 when all is rendered, whatever the verdict is
// throws  std::invalid_argument with a sentence: a file that is no verdict.json, a format that is none, several formats
//         without a folder
int report_command(const ReportOptions& options);

}  // namespace gumbelcheck::cli
