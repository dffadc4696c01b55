// The live control: what it plants, where, and that it never plants more than there is.

#include "gumbelcheck/statistic/live_control.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

namespace gumbelcheck::statistic {
namespace {

const random::StreamId kControl{.seed = 7, .purpose = random::Purpose::control};

Engine classes(std::vector<double> probability) {
  return Engine({{.name = "classes", .probability = std::move(probability), .temperature = true}});
}

std::uint64_t total_of(const std::vector<std::uint64_t>& cells) {
  return std::accumulate(cells.begin(), cells.end(), std::uint64_t{0});
}

std::uint64_t moved_between(const std::vector<std::uint64_t>& before, const std::vector<std::uint64_t>& after) {
  std::uint64_t moved = 0;
  for (std::size_t k = 0; k < before.size(); ++k) moved += after[k] > before[k] ? after[k] - before[k] : 0;
  return moved;
}

TEST(LiveControl, PlantsWhatItSays) {
  const Engine engine = classes({0.4, 0.3, 0, 0.2, 0.1});
  const Counts counts{.tables = {{40011, 29987, 0, 20003, 9999}}, .ratios = {}, .rows = 100000};
  const PlantedCounts planted = plant_effect(engine, counts, 0.02, kControl);
  EXPECT_EQ(planted.counts.tables[0][2], 0u);
  EXPECT_EQ(moved_between(counts.tables[0], planted.counts.tables[0]), 2000u);
  EXPECT_DOUBLE_EQ(planted.effect, 0.02);
}

TEST(LiveControl, PlantsInTheDirectionThatIsSeenLast) {
  // At total variation d, chi-squared is at least 4 n d^2, with equality where half of the mass gives.
  const std::vector<double> p(32, 1.0 / 32);
  const Counts counts{.tables = {std::vector<std::uint64_t>(32, 10000)}, .ratios = {}, .rows = 320000};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const PlantedCounts planted =
        plant_effect(classes(p), counts, 0.02, {.seed = seed, .purpose = random::Purpose::control});
    double chi_squared = 0;
    for (const std::uint64_t cell : planted.counts.tables[0]) {
      chi_squared += std::pow(static_cast<double>(cell) - 10000, 2) / 10000;
    }
    EXPECT_GE(chi_squared, 4 * 320000 * 0.02 * 0.02 * 0.999);
    EXPECT_LE(chi_squared, 4 * 320000 * 0.02 * 0.02 * 1.1);
  }
}

TEST(LiveControl, ChoosesTheBoundedTableThatNeedsMostDraws) {
  const CellLaw two{.name = "two", .probability = {0.5, 0.5}};
  const CellLaw four{.name = "four", .probability = {0.25, 0.25, 0.25, 0.25}};
  CellLaw many{.name = "many", .probability = std::vector<double>(1000, 1e-3), .bounded = false};
  const Engine engine({two, four, many});
  Counts counts = engine.empty();
  counts.tables = {{500, 500}, {250, 250, 250, 250}, std::vector<std::uint64_t>(1000, 1)};
  EXPECT_EQ(plant_effect(engine, counts, 0.1, kControl).table, 1u);
  counts.tables[0] = {50, 50};  // a tenth of the draws
  EXPECT_EQ(plant_effect(engine, counts, 0.1, kControl).table, 0u);
}

TEST(LiveControl, WhereAllDrawsLieInOneCellNothingMoves) {
  const PlantedCounts planted =
      plant_effect(classes({0.5, 0.5}), {.tables = {{100, 0}}, .ratios = {}, .rows = 100}, 0.1, kControl);
  EXPECT_EQ(planted.effect, 0);
  EXPECT_EQ(planted.counts.tables[0], (std::vector<std::uint64_t>{100, 0}));
}

RC_GTEST_PROP(LiveControlProperty, KeepsTheTotalAndTakesNoMoreThanThereIs, ()) {
  const auto counts =
      *rc::gen::suchThat(rc::gen::container<std::vector<std::uint64_t>>(
                             6, rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << *rc::gen::inRange(1, 50))),
                         [](const auto& cells) { return total_of(cells) - cells[2] > 0; });
  std::vector<std::uint64_t> cells = counts;
  cells[2] = 0;
  const Engine engine = classes({0.2, 0.2, 0, 0.2, 0.2, 0.2});
  const double effect = *rc::gen::inRange(1, 100) / 100.0;
  const random::StreamId stream{.seed = *rc::gen::arbitrary<std::uint64_t>(), .purpose = random::Purpose::control};
  const PlantedCounts planted =
      plant_effect(engine, {.tables = {cells}, .ratios = {}, .rows = total_of(cells)}, effect, stream);
  RC_ASSERT(total_of(planted.counts.tables[0]) == total_of(cells));
  RC_ASSERT(planted.counts.tables[0][2] == 0u);
  const double moved = static_cast<double>(moved_between(cells, planted.counts.tables[0]));
  RC_ASSERT(std::fabs(planted.effect - moved / static_cast<double>(total_of(cells))) < 1e-15);
  RC_ASSERT(planted.effect <= effect + 0.51 / static_cast<double>(total_of(cells)));
  // A second time: the same stream plants the same.
  const PlantedCounts again =
      plant_effect(engine, {.tables = {cells}, .ratios = {}, .rows = total_of(cells)}, effect, stream);
  RC_ASSERT(again.counts.tables == planted.counts.tables);
}

}  // namespace
}  // namespace gumbelcheck::statistic
