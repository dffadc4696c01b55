// `gumbelcheck compare`: verdict.json files side by side.

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

class CompareCommandSubject : public testing::Test {
 protected:
  CompareCommandSubject() {
    fs::create_directories(folder_);
    run({"verify", "--claims", "softmax/value,gumbel-max/law", "--logits", "0,1,2", "--draws", "20000", "--effect",
         "0.1", "--out", place("run")});
  }
  ~CompareCommandSubject() override { fs::remove_all(folder_); }

  std::string place(const std::string& name) const { return (folder_ / name).string(); }
  std::string contents(const std::string& name) const {
    std::ifstream stream(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  // The run as another version, with this verdict of its first claim.
  std::string version(const std::string& name, const std::string& verdict) const {
    ordered_json document = ordered_json::parse(contents("run/verdict.json"));
    document["subject"]["version"] = name;
    document["claims"][0]["verdict"] = verdict;
    std::ofstream(folder_ / (name + ".json")) << document.dump();
    return place(name + ".json");
  }

 private:
  fs::path folder_ = fs::temp_directory_path() / ("gumbelcheck_compare_cli_" + std::to_string(::getpid()));
};

TEST_F(CompareCommandSubject, the_exit_status_says_what_became_worse) {
  const std::string good = version("1", "upheld"), bad = version("2", "refuted"), open = version("3", "inconclusive");
  EXPECT_EQ(run({"compare", good, good}).status, 0);
  EXPECT_EQ(run({"compare", good, bad}).status, kRefuted);
  EXPECT_EQ(run({"compare", good, open}).status, kUndecided);
  EXPECT_EQ(run({"compare", bad, open}).status, 0) << "not refuted any more";
  EXPECT_EQ(run({"compare", good, bad, bad}).status, 0) << "the last step is none";
  const Outcome outcome = run({"compare", good, bad});
  EXPECT_TRUE(outcome.out.starts_with("worse: from 1 to 2 1 claim moved to refuted: ")) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "refuted in place of upheld"));
  EXPECT_EQ(outcome.error, "");
}

TEST_F(CompareCommandSubject, every_format_goes_to_standard_output_or_a_file_with_the_same_status) {
  const std::string good = version("1", "upheld"), bad = version("2", "refuted");
  for (const auto& [format, words] : {std::pair{"text", "What moved:"},
                                      {"markdown", "## Claims"},
                                      {"html", "<!DOCTYPE html>"},
                                      {"json", "\"runs\""}}) {
    const Outcome outcome = run({"compare", good, bad, "--format", format});
    EXPECT_EQ(outcome.status, kRefuted);
    EXPECT_TRUE(has(outcome.out, words)) << outcome.out;
    const Outcome written = run({"compare", good, bad, "--format", format, "--out", place("made")});
    EXPECT_EQ(written.status, kRefuted);
    EXPECT_EQ(written.out, "");
    if (format != std::string_view("text")) {
      EXPECT_EQ(contents("made"), outcome.out);
    }
  }
}

TEST_F(CompareCommandSubject, text_fits_its_columns) {
  const std::string good = version("1", "upheld"), bad = version("2", "refuted");
  for (const char* columns : {"60", "80", "120"}) {
    const std::string text = run({"compare", good, bad, good, "--all"}, columns).out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      EXPECT_LE(end - at, std::stoul(columns)) << text.substr(at, end - at);
      at = end + 1;
    }
  }
}

TEST_F(CompareCommandSubject, mistakes_are_sentences) {
  const std::string file = place("run/verdict.json");
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
      {{"compare"}, "FILE"},
      {{"compare", file}, "1 file given to compare, but 2 to 12"},
      {{"compare", file, place("none.json")}, "none.json' cannot be read"},
      {{"compare", file, file, "--format", "pdf"}, "the formats are text, markdown, html, json."},
      {{"compare", file, file, "--out", ""}, "--out"},
      {{"compare", file, file, "--", "true"}, "take a program after --"}};
  for (const auto& [arguments, words] : mistakes) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, kBadUsage) << words;
    EXPECT_EQ(outcome.out, "") << words;
    EXPECT_TRUE(has(outcome.error, words)) << words << ": " << outcome.error;
  }
}

}  // namespace
}  // namespace gumbelcheck::cli
