#include "gumbelcheck/picture/text.hpp"

#include <algorithm>
#include <array>

#include "gumbelcheck/picture/utf8.hpp"

namespace gumbelcheck::picture {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Advance widths of DejaVu Sans, space to tilde, in thousandths of the size: measureText of a browser's canvas.
constexpr std::array<int, 95> kWidths = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};
constexpr double kBold = 1.17;  // DejaVu Sans Bold is wider by 10 to 23 per cent, 14 on average

bool blank(char32_t c) { return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029; }

double width_of(char32_t c) {
  if (c >= 0x20 && c < 0x7F) return kWidths[c - 0x20] / 1000.;
  if ((c >= 0x0300 && c <= 0x036F) || c == 0x200B || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F)) return 0;
  const bool wide = c == 0x2026 || c == 0xFFFD || (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xD7A3) ||
                    (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    c >= 0x1F300;
  return wide ? 1 : c == 0x2212 ? .838 : .8;
}

}  // namespace

std::string clean(std::string_view text, std::size_t most) {
  std::string result;
  std::size_t used = 0;
  for (; !text.empty(); ++used) {
    if (used == most) return result.append(kEllipsis);
    const CodePoint point = first_code_point(text);
    if (point.valid && blank(point.value)) {
      result += ' ';
    } else if (!point.valid || acts_on_the_reader(point.value)) {
      result += kReplacement;
    } else {
      result += text.substr(0, point.bytes);
    }
    text.remove_prefix(point.bytes);
  }
  return result;
}

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

double width_of(std::string_view text, double size, bool bold) {
  double width = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    width += width_of(point.value);
    text.remove_prefix(point.bytes);
  }
  return width * size * (bold ? kBold : 1);
}

std::string fitted(std::string_view text, double width, double size, bool bold) {
  if (width_of(text, size, bold) <= width) return std::string(text);
  const double room = width / (size * (bold ? kBold : 1)) - 1;  // without the ellipsis, in em
  double used = 0;
  std::size_t end = 0;
  while (end < text.size()) {
    const CodePoint point = first_code_point(text.substr(end));
    used += width_of(point.value);
    if (used > room) break;
    end += point.bytes;
  }
  while (end > 0 && text[end - 1] == ' ') --end;
  return std::string(text.substr(0, end)).append(kEllipsis);
}

std::vector<std::string> lines_of(std::string_view text, double width, double size, std::size_t most, bool bold) {
  std::vector<std::string> lines;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) return lines;
    if (lines.size() + 1 == most || width_of(text, size, bold) <= width) {
      lines.push_back(fitted(text, width, size, bold));
      return lines;
    }
    std::size_t end = 0;  // of the words that fit
    for (std::size_t at = 0; at < text.size();) {
      at = std::min(text.find(' ', at + 1), text.size());
      if (width_of(text.substr(0, at), size, bold) > width) {
        if (end == 0) end = at;  // a word longer than the line: it stands alone, cut
        break;
      }
      end = at;
    }
    lines.push_back(fitted(text.substr(0, end), width, size, bold));
    text.remove_prefix(end);
  }
}

}  // namespace gumbelcheck::picture
