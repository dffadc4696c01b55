#include "gumbelcheck/report/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace gumbelcheck::report {
namespace {

TEST(Text, ill_formed_bytes_are_replaced_as_unicode_says) {
  EXPECT_EQ(valid_utf8("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8e\xb2"), "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8e\xb2");
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(valid_utf8("\xff"), bad);
  EXPECT_EQ(valid_utf8("\xc0\xaf"), bad + bad) << "overlong";
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), bad + bad + bad) << "surrogate";
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), bad + bad + bad + bad) << "above U+10FFFF";
  EXPECT_EQ(valid_utf8("\xe2\x82"), bad) << "cut: one maximal subpart";
  EXPECT_EQ(valid_utf8("\xe2\x82x"), bad + "x");
}

TEST(Text, nothing_acts_on_a_terminal) {
  EXPECT_EQ(one_line("a\nb\rc\td\x1b[31m\x7f"), "a\\nb\\rc\\td\\x1b[31m\\x7f");
  EXPECT_EQ(one_line("\xc2\x9b"
                     "31m"),
            "\\x9b31m")
      << "a control sequence in one character";
  EXPECT_EQ(one_line("a\xe2\x80\xae"
                     "b"),
            "a\\u{202e}b");
  EXPECT_EQ(one_line(std::string("a\0b", 3)), "a\\x00b");
}

RC_GTEST_PROP(TextProperty, whatever_the_bytes_a_line_is_printable, (const std::string& bytes)) {
  const std::string line = one_line(bytes);
  RC_ASSERT(line == valid_utf8(line));
  for (const char c : line) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  for (const std::size_t columns : {0U, 1U, 3U, 7U, 40U}) {
    RC_ASSERT(columns_of(shortened(bytes, columns)) <= columns);
  }
  for (const char c : xml_text(bytes)) {
    RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
  }
}

TEST(Text, a_cut_is_visible) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abc...");
  EXPECT_EQ(shortened(std::string(1000000, 'x'), 10), "xxxxxxx...");
  EXPECT_EQ(shortened("\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97", 7), "\xe6\xbc\xa2\xe5\xad\x97...") << "wide";
  EXPECT_EQ(ending("abcdef", 6), "abcdef");
  EXPECT_EQ(ending("abcdef", 2), "...ef");
  EXPECT_EQ(ending(std::string(1234567, 'x'), 60), "(1,234,567 bytes in all) ..." + std::string(60, 'x'));
  EXPECT_EQ(ending("a\xc3\xa9z", 2), "...z") << "not in the middle of a character";
}

TEST(Text, lines_are_wrapped_between_words) {
  EXPECT_EQ(wrapped("aa bb  cc dddddddddd e", 8, "  "), "  aa bb\n  cc\n  dddddddddd\n  e\n");
  EXPECT_EQ(wrapped("", 8, "  "), "");
}

TEST(Text, numbers) {
  EXPECT_EQ(number(0.00123456), "0.00123");
  EXPECT_EQ(number(-0.0), "0");
  EXPECT_EQ(number(1e-9), "1e-9");
  EXPECT_EQ(number(1.5e100), "1.5e100");
  EXPECT_EQ(number(-1.25e7), "-1.25e7");
  EXPECT_EQ(number(123), "123");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(counted(1, "check"), "1 check");
  EXPECT_EQ(counted(0, "check"), "0 checks");
}

TEST(Text, markdown_takes_everything_literally) {
  EXPECT_EQ(markdown_text("<script> & `x` *y* [a](b) |"), "&#60;script&#62; &#38; \\`x\\` \\*y\\* \\[a\\](b) \\|");
  EXPECT_EQ(markdown_text("@all #1 http://a.b www.a.b"), "&#64;all \\#1 http&#58;//a.b www&#46;a.b");
  EXPECT_EQ(markdown_text("- x"), "\\- x");
  EXPECT_EQ(markdown_text("12. x"), "12\\. x");
  EXPECT_EQ(markdown_text("    x"), "x");
  EXPECT_EQ(markdown_text("---"), "\\---");
  EXPECT_EQ(markdown_text("12."), "12\\.");
  EXPECT_EQ(markdown_text("1.5 x"), "1.5 x");
  EXPECT_EQ(markdown_text("-1"), "-1");
  EXPECT_EQ(markdown_text("7"), "7");
  EXPECT_EQ(markdown_text("   "), "");
}

}  // namespace
}  // namespace gumbelcheck::report
