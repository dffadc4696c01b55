#include "gumbelcheck/report/tolerances.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {
namespace {

constexpr std::size_t kLongestRule = 1000;
constexpr std::size_t kLongestName = 200;  // of dtypes and of what is held
constexpr std::string_view kWhereFrom = "`gumbelcheck tolerances` has every word, docs/tolerances.md the reasons";

// Rows that say the same become one: first those of one dtype, then those of several.
std::vector<claim::Tolerance> merged(const std::vector<claim::Tolerance>& tolerances) {
  const auto joined = [](const std::vector<claim::Tolerance>& all, std::string claim::Tolerance::*named,
                         std::string claim::Tolerance::*same) {
    std::vector<claim::Tolerance> rows;
    for (const claim::Tolerance& row : all) {
      const auto found = std::ranges::find_if(
          rows, [&](const claim::Tolerance& r) { return r.*same == row.*same && r.rule == row.rule; });
      if (found == rows.end()) {
        rows.push_back(row);
      } else {
        (*found).*named += ", " + row.*named;
      }
    }
    return rows;
  };
  using claim::Tolerance;
  return joined(joined(tolerances, &Tolerance::what, &Tolerance::dtype), &Tolerance::dtype, &Tolerance::what);
}

}  // namespace

std::string console_tolerances(const std::vector<claim::Tolerance>& tolerances, std::size_t width, bool whole) {
  if (tolerances.empty()) return "";
  const std::vector<claim::Tolerance> rows = merged(tolerances);
  std::vector<std::string> dtypes;
  for (const claim::Tolerance& row : rows) {
    if (std::ranges::find(dtypes, row.dtype) == dtypes.end()) dtypes.push_back(row.dtype);
  }
  std::string text = whole ? "Held to\n" : fmt::format("Held to ({})\n", kWhereFrom);
  for (const std::string& dtype : dtypes) {
    text += "  " + shortened(dtype, kLongestName) + "\n";
    for (const claim::Tolerance& row : rows) {
      if (row.dtype != dtype) continue;
      const std::string line =
          fmt::format("{}: {}", shortened(row.what, kLongestName), shortened(row.rule, kLongestRule));
      // Behind a longer indent from the second line on.
      text += whole ? "    " + wrapped(line, width, "      ").substr(6)
                    : "    " + shortened(line, std::max<std::size_t>(width, 44) - 4) + "\n";
    }
  }
  return text;
}

std::string markdown_tolerances(const std::vector<claim::Tolerance>& tolerances) {
  if (tolerances.empty()) return "";
  std::string text = "\n## Held to\n\n| dtype | what | rule |\n| --- | --- | --- |\n";
  for (const claim::Tolerance& row : merged(tolerances)) {
    text +=
        fmt::format("| {} | {} | {} |\n", markdown_text(shortened(row.dtype, kLongestName)),
                    markdown_text(shortened(row.what, kLongestName)), markdown_text(shortened(row.rule, kLongestRule)));
  }
  return text;
}

}  // namespace gumbelcheck::report
