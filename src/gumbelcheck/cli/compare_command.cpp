#include "gumbelcheck/cli/compare_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

#include "gumbelcheck/cli/program.hpp"
#include "gumbelcheck/cli/progress.hpp"
#include "gumbelcheck/report/comparison.hpp"
#include "gumbelcheck/report/read_verdict.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/report/write_reports.hpp"

namespace gumbelcheck::cli {

namespace {

std::string rendered(const report::Comparison& comparison, const std::string& format,
                     const report::ConsoleOptions& console) {
  if (format == "text") return report::console_comparison(comparison, console);
  if (format == "markdown") return report::markdown_comparison(comparison);
  if (format == "html") return report::html_comparison(comparison);
  return report::comparison_json(comparison);
}

}  // namespace

void add_compare(CLI::App& app, CompareOptions& options, std::function<int()>& chosen) {
  CLI::App* compare = app.add_subcommand("compare", "Runs side by side: which verdict, effect and speed moved");
  compare->footer(
      "Exit status, of the last file against the one before it: 1 when a claim or case moved to refuted; 3 when a "
      "verdict became worse otherwise; 0 when nothing did; 2 when a file is refused.");
  compare->add_option("FILE", options.files, "verdict.json files of `verify --out`, the oldest first")->required();
  compare->add_option("--format", options.format, "text, markdown, html or json (text)")->type_name("NAME");
  compare->add_option("--out", options.out, "File to write to")->type_name("FILE");
  compare->add_flag("--all", options.all, "In text, what did not move too");
  compare->callback([&options, &chosen] { chosen = [&options] { return compare_command(options); }; });
}

int compare_command(const CompareOptions& options) {
  const std::string format = options.format.value_or("text");
  if (format != "text" && format != "markdown" && format != "html" && format != "json") {
    throw std::invalid_argument(fmt::format("--format is '{}', but the formats are text, markdown, html, json.",
                                            report::shortened(format, 60)));
  }
  if (options.out && options.out->empty()) throw std::invalid_argument("--out names no file.");
  std::vector<report::ReadVerdict> read;
  for (const std::string& file : options.files) read.push_back(report::read_verdict_file(file));
  std::vector<report::ComparedRun> runs;
  for (std::size_t i = 0; i < read.size(); ++i) runs.push_back({.file = options.files[i], .record = &read[i].record});
  const report::Comparison comparison = report::compared(std::move(runs));
  report::ConsoleOptions console{.all = options.all};
  if (options.out) {
    report::write_whole(*options.out, rendered(comparison, format, console));
    return comparison.exit_status();
  }
  console.width = width_of_tables();
  console.colour = terminal_has_colour(STDOUT_FILENO);
  const std::string text = rendered(comparison, format, console);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return comparison.exit_status();
}

}  // namespace gumbelcheck::cli
