#include "gumbelcheck/cli/report_command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "gumbelcheck/cli/program.hpp"
#include "gumbelcheck/cli/progress.hpp"
#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/ctest.hpp"
#include "gumbelcheck/report/html.hpp"
#include "gumbelcheck/report/junit.hpp"
#include "gumbelcheck/report/markdown.hpp"
#include "gumbelcheck/report/read_verdict.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/report/write_reports.hpp"

namespace gumbelcheck::cli {

namespace {

struct Format {
  const char* name;
  const char* file;
  std::string (*render)(const report::ReadVerdict& read, const report::ConsoleOptions& console);
};

const report::ExpectedOutcome* outcome_of(const report::ReadVerdict& read) {
  return read.expected ? &*read.expected : nullptr;
}

constexpr Format kFormats[] = {
    {"html", "report.html", [](const auto& read, const auto&) { return report::html(read.record, outcome_of(read)); }},
    {"markdown", "report.md",
     [](const auto& read, const auto&) { return report::markdown(read.record, outcome_of(read)); }},
    {"junit", "junit.xml",
     [](const auto& read, const auto&) { return report::junit_xml(read.record, outcome_of(read)); }},
    {"ctest", "ctest.txt", [](const auto& read, const auto&) { return report::ctest_measurements(read.record); }},
    {"text", "report.txt",
     [](const auto& read, const auto& console) {
       std::string text = report::console_table(read.record, console);
       if (read.expected) text += "\n" + report::console_expected(*read.expected, console.width);
       return text;
     }},
};

const Format& format_named(const std::string& name) {
  const auto* const found = std::ranges::find_if(kFormats, [&](const Format& format) { return format.name == name; });
  if (found != std::end(kFormats)) return *found;
  std::vector<std::string> names;
  for (const Format& format : kFormats) names.emplace_back(format.name);
  throw std::invalid_argument(
      fmt::format("--format is '{}', but the formats are {}.", report::shortened(name, 60), fmt::join(names, ", ")));
}

}  // namespace

void add_report(CLI::App& app, ReportOptions& options, std::function<int()>& chosen) {
  CLI::App* report = app.add_subcommand("report", "Render a verdict.json in other formats");
  report->footer("Exit status: 0 when everything is rendered, whatever the verdict is; 2 when the file is refused.");
  report->add_option("FILE", options.file, "A verdict.json of `verify --out`")->required();
  report->add_option("--format", options.formats, "html, markdown, junit, ctest, text, with commas between them (text)")
      ->type_name("LIST")
      ->delimiter(',')
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  report->add_option("--out", options.out, "Folder for report.html, report.md, junit.xml, ctest.txt, report.txt")
      ->type_name("DIR");
  report->add_flag("--all", options.all, "In text, a row for every check");
  report->callback([&options, &chosen] { chosen = [&options] { return report_command(options); }; });
}

int report_command(const ReportOptions& options) {
  std::vector<const Format*> formats;
  for (const std::string& name : options.formats) formats.push_back(&format_named(name));
  if (formats.empty()) formats.push_back(&format_named("text"));
  if (!options.out && formats.size() > 1) {
    throw std::invalid_argument(fmt::format(
        "{} formats are asked for, but standard output takes one; --out DIR takes them all.", formats.size()));
  }
  const report::ReadVerdict read = report::read_verdict_file(options.file);
  report::ConsoleOptions console{.all = options.all};
  if (options.out) {
    report::prepare_directory(*options.out);
    for (const Format* format : formats) {
      report::write_whole(std::filesystem::path(*options.out) / format->file, format->render(read, console));
    }
    return kUpheld;
  }
  console.width = width_of_tables();
  console.colour = terminal_has_colour(STDOUT_FILENO);
  const std::string text = formats.front()->render(read, console);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kUpheld;
}

}  // namespace gumbelcheck::cli
