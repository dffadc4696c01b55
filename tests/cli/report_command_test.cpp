// `gumbelcheck report`: every format from a verdict.json alone.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/capture.hpp"

namespace gumbelcheck::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

class ReportCommandSubject : public testing::Test {
 protected:
  ReportCommandSubject() {
    fs::create_directories(folder_);
    run({"verify", "--claims", "softmax/value,gumbel-max/law", "--logits", "0,1,2", "--draws", "20000", "--effect",
         "0.1", "--out", place("run")});
  }
  ~ReportCommandSubject() override { fs::remove_all(folder_); }

  std::string place(const std::string& name) const { return (folder_ / name).string(); }
  std::string contents(const std::string& name) const {
    std::ifstream stream(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::string written(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return place(name);
  }

 private:
  fs::path folder_ = fs::temp_directory_path() / ("gumbelcheck_report_cli_" + std::to_string(::getpid()));
};

TEST_F(ReportCommandSubject, what_verify_wrote_is_rendered_again_byte_by_byte) {
  const Outcome outcome =
      run({"report", place("run/verdict.json"), "--format", "html,markdown,junit,ctest,text", "--out", place("again")});
  EXPECT_EQ(outcome.status, kUpheld) << outcome.error;
  EXPECT_EQ(outcome.out, "");
  for (const char* file : {"report.html", "report.md", "junit.xml"}) {
    EXPECT_NE(contents(std::string("run/") + file), "");
    EXPECT_EQ(contents(std::string("again/") + file), contents(std::string("run/") + file)) << file;
  }
  EXPECT_TRUE(
      contents("again/ctest.txt").starts_with("<CTestMeasurement type=\"text/string\" name=\"verdict\">upheld"));
  EXPECT_TRUE(has(contents("again/report.txt"), "upheld   gumbel-max/law"));
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(place("again"))) files += entry.is_regular_file();
  EXPECT_EQ(files, 5U);
}

TEST_F(ReportCommandSubject, one_format_goes_to_standard_output_and_none_is_text) {
  const std::string file = place("run/verdict.json");
  EXPECT_EQ(run({"report", file, "--format", "html"}).out, contents("run/report.html"));
  EXPECT_EQ(run({"report", "--format", "markdown", file}).out, contents("run/report.md"));
  const Outcome text = run({"report", file});
  EXPECT_EQ(text.status, kUpheld);
  EXPECT_TRUE(has(text.out, "upheld   gumbel-max/law")) << text.out;
  EXPECT_EQ(text.out.find('\x1b'), std::string::npos) << "no colour in a pipe";
  EXPECT_EQ(run({"report", file, "--format", "text"}).out, text.out);
  EXPECT_GT(run({"report", file, "--all"}).out.size(), text.out.size());
}

TEST_F(ReportCommandSubject, a_refutation_is_rendered_and_no_failure_of_rendering) {
  run({"verify", "fault:softmax-over-the-wrong-axis", "--claims", "softmax/value", "--no-shrink", "--out",
       place("fault")});
  const Outcome outcome = run({"report", place("fault/verdict.json"), "--format", "junit"});
  EXPECT_EQ(outcome.status, kUpheld);
  EXPECT_TRUE(has(outcome.out, "failures=\"1\"")) << outcome.out;
}

TEST_F(ReportCommandSubject, an_older_file_renders) {
  ordered_json document = ordered_json::parse(contents("run/verdict.json"));
  document.erase("tolerances");
  for (ordered_json& claim : document["claims"]) {
    claim.erase("implied_by");
    for (ordered_json& check : claim["checks"]) {
      for (const char* member : {"held_to", "exhibits", "smaller", "reruns", "cut_short"}) check.erase(member);
    }
  }
  const Outcome outcome = run({"report", written("older.json", document.dump()), "--format",
                               "html,markdown,junit,ctest,text", "--out", place("older")});
  EXPECT_EQ(outcome.status, kUpheld) << outcome.error;
  EXPECT_TRUE(has(contents("older/report.html"), "<h3 id=\"claim-gumbel-max-law\">"));
}

TEST_F(ReportCommandSubject, mistakes_are_sentences_and_write_nothing) {
  const std::string file = place("run/verdict.json");
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
      {{"report"}, "FILE"},
      {{"report", place("none.json")}, "none.json' cannot be read"},
      {{"report", place("run")}, "run'"},
      {{"report", written("half.json", contents("run/verdict.json").substr(0, 1000))}, "not a JSON object"},
      {{"report", written("other.json", "{\"schema\": \"something/1\"}")}, "gumbelcheck-verdict/1, the only one"},
      {{"report", file, "--format", "pdf"},
       "--format is 'pdf', but the formats are html, markdown, junit, ctest, text."},
      {{"report", file, "--format", ""}, "--format"},
      {{"report", file, "--format", "html,text"}, "2 formats are asked for, but standard output takes one"},
      {{"report", file, "--out", "/dev/null/below"}, "/dev/null/below"},
      {{"report", file, "--", "true"}, "take a program after --"},
  };
  for (const auto& [arguments, words] : mistakes) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, kBadUsage) << words;
    EXPECT_EQ(outcome.out, "") << words;
    EXPECT_TRUE(has(outcome.error, words)) << words << ": " << outcome.error;
    EXPECT_EQ(std::count(outcome.error.begin(), outcome.error.end(), '\n'), 1) << outcome.error;
  }
  run({"report", file, "--format", "html,pdf", "--out", place("nothing")});
  EXPECT_FALSE(fs::exists(place("nothing")));
}

}  // namespace
}  // namespace gumbelcheck::cli
