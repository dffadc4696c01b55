// JUnit XML: well-formed, counted right, one testcase a claim, and never green where the run is not.

#include "gumbelcheck/report/junit.hpp"

#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "gumbelcheck/report/text.hpp"
#include "report/golden.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

pugi::xml_document parsed(const std::string& text) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(text.data(), text.size(), pugi::parse_full);
  EXPECT_TRUE(result) << result.description() << " at byte " << result.offset;
  return document;
}

pugi::xml_node testcase(const pugi::xml_document& document, const std::string& name) {
  const pugi::xml_node found = document.find_node([&](const pugi::xml_node& node) {
    return std::string_view(node.name()) == "testcase" && node.attribute("name").value() == name;
  });
  EXPECT_TRUE(found) << name;
  return found;
}

TEST(JUnitGolden, a_small_run) { expect_golden("small.xml", junit_xml(small_record())); }

TEST(JUnit, every_verdict_has_its_element) {
  const pugi::xml_document document = parsed(junit_xml(small_record()));
  EXPECT_TRUE(testcase(document, "gumbel-max/law").child("system-out"));
  EXPECT_TRUE(testcase(document, "concrete/law").child("failure"));
  EXPECT_TRUE(testcase(document, "softmax/value").child("error"));
  EXPECT_TRUE(testcase(document, "edge/refusal").child("error"));
  EXPECT_TRUE(testcase(document, "stream/frozen").child("skipped"));
  const std::string failure = testcase(document, "concrete/law").child("failure").text().get();
  EXPECT_NE(failure.find("replay: gumbelcheck replay gc1.000002.refuted"), std::string::npos);
  EXPECT_NE(failure.find("What concrete/law says."), std::string::npos);
  const std::string error = testcase(document, "edge/refusal").child("error").text().get();
  EXPECT_NE(error.find("Traceback:\n  the last words"), std::string::npos);
}

TEST(JUnit, the_numbers_are_those_of_the_testcases) {
  const pugi::xml_document document = parsed(junit_xml(small_record()));
  const pugi::xml_node root = document.child("testsuites");
  EXPECT_EQ(root.attribute("tests").as_int(), 5);
  EXPECT_EQ(root.attribute("failures").as_int(), 1);
  EXPECT_EQ(root.attribute("errors").as_int(), 2);
  EXPECT_EQ(root.attribute("skipped").as_int(), 1);
  int tests = 0;
  for (const pugi::xml_node suite : root.children("testsuite")) {
    const auto cases = suite.children("testcase");
    EXPECT_EQ(suite.attribute("tests").as_int(), std::distance(cases.begin(), cases.end()));
    tests += suite.attribute("tests").as_int();
  }
  EXPECT_EQ(tests, 5);
}

TEST(JUnit, a_run_in_which_nothing_was_upheld_is_not_green) {
  claim::RunRecord record = small_record();
  record.claims = {record.claims[3]};  // unsupported only
  const pugi::xml_document document = parsed(junit_xml(record));
  EXPECT_TRUE(testcase(document, "run/upheld").child("error"));
  EXPECT_EQ(document.child("testsuites").attribute("errors").as_int(), 1);
  record.claims.clear();
  EXPECT_EQ(parsed(junit_xml(record)).child("testsuites").attribute("errors").as_int(), 1);
}

TEST(JUnit, hostile_text_is_shown_as_text) {
  const std::string xml = junit_xml(hostile_record());
  const pugi::xml_document document = parsed(xml);
  EXPECT_EQ(xml.find("<script>"), std::string::npos);
  for (const char c : xml) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
  EXPECT_EQ(valid_utf8(xml), xml);
  const pugi::xml_node failure = testcase(document, "concrete/law").child("failure");
  const std::string message = failure.attribute("message").value();
  EXPECT_TRUE(message.starts_with("<script>alert(\"1\")</script> & 'quoted'")) << message;
  EXPECT_NE(message.find("\\x1b[2J\\x07"), std::string::npos);
  EXPECT_NE(message.find("\\u{202e}"), std::string::npos);
  EXPECT_TRUE(message.ends_with("... (" + grouped(hostile_text().size() + 100000) + " bytes in all)")) << message;
  EXPECT_LE(message.size(), 1100U);
}

TEST(JUnit, an_expected_refutation_is_skipped_and_says_why) {
  const claim::RunRecord record = small_record();
  const ExpectedOutcome outcome =
      compare(record, {.subject = "sampler", .version = "2.5", .findings = {{"concrete/law", "*", "known"}}});
  const pugi::xml_document document = parsed(junit_xml(record, &outcome));
  const pugi::xml_node skipped = testcase(document, "concrete/law").child("skipped");
  ASSERT_TRUE(skipped);
  EXPECT_TRUE(std::string_view(skipped.attribute("message").value()).starts_with("refuted, as the list"));
  EXPECT_EQ(document.child("testsuites").attribute("failures").as_int(), 0);
  EXPECT_EQ(document.child("testsuites").attribute("errors").as_int(), 2) << "the others still count";
}

TEST(JUnit, one_unexpected_refutation_among_expected_ones_is_a_failure) {
  claim::RunRecord record = small_record();
  record.claims[1].checks.push_back(refuted_check("concrete/law", "new case"));
  const ExpectedOutcome outcome =
      compare(record, {.subject = "sampler", .version = "2.5", .findings = {{"concrete/law", "3 classes*", "known"}}});
  EXPECT_TRUE(testcase(parsed(junit_xml(record, &outcome)), "concrete/law").child("failure"));
}

TEST(JUnit, an_unexpected_pass_is_a_failure) {
  const claim::RunRecord record = small_record();
  const ExpectedOutcome outcome =
      compare(record, {.subject = "sampler",
                       .version = "2.5",
                       .findings = {{"concrete/law", "*", "known"}, {"gumbel-max/law", "3 classes*", "was known"}}});
  const pugi::xml_node failure =
      testcase(parsed(junit_xml(record, &outcome)), "expected/gumbel-max/law").child("failure");
  EXPECT_STREQ(failure.attribute("message").value(), "unexpected pass: gumbel-max/law, 3 classes*");
}

}  // namespace
}  // namespace gumbelcheck::report
