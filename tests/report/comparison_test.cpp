// Runs side by side: what moved is said, what else differs is said first, and the exit status is that of what became worse.

#include "gumbelcheck/report/comparison.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "gumbelcheck/report/text.hpp"
#include "report/exhibits.hpp"
#include "report/page.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

using claim::RunRecord;
using claim::Verdict;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string all_of(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += sentence + "\n";
  return text;
}

// A run of one version with one claim, upheld in one case.
RunRecord version(const std::string& name, Verdict verdict = Verdict::upheld) {
  RunRecord record = small_record();
  record.description.version = name;
  record.started = "night of " + name;
  record.claims = {claim_result("gumbel-max/law", verdict, {upheld_check()})};
  record.claims[0].checks[0].verdict = verdict;
  return record;
}

Comparison of(const std::vector<RunRecord>& records) {
  std::vector<ComparedRun> runs;
  for (const RunRecord& record : records) runs.push_back({.file = record.started + ".json", .record = &record});
  return compared(runs);
}

void set_effect(RunRecord& record, double low, double effect, double high) {
  statistic::Evidence& evidence = *record.claims[0].checks[0].evidence;
  evidence.effect_low = low;
  evidence.effect = effect;
  evidence.effect_high = high;
}

std::vector<std::pair<const char*, std::string>> every_format(const Comparison& comparison) {
  return {{"text", console_comparison(comparison, {.all = true})},
          {"markdown", markdown_comparison(comparison)},
          {"html", html_comparison(comparison)},
          {"json", comparison_json(comparison)}};
}

TEST(Comparison, the_exit_status_is_that_of_what_became_worse) {
  using enum Verdict;
  const std::vector<Verdict> all = {upheld, unsupported, inconclusive, broken, refuted};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      const std::vector<RunRecord> runs = {version("1", all[i]), version("2", all[j])};
      const int expected = j <= i ? 0 : all[j] == refuted ? 1 : 3;
      EXPECT_EQ(of(runs).exit_status(), expected) << claim::name(all[i]) << " to " << claim::name(all[j]);
      EXPECT_EQ(has(comparison_sentence(of(runs)), "nothing is worse"), expected == 0);
    }
  }
}

TEST(Comparison, the_last_step_decides_and_every_step_is_told) {
  const std::vector<RunRecord> mended = {version("1"), version("2", Verdict::refuted), version("3")};
  EXPECT_EQ(of(mended).exit_status(), 0);
  const std::string told = all_of(moves(of(mended)));
  EXPECT_TRUE(has(told, "1 to 2: gumbel-max/law, refuted in place of upheld.")) << told;
  EXPECT_TRUE(has(told, "2 to 3: gumbel-max/law, upheld in place of refuted.")) << told;
  EXPECT_LT(told.find("2 to 3"), told.find("1 to 2")) << "the newest first";
  const std::vector<RunRecord> known = {version("1"), version("2", Verdict::refuted), version("3", Verdict::refuted)};
  EXPECT_EQ(of(known).exit_status(), 0) << "refuted before";
}

TEST(Comparison, a_case_that_moves_to_refuted_counts_where_its_claim_was_refuted_already) {
  RunRecord before = version("1", Verdict::refuted);
  before.claims[0].checks = {refuted_check("gumbel-max/law", "a"), upheld_check()};
  RunRecord after = before;
  after.description.version = "2";
  after.claims[0].checks[1].verdict = Verdict::refuted;
  const std::vector<RunRecord> runs = {before, after};
  EXPECT_EQ(of(runs).exit_status(), 1);
  EXPECT_TRUE(has(comparison_sentence(of(runs)), "refuted on more cases: gumbel-max/law"));
  EXPECT_TRUE(has(all_of(moves(of(runs))), "gumbel-max/law (3 classes, float32), refuted in place of upheld."));
  const std::vector<RunRecord> reversed = {after, before};
  std::vector<ComparedRun> back = {{.file = "a", .record = &reversed[0]}, {.file = "b", .record = &reversed[1]}};
  EXPECT_EQ(compared(back).exit_status(), 0);
}

