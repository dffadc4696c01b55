#include "gumbelcheck/report/console.hpp"

#include <gtest/gtest.h>

#include "gumbelcheck/report/text.hpp"
#include "report/golden.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

TEST(ConsoleGolden, a_small_run) { expect_golden("small.txt", console_table(small_record())); }
TEST(ConsoleGolden, one_check) { expect_golden("check.txt", console_check(upheld_check(), small_record().budget)); }
TEST(ConsoleGolden, a_self_test) {
  expect_golden("selftest.txt", console_selftest({{.id = "wrong-sign",
                                                   .sentence = "noise with the wrong sign",
                                                   .source = "dpnp#249",
                                                   .named_claim = "gumbel/law",
                                                   .verdict = claim::Verdict::refuted,
                                                   .draws = 4096,
                                                   .evidence = "E = 1e14.2",
                                                   .seconds = 0.25,
                                                   .passed = true,
                                                   .finding = "found"},
                                                  {.id = "shifted-logits",
                                                   .sentence = "logits shifted by a constant",
                                                   .source = "planted",
                                                   .named_claim = "",
                                                   .verdict = claim::Verdict::refuted,
                                                   .draws = 100,
                                                   .evidence = "exact",
                                                   .seconds = 1,
                                                   .passed = false,
                                                   .finding = "softmax/shift refuted it."}}));
}

TEST(Console, a_narrow_terminal_loses_columns_and_no_words) {
  const std::string wide = console_table(small_record(), {.width = 200});
  const std::string narrow = console_table(small_record(), {.width = 64});
  EXPECT_NE(wide.find("  seconds"), std::string::npos);
  EXPECT_EQ(narrow.find("  seconds"), std::string::npos);
  for (const char* word : {"upheld", "refuted", "inconclusive", "unsupported", "broken", "gc1.000002.refuted"}) {
    EXPECT_NE(narrow.find(word), std::string::npos) << word;
  }
}

TEST(Console, cells_of_a_table_that_is_too_wide_go_on_in_the_next_line) {
  const std::vector<std::string> header = {"verdict", "claim", "draws", "words"};
  const std::vector<std::vector<std::string>> rows = {
      {"upheld", "a/claim", "12", "one two three four five six"},
      {"refuted", "another/claim", "1,234",
       "\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad"}};
  EXPECT_EQ(
      console_columns(header, rows, {.width = 40, .droppable = {"draws"}, .right_aligned = {"draws"}}),
      "  verdict  claim          words\n"
      "  upheld   a/claim        one two three\n"
      "                          four five six\n"
      "  refuted  another/claim  \xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\n"
      "                          \xe4\xb8\xad\n");
  for (std::size_t width = 26; width < 80; ++width) {
    for (const std::string& line :
         lines_of(console_columns(header, rows, {.width = width, .droppable = {}, .right_aligned = {}}))) {
      EXPECT_LE(columns_of(line), width) << line;
    }
  }
  std::string coloured =
      console_columns(header, rows, {.width = 34, .droppable = {}, .right_aligned = {}, .colour = true});
  EXPECT_NE(coloured.find("\x1b[32mupheld\x1b[0m"), std::string::npos) << coloured;
}

TEST(Console, every_line_of_a_run_fits) {
  claim::RunRecord record = small_record();
  record.claims[0].sheet.id = "straight-through/expectation-of-something-long";
  record.claims[1].checks[0].tried.label = std::string(60, 'x') + " " + std::string(60, 'y');
  for (const std::size_t width : {64u, 80u, 100u, 120u}) {
    for (const std::string& line : lines_of(console_table(record, {.width = width, .all = true}))) {
      EXPECT_LE(columns_of(line), width) << line;
    }
  }
}

TEST(Console, colours_only_where_they_are_asked_for) {
  EXPECT_EQ(console_table(small_record()).find('\x1b'), std::string::npos);
  std::string coloured = console_table(small_record(), {.colour = true});
  EXPECT_NE(coloured.find("\x1b[32mupheld\x1b[0m"), std::string::npos);
  std::size_t at = 0;
  while ((at = coloured.find('\x1b')) != std::string::npos) coloured.erase(at, coloured.find('m', at) - at + 1);
  EXPECT_EQ(coloured, console_table(small_record())) << "they add nothing but themselves";
}

TEST(Console, hostile_text_moves_no_cursor_and_fills_no_screen) {
  for (const std::string& text : {console_table(hostile_record()),
                                  console_check(hostile_record().claims[4].checks[0], hostile_record().budget)}) {
    EXPECT_EQ(valid_utf8(text), text);
    for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_NE(text.find("..."), std::string::npos) << "what is cut says so";
    EXPECT_LT(text.size(), 30000U);
    for (const std::string& line : lines_of(text)) EXPECT_LT(line.size(), 3000U);
  }
}

TEST(Console, a_cause_that_breaks_many_claims_is_told_once) {
  claim::RunRecord record = small_record();
  claim::ClaimResult other = record.claims[4];
  other.sheet.id = "stream/replay";
  record.claims.push_back(other);
  const std::string text = console_table(record);
  const std::string cause = "The subject exited with status 3";
  EXPECT_EQ(text.find(cause), text.rfind(cause));
  EXPECT_NE(text.find("broken for a reason given above\n    stream/replay"), std::string::npos);
}

TEST(Console, a_token_too_long_for_a_command_line_is_not_printed) {
  claim::CheckResult check = upheld_check();
  check.replay_token = std::string(kLongestShownToken + 1, 'x');
  EXPECT_NE(replay_line(check).find("verdict.json"), std::string::npos);
  EXPECT_LT(replay_line(check).size(), 200U);
}

TEST(Console, with_all_there_is_a_row_for_each_check) {
  claim::RunRecord record = small_record();
  for (int i = 0; i < 10; ++i)
    record.claims[1].checks.push_back(refuted_check("concrete/law", "case " + std::to_string(i)));
  EXPECT_EQ(console_table(record).find("case 9"), std::string::npos);
  EXPECT_NE(console_table(record).find("8 more checks of concrete/law need attention: --all"), std::string::npos);
  EXPECT_NE(console_table(record, {.all = true}).find("- case 9"), std::string::npos);
}

}  // namespace
}  // namespace gumbelcheck::report
