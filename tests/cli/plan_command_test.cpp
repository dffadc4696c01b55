// `gumbelcheck plan`: a row a claim, and the same as JSON.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/capture.hpp"
#include "gumbelcheck/claim/claim.hpp"

namespace gumbelcheck::cli {
namespace {

TEST(Plan, a_row_for_every_claim) {
  const Outcome outcome = run({"plan"});
  EXPECT_EQ(outcome.status, kUpheld) << outcome.error;
  for (const claim::Claim& claim : claim::catalogue()) {
    EXPECT_TRUE(has(outcome.out, "\n  " + claim.sheet.id + " ")) << claim.sheet.id;
  }
  EXPECT_FALSE(has(outcome.out, "would see less than declared")) << outcome.out;
  EXPECT_TRUE(has(run({"plan", "--claims", "gumbel-max/law", "--draws", "4096"}).out, "would see less than declared"));
}

TEST(Plan, json_holds_every_check_and_table) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "gumbelcheck_plan_test.json";
  const Outcome outcome = run({"plan", "--claims", "gumbel-max/law,edge/impossible,softmax/value", "--classes", "1000",
                               "--effect", ".05", "--dtype", "float32", "--json", file.string()});
  EXPECT_EQ(outcome.status, kUpheld) << outcome.error;
  std::ifstream in(file);
  const nlohmann::json plan = nlohmann::json::parse(in);
  EXPECT_EQ(plan.at("miss_rate"), 1e-6);
  ASSERT_GE(plan.at("claims").size(), 3u);
  bool found = false;
  for (const auto& claim : plan.at("claims")) {
    for (const auto& check : claim.at("checks")) {
      EXPECT_EQ(check.at("dtype"), "float32");
      if (claim.at("claim") == "softmax/value") {
        EXPECT_EQ(check.at("decided_by"), "exact");
      }
      if (claim.at("claim") == "edge/impossible") {
        EXPECT_GT(check.at("smallest").get<double>(), 0);
      }
      if (claim.at("claim") != "gumbel-max/law" || check.at("classes") != 1000) continue;
      found = true;
      EXPECT_EQ(check.at("decided_by"), "counts");
      EXPECT_EQ(check.at("declared_effect"), .05);
      EXPECT_GT(check.at("draws_needed").get<std::uint64_t>(), 10000u);
      EXPECT_EQ(check.at("tables").front().at("cells"), 1000);
      EXPECT_FALSE(check.at("tables").front().at("bounded").get<bool>());
    }
  }
  EXPECT_TRUE(found);
  std::filesystem::remove(file);
}

// A claim that another one implies spends nothing where that is upheld: its row says so, where both are asked.
TEST(Plan, a_row_says_which_claim_implies_it) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "gumbelcheck_plan_implied_test.json";
  const Outcome both = run({"plan", "--claims", "concrete/law,concrete/cold", "--json", file.string()});
  EXPECT_TRUE(has(both.out, "implied by")) << both.out;
  std::ifstream in(file);
  const nlohmann::json plan = nlohmann::json::parse(in);
  for (const auto& claim : plan.at("claims")) {
    EXPECT_EQ(claim.value("implied_by", ""), claim.at("claim") == "concrete/cold" ? "concrete/law" : "");
  }
  EXPECT_FALSE(has(run({"plan", "--claims", "concrete/cold"}).out, "implied by"));
  std::filesystem::remove(file);
}

// Every member of the file stands in the page.
TEST(Plan, the_page_names_every_member) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "gumbelcheck_plan_page_test.json";
  ASSERT_EQ(run({"plan", "--claims", "concrete/law,concrete/cold,edge/*,softmax/value,gumbel/*", "--draws", "4096",
                 "--json", file.string()})
                .status,
            kUpheld);
  std::ifstream in(file);
  std::ifstream page_file(std::filesystem::path(GUMBELCHECK_SOURCE_DIR) / "docs/plan.md");
  const std::string page{std::istreambuf_iterator<char>(page_file), {}};
  std::set<std::string> names;
  const std::function<void(const nlohmann::json&)> walk = [&](const nlohmann::json& node) {
    for (const auto& [name, value] : node.items()) {
      if (node.is_object()) names.insert(name);
      if (value.is_structured()) walk(value);
    }
  };
  walk(nlohmann::json::parse(in));
  EXPECT_GT(names.size(), 15u);
  for (const std::string& name : names) EXPECT_TRUE(has(page, "`" + name + "`")) << name;
  std::filesystem::remove(file);
}

TEST(Plan, a_program_is_described_and_not_asked) {
  const Outcome outcome = run({"plan", "--claims", "gumbel/law", "--", "true"});
  EXPECT_EQ(outcome.status, kUndecided);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.error, "");
}

}  // namespace
}  // namespace gumbelcheck::cli
