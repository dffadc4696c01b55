// What reports say beside a verdict: asked again, made smaller, implied.

#include "gumbelcheck/report/aftermath.hpp"

#include <gtest/gtest.h>

#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/junit.hpp"
#include "gumbelcheck/report/markdown.hpp"
#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/verdict_json.hpp"
#include "report/record.hpp"
#include "report/schema.hpp"

namespace gumbelcheck::report {
namespace {

using claim::Verdict;

claim::CheckResult looked_into() {
  claim::CheckResult check = refuted_check("concrete/law", "2 classes, float32");
  check.reruns = {{"a fresh seed, 7731", Verdict::refuted, "Again.", 4096, "gc1.again"},
                  {"Threefry in place of Philox", Verdict::refuted, "There too.", 1, "gc1.there"}};
  claim::SmallerCase smaller;
  smaller.tried = check.tried;
  smaller.tried.label = "33 classes of logit 0, float32";
  smaller.finding = "After 64 draws it fails.";
  smaller.draws = 64;
  smaller.candidates = 21;
  smaller.replay_token = "gc1.000009.small";
  smaller.lines =
      "gumbelcheck replay gc1.000009.small\n# In code of your own; the check begins with: gumbel_max, float32\n";
  check.smaller = smaller;
  check.cut_short = "The time limit of the run, 5 s, was reached while a smaller case was looked for.";
  return check;
}

// The check that was looked into stands behind three others by its own evidence.
claim::RunRecord record_looked_into() {
  claim::RunRecord record = small_record();
  claim::CheckResult mild = looked_into();
  mild.evidence->largest_log_e = mild.evidence->log_e = 30;
  std::vector<claim::CheckResult> checks(3, refuted_check("concrete/law", "3 classes, float32"));
  checks.push_back(mild);
  record.claims[1].checks = checks;
  return record;
}

TEST(Aftermath, ReportsShowItWhereverTheCheckStands) {
  const claim::RunRecord record = record_looked_into();
  for (const std::string& text : {console_table(record), junit_xml(record)}) {
    for (const char* words :
         {"asked again on a fresh seed, 7731: refuted after 4,096 draws",
          "asked again on Threefry in place of Philox: refuted after 1 draw, so the generator is not to blame",
          "The time limit of the run, 5 s, was reached while a smaller case was looked for.\n",
          "Smallest case that fails: 33 classes of logit 0, float32 (64 draws, of 21 candidates). After 64",
          "gumbelcheck replay gc1.000009.small\n",
          "# In code of your own; the check begins with: gumbel_max, float32\n"}) {
      EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
    }
  }
  const std::string page = markdown(record);
  EXPECT_NE(page.find("- asked again on a fresh seed, 7731: refuted after 4,096 draws\n"), std::string::npos) << page;
  EXPECT_NE(page.find("gumbelcheck replay gc1.000009.small\n"), std::string::npos);
  EXPECT_EQ(first_violation(verdict_json(record)), "");
}

TEST(Aftermath, TheGeneratorIsBlamedOnlyWhereTheOtherOneIsUpheld) {
  claim::Rerun rerun{"Threefry in place of Philox", Verdict::upheld, "", 9, ""};
  EXPECT_TRUE(rerun_text(rerun).ends_with("upheld after 9 draws, so the generator may be to blame"));
  rerun.verdict = Verdict::inconclusive;
  EXPECT_TRUE(rerun_text(rerun).ends_with("inconclusive after 9 draws"));
}

TEST(Aftermath, ALineTooLongToPasteSaysWhereItIs) {
  claim::SmallerCase smaller;
  smaller.lines = "gumbelcheck replay " + std::string(5000, 'x') + "\n# words\n";
  const std::vector<std::string> lines = paste_lines(smaller, 3000);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find("verdict.json"), std::string::npos);
  EXPECT_EQ(lines[1], "# words");
}

TEST(Aftermath, HostileWordsOfASubjectStayWords) {
  claim::RunRecord record = record_looked_into();
  claim::CheckResult& check = record.claims[1].checks[3];
  check.smaller->finding = hostile_text();
  check.smaller->lines = hostile_text();
  check.reruns[0].what = hostile_text();
  for (const std::string& text : {console_table(record), markdown(record)}) {
    for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
  }
}

TEST(Aftermath, AnImpliedClaimIsShownAsOne) {
  claim::RunRecord record = small_record();
  claim::CheckResult entry;
  entry.tried.claim = "concrete/cold";
  entry.verdict = Verdict::upheld;
  entry.finding =
      "Implied by concrete/law, which is upheld in this run; nothing of its own was drawn, so what concrete/law cannot "
      "see was not looked for.";
  record.claims.push_back(claim_result("concrete/cold", Verdict::upheld, {entry}));
  EXPECT_FALSE(implied(record.claims.back())) << "a claim that another one implies says so in its sheet";
  record.claims.back().sheet.implied_by = "concrete/law";
  EXPECT_TRUE(implied(record.claims.back()));
  EXPECT_NE(console_table(record, {.all = true}).find("implied by concrete/law"), std::string::npos);
  EXPECT_NE(markdown(record).find("| upheld | concrete/cold | implied by concrete/law |"), std::string::npos);
  EXPECT_NE(junit_xml(record).find("<system-out>Implied by concrete/law, which"), std::string::npos);
  EXPECT_EQ(first_violation(verdict_json(record)), "");

  entry.draws = 5;
  entry.replay_token = "gc1.x";
  record.claims.back().checks = {entry};
  EXPECT_FALSE(implied(record.claims.back())) << "it drew for itself";
}

TEST(Aftermath, ABreakdownIsToldOnceAndRatesOnlyWhereSomethingWasJudged) {
  claim::RunRecord record = small_record();
  claim::ClaimResult died = record.claims[4];
  claim::CheckResult later = died.checks[0];
  later.finding = std::string(claim::kConversationHadEnded) + " edge/refusal (bad input).";
  later.last_stderr.clear();
  died.checks.push_back(later);
  claim::ClaimResult other = died;
  other.sheet.id = "stream/replay";
  other.checks = {later, later};
  record.claims = {died, other};
  const std::string text = console_table(record);
  EXPECT_EQ(text.find("had ended"), std::string::npos) << text;
  EXPECT_NE(text.find("broken for a reason given above\n    stream/replay\n"), std::string::npos) << text;
  EXPECT_EQ(markdown(record).find("had ended"), std::string::npos);
  for (const std::string& report : {text, markdown(record)}) {
    EXPECT_EQ(report.find("false-alarm rate"), std::string::npos) << "nothing was judged";
  }
  EXPECT_NE(console_table(record, {.all = true}).find("had ended"), std::string::npos);
}

}  // namespace
}  // namespace gumbelcheck::report
