#pragma once

#include <string>

namespace gumbelcheck::report {

// The page's stylesheet, that of its pictures included. Colours keep a contrast of 4.5 in both schemes.
std::string page_stylesheet();

}  // namespace gumbelcheck::report
