#include "gumbelcheck/report/tolerances.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {
namespace {

constexpr std::size_t kLongestRule = 1000;
constexpr std::string_view kWhereFrom = "`gumbelcheck tolerances` has every word, docs/tolerances.md the reasons";

// "float32, float64" where both are held to the same words.
std::vector<claim::Tolerance> merged(const std::vector<claim::Tolerance>& tolerances) {
  std::vector<claim::Tolerance> rows;
  for (const claim::Tolerance& row : tolerances) {
    const auto same =
        std::ranges::find_if(rows, [&](const claim::Tolerance& r) { return r.what == row.what && r.rule == row.rule; });
    if (same == rows.end()) {
      rows.push_back(row);
    } else {
      same->dtype += ", " + row.dtype;
    }
  }
  return rows;
}

}  // namespace

std::string console_tolerances(const std::vector<claim::Tolerance>& tolerances, std::size_t width, bool whole) {
  if (tolerances.empty()) return "";
  const std::vector<claim::Tolerance> rows = merged(tolerances);
  std::size_t dtype_width = 0, what_width = 0;
  for (const claim::Tolerance& row : rows) {
    dtype_width = std::max(dtype_width, columns_of(row.dtype));
    what_width = std::max(what_width, columns_of(one_line(row.what)));
  }
  std::string text = whole ? "" : fmt::format("Held to ({})\n", kWhereFrom);
  for (const claim::Tolerance& row : rows) {
    const std::string head = fmt::format("  {:<{}}  {:<{}}  ", row.dtype, dtype_width, one_line(row.what), what_width);
    if (whole) {
      const std::string body =
          wrapped(row.rule, std::max<std::size_t>(width, head.size() + 40), std::string(head.size(), ' '));
      text += head + (body.size() > head.size() ? body.substr(head.size()) : "\n");
    } else {
      text += head + shortened(row.rule, std::max<std::size_t>(width, head.size() + 20) - head.size()) + "\n";
    }
  }
  return text;
}

std::string markdown_tolerances(const std::vector<claim::Tolerance>& tolerances) {
  if (tolerances.empty()) return "";
  std::string text = "\n## Held to\n\n| dtype | what | rule |\n| --- | --- | --- |\n";
  for (const claim::Tolerance& row : merged(tolerances)) {
    text += fmt::format("| {} | {} | {} |\n", markdown_text(row.dtype), markdown_text(row.what),
                        markdown_text(shortened(row.rule, kLongestRule)));
  }
  return text;
}

}  // namespace gumbelcheck::report
