// verdict.json against its schema, its promises, and hostile text.

#include "gumbelcheck/report/verdict_json.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "report/golden.hpp"
#include "report/record.hpp"
#include "report/schema.hpp"

namespace gumbelcheck::report {
namespace {

using nlohmann::json;

TEST(VerdictJsonGolden, a_small_run) { expect_golden("small.json", verdict_json(small_record())); }

TEST(VerdictJson, numbers_that_json_cannot_say_are_words) {
  const json document = json::parse(verdict_json(small_record()));
  EXPECT_EQ(document["schema"], "gumbelcheck-verdict/1");
  EXPECT_EQ(document["claims"][0]["checks"][0]["case"]["logits"], (json{0.0, 1.5, "-inf"}));
  EXPECT_EQ(document["claims"][1]["checks"][0]["evidence"]["log_e"], "inf");
  EXPECT_EQ(document["claims"][1]["checks"][0]["evidence"]["pearson"], nullptr);
  EXPECT_EQ(document["claims"][2]["checks"][0]["exact"]["worst"], "nan");
  EXPECT_EQ(document["verdict"], "refuted");
  EXPECT_EQ(document["exit_status"], 1);
  EXPECT_EQ(document["expected"], nullptr);
}

TEST(VerdictJson, a_vocabulary_of_logits_is_left_out) {
  claim::RunRecord record = small_record();
  record.claims[0].checks[0].tried.logits.assign(1024, 0);
  record.claims[1].checks[0].tried.logits.assign(1025, 0);
  const json document = json::parse(verdict_json(record));
  EXPECT_EQ(document["claims"][0]["checks"][0]["case"]["logits"].size(), 1024u);
  EXPECT_EQ(document["claims"][1]["checks"][0]["case"]["logits"], nullptr);
}

// "timing", "seconds" and "stderr" taken out, wherever they are.
json without_times(json value) {
  if (value.is_object()) {
    for (const char* name : {"timing", "seconds", "stderr"}) value.erase(name);
  }
  if (value.is_structured()) {
    for (json& member : value) member = without_times(member);
  }
  return value;
}

TEST(VerdictJson, runs_that_differ_in_times_and_threads_differ_in_nothing_else) {
  claim::RunRecord other = small_record();
  other.started = "2030-01-01T00:00:00Z";
  other.seconds = 99;
  other.threads = 16;
  for (claim::ClaimResult& result : other.claims) {
    for (claim::CheckResult& check : result.checks) check.seconds += 1;
  }
  EXPECT_NE(verdict_json(small_record()), verdict_json(other));
  EXPECT_EQ(without_times(json::parse(verdict_json(small_record()))), without_times(json::parse(verdict_json(other))));
}

TEST(VerdictJson, hostile_text_stays_text) {
  const json document = json::parse(verdict_json(hostile_record()));  // throws for ill-formed UTF-8
  const std::string name = document["subject"]["name"];
  EXPECT_TRUE(name.starts_with("<script>alert(\"1\")</script>"));
  EXPECT_NE(name.find("\x1b[2J"), std::string::npos) << "JSON holds a control character, escaped";
  EXPECT_NE(name.find("\xef\xbf\xbd"), std::string::npos);
}

TEST(VerdictJson, the_outcome_against_a_list_is_in_it) {
  const claim::RunRecord record = small_record();
  const ExpectedOutcome outcome =
      compare(record, {.subject = "sampler",
                       .version = "2.5",
                       .findings = {{"concrete/law", "3 classes*", "known"}, {"gumbel-max/law", "*", "was known"}}});
  const json document = json::parse(verdict_json(record, &outcome));
  EXPECT_EQ(document["expected"]["met"],
            (json{{{"claim", "concrete/law"}, {"case", "3 classes*"}, {"why", "known"}, {"checks", 1}}}));
  EXPECT_EQ(document["expected"]["unmet"], (json{{{"claim", "gumbel-max/law"}, {"case", "*"}, {"why", "was known"}}}));
  EXPECT_EQ(document["expected"]["unexpected"], json::array());
  EXPECT_EQ(document["verdict"], "refuted");
  EXPECT_EQ(document["exit_status"], 1) << "an unexpected pass";
}

// ---- the schema

TEST(VerdictJson, it_follows_its_schema) {
  const claim::RunRecord record = small_record();
  EXPECT_EQ(first_violation(verdict_json(record)), "");
  EXPECT_EQ(first_violation(verdict_json(hostile_record())), "");
  EXPECT_EQ(first_violation(verdict_json(claim::RunRecord{})), "") << "a program that never described itself";
  const ExpectedOutcome outcome =
      compare(record, {.subject = "sampler", .version = "2.5", .findings = {{"concrete/law", "no such", "x"}}});
  EXPECT_EQ(first_violation(verdict_json(record, &outcome)), "");
}

TEST(VerdictJson, what_is_impossible_is_said_where_it_is) {
  claim::RunRecord record = small_record();
  EXPECT_EQ(verdict_json(record).find("\"impossible\""), std::string::npos);
  record.claims[1].checks[0].impossible = true;
  const auto document = nlohmann::json::parse(verdict_json(record));
  EXPECT_EQ(document["claims"][1]["checks"][0]["impossible"], true);
  EXPECT_EQ(first_violation(document.dump()), "");
}

TEST(VerdictJson, the_schema_is_not_one_that_everything_follows) {
  const auto altered = [](const std::string& pointer, const json& value) {
    json document = json::parse(verdict_json(small_record()));
    document[json::json_pointer(pointer)] = value;
    return first_violation(document.dump());
  };
  EXPECT_NE(altered("/schema", "gumbelcheck-verdict/2"), "");
  EXPECT_NE(altered("/verdict", "fine"), "");
  EXPECT_NE(altered("/exit_status", 4), "");
  EXPECT_NE(altered("/claims/1/checks/0/evidence/log_e", nullptr), "");
  EXPECT_NE(altered("/claims/1/checks/0/evidence/log_e", "Infinity"), "");
  EXPECT_NE(altered("/claims/0/checks/0/mood", "fine"), "") << "a member that the schema does not know";
  EXPECT_NE(altered("/timing", json::object()), "");
}

TEST(VerdictJson, another_validator_agrees) {
  if (std::system(GUMBELCHECK_PYTHON " -c 'import jsonschema' 2>/dev/null") != 0) {
    GTEST_SKIP() << "Python's jsonschema is missing (Debian: python3-jsonschema)";
  }
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("gumbelcheck_verdict_" + std::to_string(::getpid()) + ".json");
  const auto status = [&](const std::string& text) {
    std::ofstream(file) << text;
    const std::string program =
        "import json, jsonschema, sys; s = json.load(open(sys.argv[1])); "
        "jsonschema.Draft202012Validator.check_schema(s); "
        "sys.exit(0 if jsonschema.Draft202012Validator(s).is_valid(json.load(open(sys.argv[2]))) else 1)";
    return std::system((GUMBELCHECK_PYTHON " -c '" + program +
                        "' " GUMBELCHECK_SOURCE_DIR "/docs/verdict.schema.json " + file.string())
                           .c_str());
  };
  EXPECT_EQ(status(verdict_json(small_record())), 0);
  EXPECT_EQ(status(verdict_json(hostile_record())), 0);
  json wrong = json::parse(verdict_json(small_record()));
  wrong["claims"][1]["checks"][0]["evidence"]["log_e"] = "infinite";
  EXPECT_NE(status(wrong.dump()), 0);
  std::filesystem::remove(file);
}

TEST(VerdictJson, the_page_for_people_names_every_member) {
  std::ifstream stream(GUMBELCHECK_SOURCE_DIR "/docs/verdict.md");
  const std::string page{std::istreambuf_iterator<char>(stream), {}};
  ASSERT_FALSE(page.empty());
  const std::function<void(const json&)> look = [&](const json& rule) {
    if (rule.is_object() && rule.contains("properties")) {
      for (const auto& [name, unused] : rule["properties"].items()) {
        EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name;
      }
    }
    if (rule.is_structured()) {
      for (const json& member : rule) look(member);
    }
  };
  look(schema());
}

}  // namespace
}  // namespace gumbelcheck::report
