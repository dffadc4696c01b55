// What stands in reports/refuted is what the program gives: the run is made again, and its pages are drawn again from
// the verdict.json beside them.

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
using nlohmann::json;

const fs::path kCommitted = fs::path(GUMBELCHECK_SOURCE_DIR) / "reports/refuted";

std::string contents(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// What differs from machine to machine.
json without_times(const json& value) {
  if (!value.is_structured()) return value;
  json kept = value;
  if (kept.is_object()) kept.erase("timing"), kept.erase("seconds");
  for (json& part : kept) part = without_times(part);
  return kept;
}

class CommittedReport : public testing::Test {
 protected:
  CommittedReport() { fs::create_directories(folder_); }
  ~CommittedReport() override { fs::remove_all(folder_); }
  fs::path folder_ = fs::temp_directory_path() / ("gumbelcheck_committed_report_" + std::to_string(::getpid()));
};

TEST_F(CommittedReport, IsWhatItsCommandGivesApartFromTimes) {
  const Outcome outcome = run({"verify", "fault:temperature-wrong-by-one-per-cent", "--claims",
                               "concrete/law,concrete/rounding,gumbel-softmax/simplex,straight-through/one-hot",
                               "--temperature", ".5", "--out", folder_.string()});
  EXPECT_EQ(outcome.status, kRefuted) << outcome.error;
  const json committed = without_times(json::parse(contents(kCommitted / "verdict.json")));
  const json made = without_times(json::parse(contents(folder_ / "verdict.json")));
  EXPECT_EQ(made, committed) << json::diff(committed, made).dump().substr(0, 2000);
  EXPECT_FALSE(made.contains("timing"));
}

TEST_F(CommittedReport, IsDrawnFromItsVerdict) {
  ASSERT_EQ(run({"report", (kCommitted / "verdict.json").string(), "--format", "html,markdown,junit", "--out",
                 folder_.string()})
                .status,
            kUpheld);
  for (const char* file : {"report.html", "report.md", "junit.xml"}) {
    const std::string committed = contents(kCommitted / file);
    EXPECT_FALSE(committed.empty()) << file;
    EXPECT_TRUE(committed == contents(folder_ / file))
        << file << " is of another version: gumbelcheck report reports/refuted/verdict.json --format "
        << "html,markdown,junit --out reports/refuted";
  }
}

}  // namespace
}  // namespace gumbelcheck::cli
