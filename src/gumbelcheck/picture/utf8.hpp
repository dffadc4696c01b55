#pragma once

// UTF-8, one code point at a time, for whoever has to make text safe.

#include <cstddef>
#include <string_view>

namespace gumbelcheck::picture {

// The first code point of well-formed or ill-formed UTF-8, and the bytes it took; `valid` is false for an ill-formed
// sequence, of which `bytes` is the maximal subpart, as Unicode advises.
struct CodePoint {
  char32_t value = 0xFFFD;
  std::size_t bytes = 1;
  bool valid = false;
};
// domain  text not empty
CodePoint first_code_point(std::string_view text);

// Characters that a reader's screen obeys instead of showing, those that reorder what is read, and what XML cannot hold.
bool acts_on_the_reader(char32_t c);

}  // namespace gumbelcheck::picture
