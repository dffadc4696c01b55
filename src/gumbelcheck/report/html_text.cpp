#include "gumbelcheck/report/html_text.hpp"

#include <fmt/format.h>

#include "gumbelcheck/picture/text.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

std::string html_text(std::string_view text, std::size_t most) { return picture::escaped(shortened(text, most)); }

std::string html_lines(std::string_view text, std::size_t most) {
  constexpr std::size_t kMostLines = 40;
  std::string made;
  for (std::size_t line = 0; !text.empty(); ++line) {
    if (line == kMostLines) return made + fmt::format("... ({} bytes more)", grouped(text.size()));
    const std::size_t end = text.find('\n');
    made += html_text(text.substr(0, end), most) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return made;
}

std::string html_id(std::string_view text) {
  std::string made;
  for (const char c : text.substr(0, 200)) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    made += kept ? c : '-';
  }
  return made;
}

}  // namespace gumbelcheck::report