TEST(Comparison, what_one_file_alone_has_is_shown_as_such) {
  RunRecord before = version("1"), after = version("2");
  before.claims.push_back(claim_result("gumbel/law", Verdict::upheld, {upheld_check()}));
  after.claims.push_back(claim_result("concrete/law", Verdict::refuted, {refuted_check("concrete/law", "a")}));
  const std::vector<RunRecord> runs = {before, after};
  const Comparison comparison = of(runs);
  EXPECT_EQ(comparison.exit_status(), 1) << "new and refuted";
  const std::string told = all_of(moves(comparison));
  EXPECT_TRUE(has(told, "gumbel/law, not in file in place of upheld.")) << told;
  EXPECT_TRUE(has(told, "concrete/law, refuted in place of not in file.")) << told;
  for (const auto& [format, text] : every_format(comparison)) {
    EXPECT_TRUE(has(text, std::string_view(format) == "json" ? "null" : "not in file")) << format;
  }
  after.claims.pop_back();
  const std::vector<RunRecord> fewer = {before, after};
  EXPECT_EQ(of(fewer).exit_status(), 3) << "what was upheld is not known any more";
}

TEST(Comparison, an_effect_moves_where_intervals_have_nothing_in_common) {
  std::vector<RunRecord> runs = {version("1"), version("2")};
  set_effect(runs[0], .001, .002, .003);
  set_effect(runs[1], .003, .004, .005);
  EXPECT_FALSE(of(runs).claims[0].effect_moved) << "they touch";
  EXPECT_EQ(all_of(moves(of(runs))), "");
  set_effect(runs[1], .0031, .004, .005);
  EXPECT_TRUE(of(runs).claims[0].effect_moved);
  EXPECT_EQ(of(runs).exit_status(), 0) << "both are upheld";
  EXPECT_TRUE(has(all_of(moves(of(runs))), "the effect grew: 0.004 [0.0031, 0.005] after 0.002 [0.001, 0.003]."));
  std::swap(runs[0].claims, runs[1].claims);
  EXPECT_TRUE(has(all_of(moves(of(runs))), "the effect shrank"));
  set_effect(runs[1], NAN, NAN, NAN);
  EXPECT_FALSE(of(runs).claims[0].effect_moved);
}

TEST(Comparison, of_several_cases_the_one_that_moved_farthest_is_shown) {
  std::vector<RunRecord> runs = {version("1"), version("2")};
  for (RunRecord& run : runs) {
    claim::CheckResult other = upheld_check();
    other.tried.label = "another";
    other.evidence->effect_high = .9;  // bounds least
    run.claims[0].checks.push_back(other);
  }
  EXPECT_EQ(of(runs).claims[0].shown->label, "another");
  set_effect(runs[0], .001, .002, .003);
  set_effect(runs[1], .004, .005, .006);
  EXPECT_EQ(of(runs).claims[0].shown->label, "3 classes, float32");
}

TEST(Comparison, speeds_are_those_of_claims_that_drew_in_both) {
  std::vector<RunRecord> runs = {version("1"), version("2")};
  // Twice as fast; and a claim that one run alone has, which must not count.
  runs[1].claims[0].checks[0].draws = 500000;
  runs[1].claims.push_back(claim_result("gumbel/law", Verdict::upheld, {upheld_check()}));
  runs[1].claims[1].checks[0].seconds = 1000;
  EXPECT_DOUBLE_EQ(of(runs).speed[0], 2);
  EXPECT_TRUE(has(html_comparison(of(runs)), "x 2<"));
  // Each claim at half its speed is half the speed, however the draws fell.
  for (RunRecord& run : runs) run.claims = {version("1").claims[0], version("1").claims[0]};
  runs[0].claims[1].sheet.id = runs[1].claims[1].sheet.id = "gumbel/law";
  for (claim::ClaimResult& result : runs[1].claims) result.checks[0].seconds *= 2;
  runs[1].claims[1].checks[0].draws *= 100;
  runs[1].claims[1].checks[0].seconds *= 100;
  EXPECT_NEAR(of(runs).speed[0], .5, 1e-12);
  runs[1].claims[0].checks[0].seconds = runs[1].claims[1].checks[0].seconds = 0;
  EXPECT_EQ(of(runs).speed[0], 0) << "not known";
  EXPECT_TRUE(nlohmann::json::parse(comparison_json(of(runs)))["speed"][0].is_null());
}

