// What a subject is held to comes before any verdict, in every report.

#include "gumbelcheck/report/tolerances.hpp"

#include <gtest/gtest.h>

#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/junit.hpp"
#include "gumbelcheck/report/markdown.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

claim::RunRecord held_record() {
  claim::RunRecord record = small_record();
  record.tolerances = {{"float32", "classes drawn", "softmax | itself"},
                       {"float64", "classes drawn", "softmax | itself"},
                       {"bfloat16", "classes drawn", "within a margin of 0.25"}};
  for (claim::ClaimResult& claim : record.claims) {
    for (claim::CheckResult& check : claim.checks) check.held_to = "classes drawn: softmax itself";
  }
  return record;
}

TEST(Tolerances, ComeBeforeEveryVerdict) {
  const claim::RunRecord record = held_record();
  const std::string console = console_table(record);
  EXPECT_NE(console.find("  float32, float64\n    classes drawn: softmax | itself\n"), std::string::npos) << console;
  EXPECT_LT(console.find("margin of 0.25"), console.find("verdict  "));
  const std::string page = markdown(record);
  EXPECT_LT(page.find("margin of 0.25"), page.find("## Claims"));
  EXPECT_EQ(page.find("softmax | itself"), std::string::npos) << "a bar would break the table";
  const std::string xml = junit_xml(record);
  EXPECT_NE(xml.find(R"(<property name="held_to, bfloat16, classes drawn" value="within a margin of 0.25" />)"),
            std::string::npos)
      << xml;
}

TEST(Tolerances, StandBesideEveryFinding) {
  EXPECT_NE(console_table(held_record()).find("    held to classes drawn: softmax itself\n"), std::string::npos);
  claim::CheckResult check = upheld_check();
  check.held_to = "classes drawn: softmax itself";
  EXPECT_NE(console_check(check, {}).find("  held to           classes drawn: softmax itself\n"), std::string::npos);
}

TEST(Tolerances, AreCutToLinesUnlessAllIsAsked) {
  const std::vector<claim::Tolerance> rows = {
      {"float32", "gradients", std::string(30, 'x') + " " + std::string(60, 'y')}};
  const std::string cut = console_tolerances(rows, 70, false);
  EXPECT_NE(cut.find("..."), std::string::npos);
  EXPECT_EQ(cut.find("yyy\n"), std::string::npos);
  EXPECT_NE(console_tolerances(rows, 70, true).find(std::string(60, 'y') + "\n"), std::string::npos);
  EXPECT_EQ(console_tolerances({}, 70, true), "");
}

}  // namespace
}  // namespace gumbelcheck::report
