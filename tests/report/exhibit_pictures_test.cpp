// Which pictures are drawn of which exhibits, what they ask, and that odd numbers draw something honest or nothing.

#include "gumbelcheck/report/exhibit_pictures.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <pugixml.hpp>

#include "gumbelcheck/report/counted_exhibit.hpp"
#include "report/exhibits.hpp"

namespace gumbelcheck::report {
namespace {

const statistic::Budget kBudget{.false_alarm_rate = 1e-9, .miss_rate = 1e-6, .checks = 6};

std::vector<std::string> titles(const std::string& html) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(("<all>" + html + "</all>").c_str())) << html.substr(0, 200);
  std::vector<std::string> found;
  for (const pugi::xpath_node& node : document.select_nodes("//svg/title"))
    found.emplace_back(node.node().text().get());
  return found;
}

std::vector<std::string> of_check(claim::CheckResult check, std::vector<claim::Exhibit> exhibits) {
  check.exhibits = std::move(exhibits);
  picture::Ids ids("p");
  return titles(pictures_of_check(check, kBudget, ids));
}

std::string words_of(claim::CheckResult check, std::vector<claim::Exhibit> exhibits) {
  check.exhibits = std::move(exhibits);
  picture::Ids ids("p");
  return pictures_of_check(check, kBudget, ids);
}

using Titles = std::vector<std::string>;

TEST(ExhibitPictures, each_kind_answers_its_question) {
  const claim::CheckResult check = upheld_check();
  EXPECT_EQ(of_check(check, {}), Titles());
  EXPECT_EQ(of_check(check, {exhibit_of("cells", "classes", 5)}),
            (Titles{"How often was each class drawn?", "Is each class as frequent as it should be?"}));
  EXPECT_EQ(of_check(check, {exhibit_of("cells", "groups of about equal mass of classes", 53)}),
            Titles{"Is each group of classes as frequent as it should be?"})
      << "frequencies of so many could not be told apart";
  EXPECT_EQ(of_check(check, {exhibit_of("cells", "coin of entry 0", 2)}).back(),
            "Is each side of the coin as frequent as it should be?");
  EXPECT_EQ(of_check(check, {exhibit_of("bins", "U1", 32)}), Titles{"Is this uniform distributed as it should be?"});
  EXPECT_EQ(of_check(check, {exhibit_of("tail", "U near 0", 22)}), Titles{"Does the tail reach as far as it should?"});
  EXPECT_EQ(of_check(check, {exhibit_of("squares", "U", 64)}), Titles{"Are two uniforms independent?"});
  EXPECT_EQ(of_check(check, {looks()}), Titles{"How large could the effect still be?"});
  EXPECT_EQ(of_check(refuted_check("concrete/law", "x"), {looks()}),
            (Titles{"How did the evidence against the claim grow?", "How large could the effect still be?"}));
  EXPECT_EQ(of_check(check, {exhibit_of("a kind of a newer program", "x", 5)}), Titles());
}

TEST(ExhibitPictures, of_several_tables_the_one_farthest_from_its_law_is_drawn) {
  claim::Exhibit right = exhibit_of("bins", "the right one", 4);
  right.columns[1].values = {100, 100, 100, 100};
  claim::Exhibit wrong = exhibit_of("bins", "the wrong one", 4);
  wrong.columns[1].values = {100, 100, 100, 900};
  for (const auto& order : {std::vector{right, wrong}, std::vector{wrong, right}}) {
    const std::string words = words_of(upheld_check(), order);
    EXPECT_NE(words.find("the wrong one"), std::string::npos);
    EXPECT_EQ(words.find("the right one"), std::string::npos);
  }
}

TEST(ExhibitPictures, what_cannot_be_drawn_is_not) {
  const claim::CheckResult check = upheld_check();
  claim::Exhibit nothing_counted = exhibit_of("cells", "classes", 3);
  nothing_counted.columns[1].values = {0, 0, 0};
  EXPECT_EQ(of_check(check, {nothing_counted}), Titles());
  EXPECT_EQ(of_check(check, {exhibit_of("squares", "no square number", 63)}), Titles());
  EXPECT_EQ(of_check(check, {{.kind = "cells", .title = "no columns", .columns = {}}}), Titles());
  EXPECT_EQ(of_check(check, {{.kind = "bins", .title = "empty", .columns = {{"expected", {}}, {"counted", {}}}}}),
            Titles());
  EXPECT_EQ(of_check(check, {{.kind = "looks", .title = "", .columns = {{"draws", {16}}, {"log_e", {1}}}}}), Titles());
}

TEST(ExhibitPictures, impossible_cells_and_numbers_that_are_not_finite_end_nothing) {
  claim::Exhibit odd = exhibit_of("cells", "classes", 5);
  odd.columns[0].values = {0, 1, NAN, HUGE_VAL, -1};
  odd.columns[1].values = {7, 0, 1, 2, 3};
  EXPECT_FALSE(of_check(upheld_check(), {odd}).empty());
  for (const char* kind : {"bins", "tail", "squares"}) {
    claim::Exhibit table = exhibit_of(kind, "x", 4);
    table.columns[0].values = {0, 1, NAN, HUGE_VAL};
    table.columns[1].values = {1, 1e300, 0, 0};
    of_check(upheld_check(), {table});
  }
}

