// Expected findings: an unexpected refutation is an error, and so is an unexpected pass.

#include "gumbelcheck/report/expected.hpp"

#include <gtest/gtest.h>

#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

claim::RunRecord decided_record() {  // one claim upheld, one refuted on one of two cases
  claim::RunRecord record = small_record();
  record.claims.resize(2);
  claim::CheckResult passed = upheld_check();
  passed.tried.label = "3 classes, float64, temperature 0.5";
  record.claims[1].checks.push_back(passed);
  return record;
}

ExpectedFindings list(std::vector<ExpectedFinding> findings) {
  return {.subject = "sampler", .version = "2.5", .findings = std::move(findings)};
}

int status(const claim::RunRecord& record, std::vector<ExpectedFinding> findings) {
  return compare(record, list(std::move(findings))).exit_status();
}

TEST(Expected, what_is_refuted_must_be_on_the_list_and_what_is_on_the_list_refuted) {
  const claim::RunRecord record = decided_record();
  EXPECT_EQ(status(record, {{"concrete/law", "3 classes, float32, temperature 0.5", "why"}}), 0);
  EXPECT_EQ(status(record, {{"concrete/law", "3 classes, float??, *", "why"}}), 0);
  EXPECT_EQ(status(record, {}), 1) << "an unexpected refutation";
  EXPECT_EQ(status(record, {{"concrete/rounding", "*", "why"}}), 1) << "of another claim";
  EXPECT_EQ(status(record, {{"concrete/law", "3 classes, float64, *", "why"}}), 1) << "of another case";
  EXPECT_EQ(status(record, {{"concrete/law", "*", "why"}, {"gumbel-max/law", "*", "why"}}), 1) << "an unexpected pass";
  EXPECT_EQ(status(record, {{"concrete/law", "*", "why"}, {"concrete/law", "*float64*", "why"}}), 1)
      << "an unexpected pass of one case";
  EXPECT_EQ(status(record, {{"concrete/law", "*", "why"}, {"softmax/shift", "*", "why"}}), 0)
      << "a claim that was not asked";
}

TEST(Expected, only_a_refutation_meets_a_finding) {
  for (const claim::Verdict verdict :
       {claim::Verdict::broken, claim::Verdict::inconclusive, claim::Verdict::unsupported, claim::Verdict::upheld}) {
    claim::RunRecord record = decided_record();
    record.claims[1].checks[0].verdict = verdict;
    record.claims[1].verdict = claim::combined(record.claims[1].checks);
    EXPECT_EQ(status(record, {{"concrete/law", "*", "why"}}), 1) << claim::name(verdict);
  }
}

TEST(Expected, undecided_checks_weigh_less_than_refutations_and_more_than_nothing) {
  claim::RunRecord record = decided_record();
  claim::CheckResult undecided = upheld_check();
  undecided.verdict = claim::Verdict::inconclusive;
  record.claims[0].checks.push_back(undecided);
  record.claims[0].verdict = claim::Verdict::inconclusive;
  EXPECT_EQ(status(record, {{"concrete/law", "*", "why"}}), 3);
  EXPECT_EQ(status(record, {}), 1);
  claim::RunRecord nothing = decided_record();
  nothing.claims.clear();
  EXPECT_EQ(status(nothing, {}), 3) << "nothing was upheld";
}

TEST(Expected, a_list_is_for_one_version) {
  ExpectedFindings other = list({});
  other.version = "2.6";
  EXPECT_THROW(compare(decided_record(), other), std::invalid_argument);
}

TEST(Expected, the_console_names_each) {
  claim::RunRecord record = decided_record();
  record.claims[1].checks.push_back(refuted_check("concrete/law", "new"));
  const std::string text = console_expected(
      compare(record, list({{"concrete/law", "3 classes, float32*", "the reason"}, {"gumbel-max/law", "*", "gone"}})),
      100);
  EXPECT_NE(text.find("refuted as expected  concrete/law  3 classes, float32* (1 check)\n    the reason"),
            std::string::npos);
  EXPECT_NE(text.find("UNEXPECTED PASS  gumbel-max/law  *"), std::string::npos);
  EXPECT_NE(text.find("UNEXPECTED REFUTATION  concrete/law  new"), std::string::npos);
  EXPECT_NE(text.find("1 unexpected refutation, 1 unexpected pass."), std::string::npos);
}

std::string complaint(const std::string& text) {
  try {
    expected_findings(text, "list.json");
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(Expected, mistakes_in_a_list_are_named) {
  EXPECT_EQ(complaint(R"({"subject": "s", "version": "1", "findings": []})"), "no complaint");
  EXPECT_EQ(complaint(R"([])"),
            "The list of expected findings list.json: it must be an object with \"subject\", \"version\" and "
            "\"findings\".");
  EXPECT_EQ(complaint(R"({"subject": "s", "version": "1"})"),
            "The list of expected findings list.json: \"findings\" must be an array.");
  EXPECT_EQ(complaint(R"({"subject": "s", "version": "1", "findings": [{"claim": "a", "case": "*"}]})"),
            "The list of expected findings list.json: findings[0] needs a member \"why\" that is a text and "
            "not empty.");
  EXPECT_EQ(complaint(R"({"subject": "s", "version": "1", "findings": [], "finding": []})"),
            "The list of expected findings list.json: it has a member \"finding\"; known are subject, "
            "version, findings.");
  EXPECT_TRUE(complaint("{").starts_with("The list of expected findings list.json: it is not JSON"));
  EXPECT_THROW(read_expected("/no/such/list.json"), std::invalid_argument);
}

TEST(Expected, globs) {
  EXPECT_TRUE(matches_glob("abc", "abc"));
  EXPECT_TRUE(matches_glob("abc", "a*"));
  EXPECT_TRUE(matches_glob("abc", "*c"));
  EXPECT_TRUE(matches_glob("a[1]b", "a[1]?"));
  EXPECT_TRUE(matches_glob("aXbXc", "a*X*c"));
  EXPECT_TRUE(matches_glob("", "*"));
  EXPECT_FALSE(matches_glob("abc", "ab"));
  EXPECT_FALSE(matches_glob("abc", "?"));
  EXPECT_FALSE(matches_glob("", "?"));
  EXPECT_FALSE(matches_glob(std::string(5000, 'a'), std::string(2000, '*') + "b")) << "and in no time";
}

}  // namespace
}  // namespace gumbelcheck::report
