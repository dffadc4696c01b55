// Whole pictures, byte for byte. GUMBELCHECK_WRITE_GOLDEN=1 writes what was drawn: look at the difference, and at
// the gallery, before it is committed.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "gumbelcheck/picture/chart.hpp"
#include "gumbelcheck/picture/dot_table.hpp"
#include "gumbelcheck/picture/simplex.hpp"
#include "picture.hpp"

namespace gumbelcheck::picture {
namespace {

void expect_golden(const std::string& name, const std::string& drawn) {
  EXPECT_EQ(fault_of(drawn), "");
  const std::string path = GUMBELCHECK_TEST_DATA "/picture/" + name + ".svg";
  if (std::getenv("GUMBELCHECK_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << drawn;
    FAIL() << path << " was written; run again without GUMBELCHECK_WRITE_GOLDEN";
  }
  std::ifstream stream(path, std::ios::binary);
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>(stream), {}}), drawn);
}

TEST(PictureGolden, intervals_points_and_categories) {
  Ids ids;
  expect_golden(
      "frequencies",
      svg(Chart{.words = {"Frequencies", "Three classes."},
                .x = {.label = "class", .categories = {"a", "b", "c"}},
                .y = {.label = "frequency", .low = 0},
                .layers = {Intervals{.x = {0, 1, 2}, .low = {.4, .25, .12}, .high = {.48, .33, .2}, .label = "counted"},
                           Points{.x = {0, 1, 2},
                                  .y = {.45, .3, .15},
                                  .tone = Tone::vermilion,
                                  .shape = Shape::ring,
                                  .label = "law"}}},
          ids));
}

TEST(PictureGolden, band_steps_rules_and_logarithms) {
  Ids ids;
  expect_golden(
      "steps",
      svg(Chart{.words = {"Steps", "A line with a gap, in a band, under a rule."},
                .x = {.label = "draws", .scaling = Scaling::log2},
                .y = {.label = "E", .unit = "odds", .scaling = Scaling::log10},
                .layers = {Band{.x = {1, 16, 256}, .low = {.1, 1, 10}, .high = {10, 1e3, 1e5}, .tone = Tone::muted},
                           Line{.x = {1, 4, 16, 64, 256},
                                .y = {1, 10, std::nan(""), 1e3, 1e4},
                                .stepped = true,
                                .label = "evidence"},
                           Rule{.at = 1e6, .label = "refuted"}}},
          ids));
}

TEST(PictureGolden, bars) {
  Ids ids;
  expect_golden("bars", svg(Chart{.words = {"Bars", ""},
                                  .layers = {Bars{.edges = {0, 1, 2, 4}, .heights = {3, -1, 2}}},
                                  .width = 180,
                                  .plot_height = 110},
                            ids));
}

TEST(PictureGolden, heat_map) {
  Ids ids;
  expect_golden("heat", svg(Chart{.words = {"Heat", ""},
                                  .x = {.label = "temperature", .categories = {"0.1", "1"}},
                                  .y = {.label = "scale", .categories = {"1", "10"}},
                                  .layers = {Heat{.columns = 2,
                                                  .rows = 2,
                                                  .values = {.001, .1, 1, std::nan("")},
                                                  .scaling = Scaling::log10,
                                                  .numbers = true,
                                                  .label = "error"}}},
                            ids));
}

TEST(PictureGolden, simplex) {
  Ids ids;
  expect_golden("simplex", svg(Simplex{.words = {"Simplex", ""},
                                       .corners = {"a", "b", "c"},
                                       .side = 3,
                                       .values = {1, 2, 3, 4, 5, 6, 6, 6, 9},
                                       .label = "density"},
                               ids));
}

TEST(PictureGolden, dot_table) {
  Ids ids;
  expect_golden(
      "dots",
      svg(DotTable{.words = {"Faults", "Draws to refute them."},
                   .axis = {.label = "draws", .scaling = Scaling::log10},
                   .rows = {{.name = "concrete/law", .value = 8e4, .range = Range{5e4, 2e5}, .note = "too cold"},
                            {.name = "gumbel/tail", .value = std::nan("")}},
                   .rules = {{.at = 1e6, .label = "planned"}}},
          ids));
}

}  // namespace
}  // namespace gumbelcheck::picture
