// `gumbelcheck plan`: a row a claim, and the same as JSON.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

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

TEST(Plan, a_program_is_described_and_not_asked) {
  const Outcome outcome = run({"plan", "--claims", "gumbel/law", "--", "true"});
  EXPECT_EQ(outcome.status, kUndecided);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.error, "");
}

}  // namespace
}  // namespace gumbelcheck::cli
