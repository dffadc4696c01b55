#pragma once

// Text that reports share. A subject's name, version, error text and standard error are written by the
// program under test: nothing in them may move a terminal's cursor, break a table, or break a file format.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gumbelcheck/picture/utf8.hpp"

namespace gumbelcheck::report {

// rule  every ill-formed byte sequence becomes one U+FFFD; the rest is unchanged
std::string valid_utf8(std::string_view text);

// Text for one line of a terminal.
// rule  valid_utf8; then control characters (C0, DEL, C1), line separators, and marks that reverse the
//       direction of text are written as \n, \t, \x1b or \u{202e}
std::string one_line(std::string_view text);

// rule  one_line, cut to at most `columns` columns with "..." at the end where something was cut, and from 60 columns on
//       with "... (1,000,000 bytes in all)"
std::string shortened(std::string_view text, std::size_t columns);

// rule  the last `bytes` bytes at most, from the beginning of a character, with "..." before them where something was
//       cut, and from 60 bytes on "(1,000,000 bytes in all) ..."
std::string ending(std::string_view text, std::size_t bytes);

// Terminal columns that valid UTF-8 takes: combining marks 0, East Asian wide characters and emoji 2.
std::size_t columns_of(std::string_view text);

// rule  words joined by single spaces in lines of at most `width` columns, each behind `indent`; a word
//       longer than a line stands alone
std::string wrapped(std::string_view text, std::size_t width, std::string_view indent);

// rule  at most `digits` significant digits; "inf", "-inf" or "nan" where it is not finite
std::string number(double value, int digits = 3);

// rule  1234567 is "1,234,567"
std::string grouped(std::uint64_t value);

// rule  "1 check", "2 checks"
std::string counted(std::uint64_t count, std::string_view noun);

// For XML 1.0, several lines: as one_line, but newlines and tabs stay. What XML cannot hold is spelled out;
// escaping is the writer's.
std::string xml_text(std::string_view text);

// For a Markdown paragraph or table cell: one_line, with every character that Markdown or HTML gives a
// meaning to taken literally, no link and no @mention.
std::string markdown_text(std::string_view text);

using picture::acts_on_the_reader;
using picture::CodePoint;
using picture::first_code_point;

}  // namespace gumbelcheck::report
