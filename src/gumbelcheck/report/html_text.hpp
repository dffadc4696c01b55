#pragma once

// Text for HTML. A subject's words may be anything: nothing in them may close an element, run, or make a page of
// megabytes.

#include <string>
#include <string_view>

namespace gumbelcheck::report {

inline constexpr std::size_t kLongestHtmlText = 1500;  // columns of a paragraph

// rule  shortened, with & < > " ' as entities
std::string html_text(std::string_view text, std::size_t most = kLongestHtmlText);

// rule  as html_text, line by line, at most `most` columns each and 40 lines
std::string html_lines(std::string_view text, std::size_t most = kLongestHtmlText);

// rule  letters, digits, '-' and '_' stay, everything else is '-': "concrete/law" is "concrete-law"
std::string html_id(std::string_view text);

}  // namespace gumbelcheck::report