TEST(Comparison, what_else_differs_is_said_before_any_verdict) {
  const std::vector<std::pair<const char*, std::function<void(RunRecord&)>>> changes = {
      {"Subject: ", [](RunRecord& r) { r.description.name = "another"; }},
      {"Device: cpu in 1, cuda in 2", [](RunRecord& r) { r.description.device = "cuda"; }},
      {"Asked as: ", [](RunRecord& r) { r.subject = "-- other.py"; }},
      {"Version of gumbelcheck: ", [](RunRecord& r) { r.program_version = "9"; }},
      {"chance: 7 in 1, 8 in 2", [](RunRecord& r) { r.seed = 8; }},
      {"False-alarm rate: 1e-9 in 1, 0.1 in 2", [](RunRecord& r) { r.budget.false_alarm_rate = .1; }},
      {"Miss rate: ", [](RunRecord& r) { r.budget.miss_rate = .01; }},
      {"Checks that share", [](RunRecord& r) { r.budget.checks = 60; }},
      {"Threads", [](RunRecord& r) { r.threads = 3; }},
      {"Held to something else: float16 classes",
       [](RunRecord& r) {
         r.tolerances = {{"float16", "classes", "within 1/32"}};
       }},
      {"say or test something else: gumbel-max/law", [](RunRecord& r) { r.claims[0].sheet.test = "another test"; }},
      {"Other draws planned in 1 case", [](RunRecord& r) { r.claims[0].checks[0].tried.draws = 5; }},
      {"Another effect declared in 1 case", [](RunRecord& r) { r.claims[0].checks[0].tried.effect = .5; }},
      {"Another temperature in 1 case", [](RunRecord& r) { r.claims[0].checks[0].tried.temperature = .5; }},
      {"Other logits in 1 case", [](RunRecord& r) { r.claims[0].checks[0].tried.logits[0] = .5; }}};
  for (const auto& [words, change] : changes) {
    std::vector<RunRecord> runs = {version("1"), version("2")};
    EXPECT_TRUE(of(runs).unlike.empty()) << all_of(of(runs).unlike);
    change(runs[1]);
    Comparison comparison = of(runs);
    ASSERT_FALSE(comparison.unlike.empty()) << words;
    if (comparison.runs[0].name == "1") {
      EXPECT_EQ(comparison.unlike.size(), 1U);
      EXPECT_TRUE(has(comparison.unlike[0], words)) << comparison.unlike[0];
    } else {
      EXPECT_TRUE(has(all_of(comparison.unlike), words)) << all_of(comparison.unlike);
    }
    for (const auto& [format, text] : every_format(comparison)) {
      const std::size_t at = text.find(std::string(words).substr(0, 6));
      ASSERT_NE(at, std::string::npos) << format << ": " << words;
      // Nothing before it but the verdict in a sentence.
      const std::string before = text.substr(0, at);
      for (const char* table : {"<table", "| --- |", "verdict  subject", "\"claims\""})
        EXPECT_FALSE(has(before, table));
    }
  }
}

TEST(Comparison, a_run_beside_itself_is_called_that) {
  const std::vector<RunRecord> runs = {small_record(), small_record()};
  EXPECT_TRUE(has(all_of(of(runs).unlike), "run 1 and run 2 are records of the same run."));
  EXPECT_EQ(of(runs).exit_status(), 0);
}

