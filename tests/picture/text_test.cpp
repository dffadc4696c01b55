#include "gumbelcheck/picture/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace gumbelcheck::picture {
namespace {

const std::string kBad = "\xEF\xBF\xBD";
const std::string kCut = "\xE2\x80\xA6";

TEST(PictureText, what_xml_cannot_hold_becomes_one_character) {
  EXPECT_EQ(clean("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8e\xb2"), "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8e\xb2");
  EXPECT_EQ(clean("a\x1b[31m\x7f"), "a" + kBad + "[31m" + kBad);
  EXPECT_EQ(clean(std::string("a\0b", 3)), "a" + kBad + "b");
  EXPECT_EQ(clean("a\nb\tc"), "a b c");
  EXPECT_EQ(clean("\xff"), kBad);
  EXPECT_EQ(clean("\xc0\xaf"), kBad + kBad) << "overlong";
  EXPECT_EQ(clean("\xe0\x80\xaf"), kBad + kBad + kBad) << "overlong";
  EXPECT_EQ(clean("\xed\xa0\x80"), kBad + kBad + kBad) << "surrogate";
  EXPECT_EQ(clean("\xf4\x90\x80\x80"), kBad + kBad + kBad + kBad) << "above U+10FFFF";
  EXPECT_EQ(clean("\xe2\x82x"), kBad + "x") << "cut: one maximal subpart";
  EXPECT_EQ(clean("\xef\xbf\xbf"), kBad) << "U+FFFF";
  EXPECT_EQ(clean("a\xe2\x80\xae"
                  "b"),
            "a" + kBad + "b")
      << "turns the direction of text";
}

TEST(PictureText, entities) {
  EXPECT_EQ(escaped("<a href=\"x\">&'</a>"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;");
}

TEST(PictureText, a_cut_is_visible) {
  EXPECT_EQ(clean("abcdef", 3), "abc" + kCut);
  EXPECT_EQ(clean("abc", 3), "abc");
  EXPECT_EQ(fitted("abc", 1000, 12), "abc");
  EXPECT_EQ(fitted("mmmmmmmm", 60, 12), "mmmm" + kCut);
  EXPECT_EQ(fitted("a bbb", 25, 12), "a" + kCut) << "no blank before it";
}

// DejaVu Sans: digits 0.636 em, i 0.278, W 0.989.
TEST(PictureText, widths_are_those_of_the_widest_face) {
  EXPECT_NEAR(width_of("0123456789", 100), 636, .01);
  EXPECT_NEAR(width_of("iW", 100), 27.8 + 98.9, .01);
  EXPECT_NEAR(width_of("~ ", 100), 83.8 + 31.8, .01) << "both ends of the table";
  EXPECT_EQ(width_of("\xe6\xbc\xa2", 12), 12) << "East Asian";
  EXPECT_EQ(width_of("e\xcc\x81", 12), width_of("e", 12)) << "combining";
}

TEST(PictureText, lines_break_between_words) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(lines_of("aa bb cc", 40, 12, 5), (Lines{"aa bb", "cc"}));
  EXPECT_EQ(lines_of("aa bb cc", 40, 12, 1), (Lines{"aa b" + kCut}));
  EXPECT_EQ(lines_of("  ", 40, 12, 3), Lines{});
}

RC_GTEST_PROP(PictureTextProperty, whatever_the_bytes_lines_fit, (const std::string& bytes)) {
  const std::string text = clean(bytes);
  RC_ASSERT(text == clean(text));
  for (const char c : text) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  const double width = *rc::gen::inRange(15, 200);
  const std::size_t most = *rc::gen::inRange<std::size_t>(1, 4);
  const std::vector<std::string> lines = lines_of(text, width, 12, most);
  RC_ASSERT(lines.size() <= most);
  for (const std::string& line : lines) RC_ASSERT(width_of(line, 12) <= width);
}

}  // namespace
}  // namespace gumbelcheck::picture
