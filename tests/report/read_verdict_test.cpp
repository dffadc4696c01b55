// verdict.json is the only source: what is read from it renders as what was written.

#include "gumbelcheck/report/read_verdict.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/junit.hpp"
#include "gumbelcheck/report/markdown.hpp"
#include "gumbelcheck/report/verdict_json.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

using nlohmann::ordered_json;

claim::RunRecord with_exhibits() {
  claim::RunRecord record = small_record();
  for (claim::ClaimResult& result : record.claims) {
    for (claim::CheckResult& check : result.checks) {
      check.exhibits.push_back(
          {.kind = "cells", .title = "classes <b>", .columns = {{"expected", {.25, .75}}, {"counted", {3, 5}}}});
      check.exhibits.push_back(
          {.kind = "looks", .title = "", .columns = {{"draws", {16, 32}}, {"log_e", {-1.25, HUGE_VAL}}}});
    }
  }
  return record;
}

TEST(ReadVerdict, WhatIsReadIsWrittenAgainAsItWas) {
  const claim::RunRecord record = with_exhibits();
  const std::string json = verdict_json(record);
  const ReadVerdict read = read_verdict(json, "a file");
  EXPECT_FALSE(read.expected);
  EXPECT_EQ(verdict_json(read.record), json);
  // And every other format is what it would have been without the file.
  EXPECT_EQ(markdown(read.record), markdown(record));
  EXPECT_EQ(junit_xml(read.record), junit_xml(record));
  EXPECT_EQ(console_table(read.record, {.all = true}), console_table(record, {.all = true}));
}

TEST(ReadVerdict, AListOfExpectedFindingsIsReadToo) {
  const claim::RunRecord record = with_exhibits();
  ExpectedOutcome outcome;
  outcome.met.push_back({.finding = {.claim = "a/b", .label = "*", .why = "known"}, .checks = 2});
  outcome.unmet.push_back({.claim = "c/d", .label = "x", .why = "gone"});
  outcome.unexpected.push_back(&record.claims[1].checks[0]);
  const std::string json = verdict_json(record, &outcome);
  const ReadVerdict read = read_verdict(json, "a file");
  ASSERT_TRUE(read.expected);
  EXPECT_EQ(verdict_json(read.record, &*read.expected), json);
  EXPECT_EQ(markdown(read.record, &*read.expected), markdown(record, &outcome));
  EXPECT_EQ(read.expected->unexpected.at(0), &read.record.claims[1].checks[0]);
}

TEST(ReadVerdict, MembersThatAnOlderProgramDidNotWriteAreEmpty) {
  ordered_json document = ordered_json::parse(verdict_json(small_record()));
  document.erase("tolerances");
  document.erase("expected");
  document["claims"][0].erase("implied_by");
  document["a member of a newer program"] = 1;
  for (ordered_json& claim : document["claims"]) {
    for (ordered_json& check : claim["checks"]) {
      for (const char* member : {"held_to", "exhibits", "smaller", "reruns", "cut_short"}) check.erase(member);
      if (check["evidence"].is_object()) {
        for (const char* member : {"splitting_tree", "kolmogorov_smirnov", "valiant_valiant", "estimates"})
          check["evidence"].erase(member);
      }
    }
  }
  const ReadVerdict read = read_verdict(document.dump(), "a file");
  EXPECT_EQ(read.record.claims.size(), small_record().claims.size());
  EXPECT_TRUE(read.record.tolerances.empty());
  EXPECT_NE(markdown(read.record).find(read.record.claims[0].sheet.id), std::string::npos);
}

void expect_refused(const std::string& json, std::string_view why) {
  try {
    read_verdict(json, "some/file.json");
    ADD_FAILURE() << "read: " << json.substr(0, 200);
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    EXPECT_TRUE(std::string(error.what()).starts_with("'some/file.json' ")) << error.what();
  }
}

TEST(ReadVerdict, WhatIsNoVerdictIsASentence) {
  const std::string json = verdict_json(with_exhibits());
  expect_refused("", "not a JSON object");
  expect_refused("[1]", "not a JSON object");
  expect_refused(json.substr(0, json.size() / 2), "not a JSON object");
  expect_refused("{}", "'schema' is missing");
  const auto altered = [&](const char* pointer, const ordered_json& value) {
    ordered_json document = ordered_json::parse(json);
    document[ordered_json::json_pointer(pointer)] = value;
    return document.dump();
  };
  expect_refused(altered("/schema", "gumbelcheck-verdict/2"), "gumbelcheck-verdict/1, the only one");
  expect_refused(altered("/seed", "x"), "cannot be read as a verdict.json");
  expect_refused(altered("/claims/0/verdict", "fine"), "verdict \"fine\", which is none");
  expect_refused(altered("/claims/0/checks/0/case/dtype", "int8"), "dtype 'int8'");
  expect_refused(altered("/budget/miss_rate", "much"), "where a number belongs");
  expect_refused(altered("/claims/1/checks/0/exhibits/0/columns/counted", ordered_json::array({1})), "of one length");
  ordered_json missing = ordered_json::parse(json);
  missing["claims"][0]["checks"][0].erase("finding");
  expect_refused(missing.dump(), "finding");
}

}  // namespace
}  // namespace gumbelcheck::report