TEST(ExhibitPictures, a_share_of_nothing_counted_has_an_interval_above_nothing) {
  const picture::Range none = interval_of(0, 110216);
  EXPECT_EQ(none.low, 0);
  EXPECT_GT(none.high, 14 / 110216.);  // ln(1e6) = 13.8: with a larger share some would have been counted
  const picture::Range all = interval_of(110216, 110216);
  EXPECT_EQ(all.high, 1);
  EXPECT_NEAR(all.low, 1 - none.high, 1e-12);
  const picture::Range half = interval_of(5000, 10000);
  EXPECT_NEAR(half.high - .5, std::sqrt(2 * std::log(2e6)) * .5 / 100, 1e-4);
}

TEST(ExhibitPictures, a_class_never_drawn_has_its_interval_on_a_logarithmic_axis) {
  claim::Exhibit light = exhibit_of("cells", "classes", 3);
  light.columns[0].values = {1e-7, 1 - 2e-7, 1e-7};
  light.columns[1].values = {0, 100000, 0};
  EXPECT_EQ(words_of(upheld_check(), {light}).find("no place on a logarithmic axis"), std::string::npos);
}

TEST(ExhibitPictures, the_simplex_is_shown_beside_its_law_at_each_temperature) {
  claim::RunRecord record = with_exhibits();
  claim::ClaimResult& result = record.claims[0];
  result.checks[1].exhibits[4].columns[1].values[7] = 0;
  picture::Ids ids("p");
  const std::string html = pictures_of_claim(result, ids);
  EXPECT_EQ(titles(html), (Titles{"sampled at 0.5", "the law at 0.5", "sampled at 1", "the law at 1"}));
  EXPECT_NE(html.find("1 of 400 triangles: none fell here."), std::string::npos);
}

TEST(ExhibitPictures, an_estimate_is_drawn_against_temperature_where_there_are_three) {
  claim::ClaimResult result = claim_result("x/y", claim::Verdict::upheld, {});
  for (const double temperature : {.1, 1., 10.}) {
    picture::Ids ids("p");
    EXPECT_EQ(pictures_of_claim(result, ids), "");
    claim::CheckResult check = upheld_check();
    check.tried.temperature = temperature;
    check.evidence->estimates = {
        {.quantity = "bias of the estimator, entry 0", .value = .1, .low = .05, .high = .15, .expected = .1},
        {.quantity = "variance of the estimator", .value = 1, .low = .5, .high = 2, .expected = 1}};
    result.checks.push_back(check);
  }
  picture::Ids ids("p");
  EXPECT_EQ(titles(pictures_of_claim(result, ids)),
            (Titles{"How biased is the estimator?", "How much does it scatter?"}));
}

std::vector<std::string> of_claim(std::vector<claim::CheckResult> checks) {
  picture::Ids ids("p");
  return titles(pictures_of_claim(claim_result("x/y", claim::Verdict::upheld, std::move(checks)), ids));
}

claim::CheckResult exact_check(double worst, double temperature, std::vector<double> logits) {
  claim::CheckResult check = upheld_check();
  check.evidence.reset();
  check.tried.effect = 0;
  check.tried.temperature = temperature;
  check.tried.logits = std::move(logits);
  check.exact = claim::ExactEvidence{.comparisons = 5, .worst = worst, .bound = {}, .witness = {}, .where = {}};
  return check;
}

claim::Exhibit steps(std::vector<double> error) {
  const std::size_t size = error.size();
  std::vector<double> step, used(size, 0);
  for (std::size_t n = 0; n < size; ++n) step.push_back(std::ldexp(1, 3 * static_cast<int>(n) - 30));
  used[size / 2] = 1;
  return {.kind = "steps",
          .title = "step of the logits",
          .columns = {
              {"step", step}, {"error", std::move(error)}, {"bound", std::vector<double>(size, 1e-8)}, {"used", used}}};
}

claim::Exhibit correlations(std::string kind, std::vector<double> one, std::vector<double> other,
                            std::vector<double> correlation) {
  const std::size_t size = one.size();
  const bool rows = kind == "rows";
  return {.kind = std::move(kind),
          .title = "x",
          .columns = {{rows ? "row" : "bit", std::move(one)},
                      {rows ? "later" : "other_bit", std::move(other)},
                      {"correlation", std::move(correlation)},
                      {"pairs", std::vector<double>(size, 100)}}};
}

