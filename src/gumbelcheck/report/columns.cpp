#include <fmt/format.h>

#include <algorithm>

#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {
namespace {

constexpr std::size_t kWidestCell = 60;
constexpr std::string_view kIndent = "  ";
constexpr std::string_view kGap = "  ";

std::string_view colour_of(std::string_view word) {
  if (word == "upheld" || word == "ok") return "\x1b[32m";
  if (word == "refuted" || word == "FAILED") return "\x1b[1;31m";
  if (word == "broken") return "\x1b[31m";
  if (word == "inconclusive") return "\x1b[33m";
  if (word == "unsupported") return "\x1b[2m";
  return "";
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string console_columns(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                            const TableStyle& style) {
  std::vector<std::vector<std::string>> cells;
  std::vector<std::size_t> widths(header.size(), 0);
  const auto add = [&](const std::vector<std::string>& row) {
    std::vector<std::string> line;
    for (std::size_t j = 0; j < header.size(); ++j) {
      line.push_back(j < row.size() ? shortened(row[j], kWidestCell) : std::string());
      widths[j] = std::max(widths[j], columns_of(line.back()));
    }
    cells.push_back(line);
  };
  add(header);
  for (const auto& row : rows) add(row);

  std::vector<bool> shown(header.size(), true);
  const auto total = [&] {
    std::size_t sum = 0;
    for (std::size_t j = 0; j < header.size(); ++j) sum += shown[j] ? widths[j] + kGap.size() : 0;
    return sum;  // the indent stands for the last gap
  };
  for (const std::string& name : style.droppable) {
    if (total() <= style.width) break;
    const auto at = std::find(header.begin(), header.end(), name);
    if (at != header.end()) shown[static_cast<std::size_t>(at - header.begin())] = false;
  }

  std::string text;
  for (const auto& line : cells) {
    std::string out(kIndent);
    for (std::size_t j = 0; j < line.size(); ++j) {
      if (!shown[j]) continue;
      const std::string space(widths[j] - columns_of(line[j]), ' ');
      const std::string_view colour = style.colour ? colour_of(line[j]) : "";
      const std::string painted = colour.empty() ? line[j] : fmt::format("{}{}\x1b[0m", colour, line[j]);
      out += contains(style.right_aligned, header[j]) ? space + painted : painted + space;
      out += kGap;
    }
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + "\n";
  }
  return text;
}

}  // namespace gumbelcheck::report
