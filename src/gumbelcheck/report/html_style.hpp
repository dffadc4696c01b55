#pragma once

#include <string>
#include <string_view>

namespace gumbelcheck::report {

// The page's stylesheet, that of its pictures included. Colours keep a contrast of 4.5 in both schemes.
std::string page_stylesheet();

// rule  up to <body> and the link that passes over the beginning; `title` is escaped already
std::string page_head(std::string_view title, std::string_view skip_to, std::string_view skip_words);

}  // namespace gumbelcheck::report
