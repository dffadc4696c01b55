// The pages of reports/power and reports/calibration: drawn from the committed data, and from data made by hand whose
// pictures are known.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <pugixml.hpp>
#include <stdexcept>

#include "report/page.hpp"
#include "report/pages/data_page.hpp"

namespace gumbelcheck::pages {
namespace {

namespace fs = std::filesystem;

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::size_t pictures_in(const std::string& page) { return report::parsed(page).document.select_nodes("//svg").size(); }

class DataPages : public testing::Test {
 protected:
  DataPages() { fs::create_directories(folder_); }
  ~DataPages() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }
  fs::path folder_ = fs::temp_directory_path() / ("gumbelcheck_data_pages_" + std::to_string(::getpid()));
};

TEST_F(DataPages, the_committed_data_make_whole_pages_that_stay_small) {
  const fs::path reports = fs::path(GUMBELCHECK_SOURCE_DIR) / "reports";
  const std::string power = power_page(reports / "power"), calibration = calibration_page(reports / "calibration");
  for (const std::string& page : {power, calibration}) {
    EXPECT_EQ(report::first_flaw(page), "");
    EXPECT_LT(page.size(), 300000U);
  }
  for (const char* question : {"How many draws does an effect take?", "How often is an effect of the declared size",
                               "How many draws does each fault take?", "How often do published recipes see it?"}) {
    EXPECT_TRUE(has(power, std::string("<h2>") + question)) << question;
  }
  for (const char* question :
       {"evidence reach a threshold?", "Do both error rates hold", "Does the whole program keep"}) {
    EXPECT_TRUE(has(calibration, question)) << question;
  }
}

TEST_F(DataPages, a_folder_without_data_says_so_and_each_file_has_its_pictures) {
  EXPECT_TRUE(has(power_page(folder_), "None of the files is there."));
  EXPECT_EQ(report::first_flaw(calibration_page(folder_)), "");
  write("curves.json", R"({"points": [
    {"law": "2 classes", "effect": 0.1, "direction": "half the mass", "draws_planned": 4115,
     "right": {"paths": 3, "upheld": 3, "refuted": 0, "median_draws": 1222},
     "wrong": {"paths": 3, "upheld": 0, "refuted": 2, "median_draws": 1730}},
    {"law": "9 classes", "effect": 0.1, "direction": "blocks", "draws_planned": null,
     "right": {"paths": 3, "upheld": 0, "refuted": 0, "median_draws": null},
     "wrong": {"paths": 3, "upheld": 0, "refuted": 0, "median_draws": null}}]})");
  const std::string page = power_page(folder_);
  EXPECT_EQ(report::first_flaw(page), "");
  EXPECT_EQ(pictures_in(page), 2U);
  EXPECT_TRUE(has(page, "3 of 3 right paths upheld, 2 of 3 wrong ones refuted.")) << page;
  EXPECT_TRUE(has(page, "9 classes, off by blocks"));
}

TEST_F(DataPages, what_lies_beyond_the_rate_allowed_is_counted) {
  const auto simulation = [&](const char* seen, const char* interval) {
    write("simulation.json", std::string(R"({"miss_rate": 0.01, "paths": 600, "cases": [{"claim": "a/law",
      "draws_needed": 1000, "directions": [{"missed": {"seen": 0, "of": 600, "interval_99": [0.0, 0.0088]},
      "not_refuted": {"seen": )") +
                                 seen + R"(, "of": 600, "interval_99": )" + interval + R"(}},
      {"missed": {"seen": 0, "of": 9, "interval_99": [0.0, 0.4]}, "not_refuted": {"seen": 0, "of": 9,
      "interval_99": [0.0, 0.4]}}],
      "right": {"not_upheld": {"seen": 0, "of": 600, "interval_99": [0.0, 0.0088]}}}]})");
    return power_page(folder_);
  };
  EXPECT_TRUE(has(simulation("10", "[0.006, 0.035]"), "Whole intervals lie beyond it in 0 cases. 1 law with"));
  EXPECT_TRUE(has(simulation("30", "[0.03, 0.08]"), "Whole intervals lie beyond it in 1 case."));
}

TEST_F(DataPages, what_no_other_test_finds_is_said_beside_its_fault) {
  write("faults.json", R"({"runs": 10, "right_runs": 200, "most_draws": 1048576, "faults": [
    {"fault": "seen-by-all", "claim": "a/law", "case": "c", "gumbelcheck": {"median_draws": 100, "not_refuted": 0},
     "growing": {"pearson": 200, "ks": 300, "cosine": 400}, "recipes": {"jax 1e4": 1.0, "torch 100": 0.5}},
    {"fault": "seen-by-one", "claim": "a/law", "case": "c", "gumbelcheck": {"median_draws": 50, "not_refuted": 0},
     "growing": {"pearson": 200, "ks": null, "cosine": null}, "recipes": {}},
    {"fault": "seen-by-none", "claim": "a/law", "case": "c", "gumbelcheck": {"median_draws": 70, "not_refuted": 0},
     "growing": {"pearson": null, "ks": null, "cosine": null}, "recipes": {}}]})");
  const std::string page = power_page(folder_);
  EXPECT_EQ(report::first_flaw(page), "");
  EXPECT_TRUE(has(page, ">not KS, cosine<"));
  EXPECT_TRUE(has(page, ">no other<"));
  EXPECT_LT(page.find(">seen-by-one<"), page.find(">seen-by-none<")) << "the fewest draws first";
  EXPECT_LT(page.find(">seen-by-none<"), page.find(">seen-by-all<"));
}

TEST_F(DataPages, an_interval_of_a_share_is_that_of_clopper_and_pearson) {
  // 1 - .005^(1/n), by hand.
  EXPECT_NEAR(share_interval(0, 10).high, 0.41129, 1e-5);
  EXPECT_EQ(share_interval(0, 10).low, 0);
  EXPECT_NEAR(share_interval(10, 10).low, 1 - 0.41129, 1e-5);
  EXPECT_EQ(share_interval(10, 10).high, 1);
  EXPECT_TRUE(share_interval(3, 10).low < .3 && share_interval(3, 10).high > .3);
}

TEST_F(DataPages, a_file_of_another_form_is_refused_by_name) {
  for (const char* text : {"{", "[]", "{\"points\": [{}]}", "{\"points\": 3}"}) {
    write("curves.json", text);
    try {
      power_page(folder_);
      ADD_FAILURE() << text;
    } catch (const std::invalid_argument& error) {
      EXPECT_TRUE(has(error.what(), "curves.json")) << error.what();
    }
  }
}

}  // namespace
}  // namespace gumbelcheck::pages
