#pragma once

// Words in a picture: made safe for XML and for the eye, measured, and cut where there is no room. A picture's
// words may come from the program under test.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gumbelcheck::picture {

inline constexpr std::size_t kLongestText = 400;  // code points of a word in a picture; descriptions have more

// rule  an ill-formed sequence, a control character, a mark that turns the direction of text or whatever else
//       XML 1.0 cannot hold becomes one U+FFFD; white space becomes a space; after `most` code points comes an
//       ellipsis
std::string clean(std::string_view text, std::size_t most = kLongestText);

// rule  & < > " ' as entities
std::string escaped(std::string_view clean_text);

// Pixels that clean text takes.
// error  never too few with the sans-serif faces in common use: the table is that of the widest, DejaVu Sans
//        (Verdana's widths). Other scripts count 0.8 em a character, East Asian ones and emoji 1 em.
double width_of(std::string_view clean_text, double size, bool bold = false);

// rule  the text, or as much of its beginning as fits before an ellipsis
std::string fitted(std::string_view clean_text, double width, double size, bool bold = false);

// rule  lines broken between words, each fitted; what follows the last of `most` lines is cut visibly
std::vector<std::string> lines_of(std::string_view clean_text, double width, double size, std::size_t most,
                                  bool bold = false);

}  // namespace gumbelcheck::picture
