#include "gumbelcheck/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace gumbelcheck::report {
namespace {

std::size_t columns_of(char32_t c) {
  if ((c >= 0x0300 && c <= 0x036F) || c == 0x200B || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F)) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                    (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

// What was cut is told in full where there is room to.
constexpr std::size_t kRoomToSaySo = 60;

std::string in_all(std::size_t bytes) { return fmt::format("({} in all)", counted(bytes, "byte")); }

std::string spelled_out(char32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  if (c <= 0xFF) return fmt::format("\\x{:02x}", static_cast<unsigned>(c));
  return fmt::format("\\u{{{:x}}}", static_cast<unsigned>(c));
}

// use(code point, its bytes); an ill-formed sequence comes as one U+FFFD.
template <class Use>
void for_each_code_point(std::string_view text, Use use) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    use(point.value, point.valid ? text.substr(0, point.bytes) : std::string_view("\xEF\xBF\xBD"));
    text.remove_prefix(point.bytes);
  }
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for_each_code_point(text, [&](char32_t, std::string_view bytes) { result += bytes; });
  return result;
}

std::string one_line(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for_each_code_point(text, [&](char32_t c, std::string_view bytes) {
    if (acts_on_the_reader(c)) {
      result += spelled_out(c);
    } else {
      result += bytes;
    }
  });
  return result;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    columns += columns_of(point.value);
    text.remove_prefix(point.bytes);
  }
  return columns;
}

std::string shortened(std::string_view text, std::size_t columns) {
  // A code point is escaped to at most 10 characters and is at most 4 bytes: no more of a long text can show.
  const bool long_text = text.size() / 4 > columns + 4;
  const std::string line = one_line(long_text ? text.substr(0, 4 * (columns + 4)) : text);
  if (!long_text && columns_of(line) <= columns) return line;
  if (columns <= 3) return std::string(columns, '.');
  const std::string mark = columns < kRoomToSaySo ? "..." : "... " + in_all(text.size());
  std::string_view rest = line;
  std::string result;
  std::size_t used = 0;
  while (!rest.empty()) {
    const CodePoint point = first_code_point(rest);
    if (used + columns_of(point.value) > columns - mark.size()) break;
    used += columns_of(point.value);
    result += rest.substr(0, point.bytes);
    rest.remove_prefix(point.bytes);
  }
  return result + mark;
}

std::string ending(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  const std::string mark = bytes < kRoomToSaySo ? "..." : in_all(text.size()) + " ...";
  text.remove_prefix(text.size() - bytes);
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  while (!text.empty() && continues(text.front())) text.remove_prefix(1);
  return fmt::format("{}{}", mark, text);
}

std::string wrapped(std::string_view text, std::size_t width, std::string_view indent) {
  const std::string line = one_line(text);
  std::string result;
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t start = line.find_first_not_of(' ', at);
    if (start == std::string::npos) break;
    const std::size_t end = std::min(line.find(' ', start), line.size());
    const std::string_view word = std::string_view(line).substr(start, end - start);
    const std::size_t columns = columns_of(word);
    if (used != 0 && used + 1 + columns <= width) {
      result += ' ';
      used += 1 + columns;
    } else {
      if (used != 0) result += '\n';
      result += indent;
      used = indent.size() + columns;
    }
    result += word;
    at = end;
  }
  if (!result.empty()) result += '\n';
  return result;
}

std::string number(double value, int digits) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::string text = fmt::format("{:.{}g}", value == 0 ? 0.0 : value, digits);
  if (const std::size_t at = text.find('e'); at != std::string::npos) {  // 1e-09, 1e+07: 1e-9, 1e7
    if (text[at + 1] == '+') text.erase(at + 1, 1);
    const std::size_t digit = text[at + 1] == '-' ? at + 2 : at + 1;
    text.erase(digit, text.find_first_not_of('0', digit) - digit);
  }
  return text;
}

std::string grouped(std::uint64_t value) {
  const std::string digits = std::to_string(value);
  std::string result;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) result += ',';
    result += digits[i];
  }
  return result;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(count), noun, count == 1 ? "" : "s");
}

std::string xml_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for_each_code_point(text, [&](char32_t c, std::string_view bytes) {
    const bool kept = c == '\n' || c == '\t' || (!acts_on_the_reader(c) && c != 0xFFFE && c != 0xFFFF);
    if (kept) {
      result += bytes;
    } else {
      result += spelled_out(c);
    }
  });
  return result;
}

namespace {

// What would begin a list or a block of code where a paragraph begins.
std::string without_a_marker(std::string line) {
  line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
  if (line.empty()) return line;
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  const std::string_view rest = std::string_view(line).substr(digits);
  const bool bullet = digits == 0 && (rest[0] == '-' || rest[0] == '+');
  const bool numbered = digits != 0 && !rest.empty() && (rest[0] == '.' || rest[0] == ')');
  // A marker ends the line or has a blank behind it; a row of dashes is a rule.
  const bool marker = (bullet || numbered) && (rest.size() == 1 || rest[1] == ' ' || rest[1] == '-');
  return marker ? line.insert(digits, 1, '\\') : line;
}

}  // namespace

std::string markdown_text(std::string_view text) {
  constexpr std::string_view kPunctuation = "\\`*_{}[]#|~!$";
  const std::string line = one_line(text);
  const std::string_view view = line;
  std::string result;
  for (std::size_t i = 0; i < view.size(); ++i) {
    const char c = view[i];
    // Entities are shown as the character and never read as markup; the last two would make links.
    const bool entity = c == '<' || c == '>' || c == '&' || c == '@' || view.substr(i).starts_with("://") ||
                        (c == '.' && view.substr(0, i).ends_with("www"));
    if (entity) {
      result += fmt::format("&#{};", static_cast<int>(c));
    } else {
      if (kPunctuation.find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
  }
  return without_a_marker(std::move(result));
}

}  // namespace gumbelcheck::report
