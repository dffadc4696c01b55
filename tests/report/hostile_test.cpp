// Whatever a subject writes, and whatever a verdict.json from elsewhere holds, is shown as text in every format, and cut
// where it is long with its full length.

#include <gtest/gtest.h>

#include <functional>
#include <pugixml.hpp>

#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/ctest.hpp"
#include "gumbelcheck/report/html.hpp"
#include "gumbelcheck/report/junit.hpp"
#include "gumbelcheck/report/markdown.hpp"
#include "gumbelcheck/report/text.hpp"
#include "report/exhibits.hpp"
#include "report/page.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

constexpr std::size_t kMillion = 1000000;

claim::RunRecord hostile_everywhere() {
  const std::string text = hostile_text() + std::string(kMillion, 'x');
  claim::RunRecord record = with_exhibits(hostile_record());
  record.program_version = record.started = text;
  record.description.version = record.description.device = text;
  record.tolerances = {{.dtype = text, .what = text, .rule = text}};
  for (claim::ClaimResult& result : record.claims) {
    claim::Sheet& sheet = result.sheet;
    sheet.id = sheet.id + text;
    sheet.statement = sheet.pivot = sheet.test = sheet.power = sheet.proof = sheet.source = text;
    for (claim::CheckResult& check : result.checks) {
      check.tried.label = check.held_to = check.cut_short = check.last_stderr = check.replay_token = text;
      if (check.verdict != claim::Verdict::upheld) check.finding = text;
      if (check.evidence) check.evidence->leading = check.evidence->effect_table = text;
      if (check.exact) check.exact->bound = check.exact->witness = check.exact->where = text;
      check.reruns = {
          {.what = text, .verdict = claim::Verdict::refuted, .finding = text, .draws = 5, .replay_token = text}};
      for (claim::Exhibit& exhibit : check.exhibits) exhibit.title = text;
    }
  }
  return record;
}

struct Format {
  const char* name;
  std::function<std::string(const claim::RunRecord&)> render;
  std::function<void(const std::string&)> holds;  // what more this format must keep to
};

std::vector<Format> formats() {
  const auto xml = [](const std::string& text) {
    pugi::xml_document document;
    EXPECT_TRUE(document.load_string(text.c_str()));
    EXPECT_EQ(text.find("<script"), std::string::npos);
  };
  return {{"html", [](const auto& record) { return html(record); },
           [](const auto& text) { EXPECT_EQ(first_flaw(text), ""); }},
          {"markdown", [](const auto& record) { return markdown(record); }, [](const auto&) {}},
          {"junit", [](const auto& record) { return junit_xml(record); }, xml},
          {"ctest", [](const auto& record) { return ctest_measurements(record); },
           [&](const auto& text) { xml("<all>" + text + "</all>"); }},
          {"text", [](const auto& record) { return console_table(record, {.all = true}); }, [](const auto&) {}}};
}

TEST(Hostile, text_is_shown_as_text_in_every_format_and_cut_where_it_is_long) {
  const claim::RunRecord record = hostile_everywhere();
  for (const Format& format : formats()) {
    const std::string text = format.render(record);
    SCOPED_TRACE(format.name);
    format.holds(text);
    EXPECT_EQ(valid_utf8(text), text);
    for (const char c : text) {
      ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') << static_cast<int>(c);
    }
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << "nothing turns the direction of the text";
    EXPECT_NE(text.find("caf\xc3\xa9"), std::string::npos) << "what is only foreign is shown";
    EXPECT_NE(text.find("bytes in all)"), std::string::npos);
    EXPECT_LT(text.size(), 300000U);
  }
}

// The test sees what it is for: the same texts, unescaped.
TEST(Hostile, raw_text_would_be_seen) {
  EXPECT_NE(first_flaw("<!DOCTYPE html>\n<html lang=\"en\"><body>" + hostile_text() + "</body></html>"), "");
  EXPECT_NE(valid_utf8(hostile_text()), hostile_text());
}

}  // namespace
}  // namespace gumbelcheck::report
