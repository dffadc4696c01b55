#include "gumbelcheck/claim/class_tables.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

namespace {

using namespace gumbelcheck;
using claim::ClassGroups;

std::vector<double> any_law(std::size_t most) {
  const auto classes = *rc::gen::inRange<std::size_t>(2, most);
  std::vector<double> law;
  // Impossible classes, light ones and heavy ones.
  for (std::size_t k = 0; k < classes; ++k) law.push_back(*rc::gen::element(0, 1, 1, 30, 1000));
  law.front() += 1;
  const double sum = std::accumulate(law.begin(), law.end(), 0.0);
  for (double& p : law) p /= sum;
  return law;
}

void assert_groups_law(const ClassGroups& groups, const std::vector<double>& law, std::size_t most) {
  RC_ASSERT(groups.group.size() == law.size());
  RC_ASSERT(groups.probability.size() <= std::max<std::size_t>(most, law.size() <= most ? law.size() : 0));
  std::vector<double> sums(groups.probability.size());
  for (std::size_t k = 0; k < law.size(); ++k) sums.at(groups.group[k]) += law[k];
  for (std::size_t g = 0; g < sums.size(); ++g) RC_ASSERT(std::abs(sums[g] - groups.probability[g]) < 1e-12);
  if (law.size() > most) return;
  for (std::size_t k = 0; k < law.size(); ++k) RC_ASSERT(groups.group[k] == k);
}

RC_GTEST_PROP(ClassGroupsProperty, HoldEveryClassOnce, ()) {
  const std::vector<double> law = any_law(200);
  const std::size_t most = *rc::gen::element<std::size_t>(1, 8, 64);
  assert_groups_law(claim::groups_of_equal_mass(law, most), law, most);
  assert_groups_law(claim::groups_of_neighbours(law, most), law, most);
  assert_groups_law(claim::groups_of_lanes(law, most), law, most);
  const ClassGroups blocks = claim::groups_of_blocks(law, most);
  for (std::size_t k = 0; k < law.size(); ++k) RC_ASSERT(blocks.group[k] == k / most);
}

RC_GTEST_PROP(ClassGroupsProperty, OfOctavesHoldProbabilitiesWithinAFactorOfTwo, ()) {
  const std::vector<double> law = any_law(200);
  const ClassGroups groups = claim::groups_of_octaves(law);
  std::vector<double> most(groups.probability.size()), least(groups.probability.size(), 1);
  for (std::size_t k = 0; k < law.size(); ++k) {
    if (law[k] == 0) continue;
    most.at(groups.group[k]) = std::max(most[groups.group[k]], law[k]);
    least[groups.group[k]] = std::min(least[groups.group[k]], law[k]);
  }
  for (std::size_t g = 0; g < most.size(); ++g) {
    RC_ASSERT(groups.probability[g] > 0);
    RC_ASSERT(most[g] < 2 * least[g]);
    if (g > 0) RC_ASSERT(most[g] < least[g - 1]);
  }
}

TEST(ClassGroups, OfEqualMassAreAboutEqual) {
  const std::vector<double> law(1000, 1e-3);
  const ClassGroups groups = claim::groups_of_equal_mass(law, 8);
  ASSERT_EQ(groups.probability.size(), 8u);
  for (const double p : groups.probability) EXPECT_NEAR(p, .125, .002);
}

TEST(ClassTables, SingleClassesAreBoundedWhileThereAreFew) {
  const std::vector<double> few(300, 1.0 / 300), many(301, 1.0 / 301);
  EXPECT_EQ(claim::ClassTables(few, "classes").laws().size(), 1u);
  EXPECT_TRUE(claim::ClassTables(few, "classes").laws()[0].bounded);
  const claim::ClassTables tables(many, "classes");
  ASSERT_EQ(tables.laws().size(), 5u);
  EXPECT_FALSE(tables.laws()[0].bounded);
  EXPECT_TRUE(tables.laws()[1].bounded && tables.laws()[2].bounded);
  EXPECT_FALSE(tables.laws()[3].bounded || tables.laws()[4].bounded);
  const std::vector<double> more(8193, 1.0 / 8193);
  EXPECT_EQ(claim::ClassTables(more, "classes").laws().size(), 6u);
  EXPECT_EQ(claim::ClassTables(more, "classes").laws()[5].probability.size(), 65u);
}

TEST(ClassTables, CountAClassInEveryTable) {
  const std::vector<double> law(640, 1.0 / 640);
  const claim::ClassTables tables(law, "classes");
  const statistic::Engine engine(tables.laws());
  statistic::Counts counts = engine.empty();
  tables.add(639, counts, 0);
  for (const auto& table : counts.tables) EXPECT_EQ(std::accumulate(table.begin(), table.end(), 0u), 1u);
  EXPECT_EQ(counts.tables[0][639], 1u);
  EXPECT_EQ(counts.tables[1][63], 1u);
}

}  // namespace
