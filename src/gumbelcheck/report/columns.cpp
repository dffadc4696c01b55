#include <fmt/format.h>

#include <algorithm>

#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {
namespace {

constexpr std::size_t kWidestCell = 60;
constexpr std::size_t kNarrowestColumn = 4;
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

// A cell in lines of at most `width` columns: broken at blanks, within a word where it is longer.
std::vector<std::string> lines_of(const std::string& cell, std::size_t width) {
  std::vector<std::string> lines;
  std::string_view rest = cell;
  while (columns_of(rest) > width) {
    std::size_t end = 0;  // bytes that fit
    std::size_t blank = 0;
    for (std::size_t used = 0; end < rest.size();) {
      const CodePoint point = first_code_point(rest.substr(end));
      used += columns_of(rest.substr(end, point.bytes));
      if (used > width && end > 0) break;
      if (rest[end] == ' ') blank = end;
      end += point.bytes;
    }
    if (rest[end] != ' ' && blank > 0) end = blank;
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(rest.find_first_not_of(' ', end), rest.size()));
  }
  lines.emplace_back(rest);
  return lines;
}

std::size_t longest_word(const std::string& cell) {
  std::size_t longest = 0;
  for (std::string_view rest = cell; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    longest = std::max(longest, columns_of(word));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return longest;
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

  // Whatever is too long still goes on in the next line, the widest column first; words are broken last.
  for (const bool within_words : {false, true}) {
    std::vector<std::size_t> least(header.size(), kNarrowestColumn);
    for (const auto& row : cells) {
      for (std::size_t j = 0; j < row.size() && !within_words; ++j) least[j] = std::max(least[j], longest_word(row[j]));
    }
    while (total() > style.width) {
      std::size_t widest = header.size();
      for (std::size_t j = 0; j < header.size(); ++j) {
        if (!shown[j] || widths[j] <= least[j]) continue;
        if (widest == header.size() || widths[j] > widths[widest]) widest = j;
      }
      if (widest == header.size()) break;
      --widths[widest];
    }
  }

  std::string text;
  for (const auto& row : cells) {
    std::vector<std::vector<std::string>> parts;
    std::size_t height = 1;
    for (std::size_t j = 0; j < row.size(); ++j) {
      parts.push_back(shown[j] ? lines_of(row[j], widths[j]) : std::vector<std::string>{""});
      height = std::max(height, parts.back().size());
    }
    for (std::size_t i = 0; i < height; ++i) {
      std::string out(kIndent);
      for (std::size_t j = 0; j < row.size(); ++j) {
        if (!shown[j]) continue;
        const std::string cell = i < parts[j].size() ? parts[j][i] : "";
        const std::string space(widths[j] - std::min(widths[j], columns_of(cell)), ' ');
        const std::string_view colour = style.colour ? colour_of(row[j]) : "";
        const std::string painted = colour.empty() ? cell : fmt::format("{}{}\x1b[0m", colour, cell);
        out += contains(style.right_aligned, header[j]) ? space + painted : painted + space;
        out += kGap;
      }
      out.erase(out.find_last_not_of(' ') + 1);
      text += out + "\n";
    }
  }
  return text;
}

}  // namespace gumbelcheck::report