TEST(Comparison, runs_have_names_that_no_two_share) {
  std::vector<RunRecord> runs = {version("1"), version("2")};
  EXPECT_EQ(of(runs).runs[1].name, "2");
  runs[1].description = {.name = "another", .version = "1"};
  EXPECT_EQ(of(runs).runs[1].name, "another 1");
  runs[1].description = runs[0].description;
  EXPECT_EQ(of(runs).runs[1].name, "run 2");
  runs[0].description.version = std::string(100, 'x') + "1";
  runs[1].description.version = std::string(100, 'x') + "2";
  EXPECT_EQ(of(runs).runs[1].name, "run 2") << "equal once they are cut";
}

TEST(Comparison, two_to_twelve_runs_stand_side_by_side) {
  EXPECT_THROW(of({version("1")}), std::invalid_argument);
  std::vector<RunRecord> runs;
  for (int i = 0; i < 12; ++i) runs.push_back(version(std::to_string(i)));
  EXPECT_EQ(first_flaw(html_comparison(of(runs))), "");
  runs.push_back(version("12"));
  EXPECT_THROW(of(runs), std::invalid_argument);
}

TEST(Comparison, every_page_is_whole) {
  RunRecord empty;
  const std::vector<std::vector<RunRecord>> sets = {{version("1"), version("2", Verdict::refuted)},
                                                    {small_record(), with_exhibits(), many_claims(3)},
                                                    {many_claims(1000), many_claims(1000)},
                                                    {empty, empty}};
  for (const std::vector<RunRecord>& runs : sets) {
    EXPECT_EQ(first_flaw(html_comparison(of(runs))), "");
    EXPECT_EQ(nlohmann::json::parse(comparison_json(of(runs)))["schema"], kComparisonSchema);
  }
}

TEST(Comparison, hostile_text_is_text_in_every_format_and_cut_where_it_is_long) {
  const std::string text = "caf\xc3\xa9 " + hostile_text() + std::string(1000000, 'x');
  std::vector<RunRecord> runs = {hostile_record(), hostile_record()};
  for (RunRecord& run : runs) {
    run.program_version = run.started = text;
    run.tolerances = {{.dtype = text, .what = text, .rule = text + run.started}};
    for (claim::ClaimResult& result : run.claims) {
      result.sheet.id = text + result.sheet.id;
      for (claim::CheckResult& check : result.checks) check.tried.label = text;
    }
  }
  runs[1].subject = runs[1].description.device = "b" + text;
  runs[1].tolerances[0].rule = "another";
  runs[1].claims[0].verdict = runs[1].claims[0].checks[0].verdict = Verdict::refuted;
  runs[1].claims[0].checks[1].verdict = Verdict::broken;
  std::vector<ComparedRun> given = {{.file = text, .record = &runs[0]}, {.file = "b" + text, .record = &runs[1]}};
  for (const auto& [format, made] : every_format(compared(given))) {
    SCOPED_TRACE(format);
    EXPECT_EQ(valid_utf8(made), made);
    if (std::string_view(format) == "json") {
      EXPECT_EQ(nlohmann::json::parse(made)["claims"].size(), runs[0].claims.size());
      continue;  // whole, for programs
    }
    for (const char c : made) {
      ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') << static_cast<int>(c);
    }
    EXPECT_EQ(made.find("\xe2\x80\xae"), std::string::npos) << "nothing turns the direction of the text";
    EXPECT_TRUE(has(made, "caf\xc3\xa9"));
    EXPECT_TRUE(has(made, "bytes in all)"));
    EXPECT_LT(made.size(), 100000U);
    if (std::string_view(format) == "html") {
      EXPECT_EQ(first_flaw(made), "");
      EXPECT_EQ(made.find("<script"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace gumbelcheck::report