TEST(ExhibitPictures, a_gradient_is_drawn_beside_its_differences_where_it_came_nearest_to_its_bound) {
  std::vector<claim::CheckResult> checks;
  for (const double worst : {.1, .9, .3}) {
    checks.push_back(exact_check(worst, 1, {0, 1}));
    checks.back().tried.label = "the check at " + std::to_string(worst).substr(0, 3);
    checks.back().exhibits = {steps({1e-9, 1e-10, 1e-9})};
  }
  EXPECT_EQ(of_claim(checks), Titles{"How far is the gradient from finite differences?"});
  picture::Ids ids("p");
  const std::string html = pictures_of_claim(claim_result("x/y", claim::Verdict::upheld, checks), ids);
  EXPECT_NE(html.find("the check at 0.9"), std::string::npos);
  EXPECT_EQ(html.find("the check at 0.1"), std::string::npos);
  EXPECT_NE(html.find("step of the check"), std::string::npos);
  for (const double odd : {0., static_cast<double>(NAN), HUGE_VAL}) {
    checks[1].exhibits = {steps({odd, odd, odd})};
    EXPECT_EQ(of_claim(checks).size(), 1U);
  }
  checks[1].exhibits = {{.kind = "steps", .title = "", .columns = {}}};
  EXPECT_EQ(of_claim(checks), Titles());
}

TEST(ExhibitPictures, a_map_of_temperatures_needs_two_sizes_of_logits_at_three_temperatures) {
  std::vector<claim::CheckResult> checks;
  const auto add = [&](double temperature, double largest, double worst) {
    checks.push_back(exact_check(worst, temperature, {0, largest}));
  };
  for (const double temperature : {.1, 1., 10.}) add(temperature, 2.9, .25);
  for (const double temperature : {.1, 1., 10.}) add(temperature, 3.1, .5);
  EXPECT_EQ(of_claim(checks), Titles()) << "2.9 and 3.1 are of one size";
  add(1, 1e4, .1);
  add(10, 1e4, 1.5);
  EXPECT_EQ(of_claim(checks), Titles()) << "at two temperatures only";
  add(.1, -1e4, HUGE_VAL);
  EXPECT_EQ(of_claim(checks), Titles{"At which temperatures and logits does it hold?"});
  picture::Ids ids("p");
  const std::string html = pictures_of_claim(claim_result("x/y", claim::Verdict::refuted, checks), ids);
  EXPECT_NE(html.find("2 of 6 cells: beyond it, or no number."), std::string::npos) << html;
  EXPECT_NE(html.find(">0.5<"), std::string::npos) << "the larger of two checks in one cell";
  EXPECT_EQ(html.find(">0.25<"), std::string::npos);
  for (claim::CheckResult& check : checks) check.evidence.emplace();
  EXPECT_EQ(of_claim(checks), Titles()) << "laws have effects, not bounds";
}

TEST(ExhibitPictures, rows_and_seeds_are_drawn_of_the_check_where_they_go_together_most) {
  claim::CheckResult weak = upheld_check(), strong = upheld_check();
  weak.tried.label = "the weak one";
  strong.tried.label = "the strong one";
  weak.exhibits = {correlations("rows", {0, 0, 1, 1}, {1, 2, 1, 2}, {.01, .02, .03, .04}),
                   correlations("seeds", {0, 0, 1}, {1, 9, 9}, {.01, .02, -.03})};
  strong.exhibits = {correlations("rows", {0, 0, 1, 1}, {1, 2, 1, 2}, {.01, -.5, .03, .04}),
                     correlations("seeds", {0, 0, 1}, {1, 9, 9}, {.01, .02, -.9})};
  const Titles both = {"Does a row know of the rows after it?", "Do seeds that differ in a bit know of each other?"};
  for (const auto& order : {std::vector{weak, strong}, std::vector{strong, weak}}) {
    EXPECT_EQ(of_claim(order), both);
    picture::Ids ids("p");
    const std::string html = pictures_of_claim(claim_result("x/y", claim::Verdict::upheld, order), ids);
    EXPECT_EQ(html.find("the weak one"), std::string::npos);
    EXPECT_NE(html.find("-9.0 standard deviations, between 2^0 and 2^8"), std::string::npos) << html;
    EXPECT_NE(html.find(">\xE2\x88\x92"
                        "5<"),
              std::string::npos)
        << "the number in its cell";
  }
}

TEST(ExhibitPictures, rows_and_seeds_that_are_none_are_not_drawn) {
  for (const double odd : {-1., 1e300, static_cast<double>(NAN), HUGE_VAL}) {
    claim::CheckResult check = upheld_check();
    check.exhibits = {correlations("rows", {0, odd}, {1, 1}, {0, 0}), correlations("rows", {0, 0}, {1, odd}, {0, 0}),
                      correlations("seeds", {0, 0}, {1, odd}, {0, 0})};
    EXPECT_EQ(of_claim({check}), Titles());
  }
  claim::CheckResult check = upheld_check();
  check.exhibits = {correlations("rows", {0}, {0}, {0}), {.kind = "seeds", .title = "", .columns = {}}};
  EXPECT_EQ(of_claim({check}), Titles());
  check.exhibits = {correlations("rows", {0, 0}, {1, 2}, {NAN, 0}),
                    correlations("seeds", {0, 0}, {1, 9}, {HUGE_VAL, 0})};
  EXPECT_EQ(of_claim({check}).size(), 2U) << "hatched";
}

}  // namespace
}  // namespace gumbelcheck::report
