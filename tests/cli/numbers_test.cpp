#include "gumbelcheck/cli/numbers.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace gumbelcheck::cli {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What the function says when it refuses; "" when it does not.
template <class Read>
std::string complaint(Read read) {
  try {
    read();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(Numbers, real_numbers_are_the_whole_text) {
  EXPECT_EQ(real_number("1.5"), 1.5);
  EXPECT_EQ(real_number("+1e-3"), 1e-3);
  EXPECT_EQ(real_number("-INF"), -kInfinity);
  EXPECT_TRUE(std::isnan(real_number("nan").value()));
  EXPECT_EQ(real_number("1e999"), kInfinity);
  EXPECT_EQ(real_number("1e-999"), 0.0);
  for (const char* text : {"", "+", "-", "1.5x", " 1", "1 ", "0x10", "1,5", "++1", "+-1", "e5", "1e"}) {
    EXPECT_EQ(real_number(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(NumbersProperty, a_printed_number_is_read_back, (double value)) {
  char text[64];
  std::snprintf(text, sizeof text, "%.17g", value);
  RC_ASSERT(real_number(text) == value);
}

TEST(Numbers, counts) {
  EXPECT_EQ(count_number("--draws", "1000000"), 1000000U);
  EXPECT_EQ(count_number("--draws", "1e6"), 1000000U);
  EXPECT_EQ(count_number("--draws", "1_000_000"), 1000000U);
  EXPECT_EQ(count_number("--draws", "9007199254740992"), std::uint64_t{1} << 53);
  for (const char* text : {"0", "-1", "1.5", "1e17", "", "_", "many", "inf", "nan"}) {
    EXPECT_EQ(
        complaint([&] { count_number("--draws", text); }),
        std::string("--draws is '") + text + "'; it must be a whole number from 1 to 2^53, such as 1000000 or 1e6.");
  }
}

TEST(Numbers, fractions) {
  EXPECT_EQ(fraction("--miss-rate", "1e-6"), 1e-6);
  for (const char* text : {"0", "1", "1.5", "-0.1", "1e-999", "nan", "", "5%"}) {
    EXPECT_NE(complaint([&] { fraction("--miss-rate", text); }), "") << text;
  }
}

TEST(Numbers, temperatures_are_a_list) {
  EXPECT_EQ(temperatures("--temperature", "0.5, 1,2e1"), (std::vector<double>{0.5, 1, 20}));
  for (const char* text : {"", ",", "1,", "0", "-1", "inf", "nan", "1;2", "1 2"}) {
    EXPECT_NE(complaint([&] { temperatures("--temperature", text); }), "") << text;
  }
}

TEST(Numbers, seeds_fit_every_subject) {
  EXPECT_EQ(seed_number("--seed", "0"), 0U);
  EXPECT_EQ(seed_number("--seed", "9007199254740991"), (std::uint64_t{1} << 53) - 1);
  for (const char* text : {"9007199254740992", "-1", "1e3", "", "Random", "18446744073709551616"}) {
    EXPECT_EQ(complaint([&] { seed_number("--seed", text); }),
              std::string("--seed is '") + text + "'; it must be a whole number from 0 to 2^53 - 1, or `random`.");
  }
  EXPECT_NE(seed_number("--seed", "random"), seed_number("--seed", "random"));
}

TEST(Numbers, threads) {
  EXPECT_EQ(thread_number("--threads", "0"), 0U);
  EXPECT_EQ(thread_number("--threads", "1024"), 1024U);
  for (const char* text : {"-1", "1025", "two", "", "1.0"}) {
    EXPECT_NE(complaint([&] { thread_number("--threads", text); }), "") << text;
  }
}

TEST(Numbers, a_complaint_shows_what_was_given_and_moves_no_cursor) {
  EXPECT_TRUE(complaint([] { fraction("--effect", "\x1b[2J"); }).starts_with("--effect is '\\x1b[2J'"));
  EXPECT_LT(complaint([] { fraction("--effect", std::string(100000, '9')); }).size(), 200U);
}

TEST(Numbers, parts_of_a_list) {
  EXPECT_EQ(split("a, b,,c ", ','), (std::vector<std::string>{"a", "b", "", "c"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
}

}  // namespace
}  // namespace gumbelcheck::cli
