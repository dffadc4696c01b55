#include "gumbelcheck/report/markdown.hpp"

#include <gtest/gtest.h>

#include "gumbelcheck/report/text.hpp"
#include "report/golden.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

TEST(MarkdownGolden, a_small_run) { expect_golden("small.md", markdown(small_record())); }

std::string hostile() { return markdown(hostile_record()); }

// Lines outside blocks of code; a fence opens with more than two tildes and is closed by as many.
std::vector<std::string> prose(const std::string& text) {
  std::vector<std::string> lines;
  std::string fence;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t tildes = std::min(line.find_first_not_of('~'), line.size());
    if (fence.empty() && tildes >= 3) {
      fence = line.substr(0, tildes);
    } else if (!fence.empty() && tildes >= fence.size() && tildes == line.size()) {
      fence.clear();
    } else if (fence.empty()) {
      lines.push_back(line);
    }
  }
  EXPECT_EQ(fence, "") << "every block of code ends";
  return lines;
}

TEST(Markdown, hostile_text_is_shown_as_text) {
  const std::string text = hostile();
  EXPECT_EQ(valid_utf8(text), text);
  for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
  for (const std::string& line : prose(text)) {
    EXPECT_EQ(line.find("<script>"), std::string::npos) << line;
    EXPECT_EQ(line.find("@all"), std::string::npos) << line;
    if (!line.starts_with("|")) continue;
    std::size_t cells = 0;
    for (std::size_t i = 0; i < line.size(); ++i) cells += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    EXPECT_TRUE(cells == 9 || cells == 7) << "a row of eight cells, or six: " << line;
  }
  EXPECT_NE(text.find("&#60;script&#62;alert"), std::string::npos);
}

TEST(Markdown, it_is_cut_where_hosts_would_cut_it_and_says_so) {
  EXPECT_LE(hostile().size(), kMarkdownLimit);
  claim::RunRecord record = small_record();
  for (int i = 0; i < 400; ++i) {
    record.claims.push_back(claim_result("concrete/law", claim::Verdict::refuted,
                                         {refuted_check("concrete/law", "case " + std::to_string(i))}));
  }
  const std::string text = markdown(record);
  EXPECT_LE(text.size(), kMarkdownLimit);
  EXPECT_NE(text.find("**Cut here**"), std::string::npos);
  EXPECT_EQ(markdown(small_record()).find("**Cut here**"), std::string::npos);
}

TEST(Markdown, a_block_of_code_cannot_be_closed_from_within) {
  claim::RunRecord record = small_record();
  record.claims[4].checks[0].last_stderr = "before\n~~~~~~~~\n# not a heading\n~~~";
  for (const std::string& line : prose(markdown(record))) EXPECT_EQ(line.find("not a heading"), std::string::npos);
}

TEST(Markdown, every_test_that_is_in_the_evidence_is_shown_and_decides_nothing) {
  claim::RunRecord record = small_record();
  const std::string without = markdown(record);
  EXPECT_NE(without.find("They decide nothing"), std::string::npos);
  EXPECT_NE(without.find("| gumbel-max/law | chi-squared | 1.5 | 1 | 0.22 | level true |"), std::string::npos);
  for (const char* name : {"splitting tree", "Kolmogorov-Smirnov", "Valiant-Valiant"}) {
    EXPECT_EQ(without.find(name), std::string::npos) << name;
  }
  for (claim::CheckResult& check : record.claims[0].checks) {
    check.evidence->splitting_tree = statistic::FixedDrawsTest{7, 0, .5, "exact"};
    check.evidence->kolmogorov_smirnov = statistic::FixedDrawsTest{.01, 0, .75, "bounded"};
    check.evidence->valiant_valiant = statistic::FixedDrawsTest{-.25, 0, 1, "approximate"};
  }
  const std::string with = markdown(record);
  for (const char* line : {"| gumbel-max/law | splitting tree | 7 | - | 0.5 | exact |",
                           "| gumbel-max/law | Kolmogorov-Smirnov | 0.01 | - | 0.75 | bounded |",
                           "| gumbel-max/law | Valiant-Valiant | -0.25 | - | 1 | approximate |"}) {
    EXPECT_NE(with.find(line), std::string::npos) << with;
  }
}

TEST(Markdown, expected_findings_have_a_section) {
  const claim::RunRecord record = small_record();
  const ExpectedOutcome outcome = compare(
      record, {.subject = "sampler",
               .version = "2.5",
               .findings = {{"concrete/law", "*", "the *known* defect"}, {"gumbel-max/law", "*", "was known"}}});
  const std::string text = markdown(record, &outcome);
  EXPECT_NE(text.find("## Expected findings"), std::string::npos);
  EXPECT_NE(text.find("- refuted as expected: concrete/law, \\* (1 check): the \\*known\\* defect"), std::string::npos);
  EXPECT_NE(text.find("- **unexpected pass**: gumbel-max/law, \\*: was known"), std::string::npos);
  EXPECT_EQ(markdown(record).find("## Expected findings"), std::string::npos);
}

}  // namespace
}  // namespace gumbelcheck::report
