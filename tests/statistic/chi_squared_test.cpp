// The fixed-n statistics that users expect, against independent values.

#include "gumbelcheck/statistic/chi_squared.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "statistic/tables.hpp"

namespace gumbelcheck::statistic {
namespace {

using Table = std::vector<std::uint64_t>;

TEST(ChiSquaredTables, PearsonAndG) {
  for (const auto& row : tables()["tests"]) {
    const auto counts = row["counts"].get<Table>();
    const auto p = row["probability"].get<std::vector<double>>();
    const FixedDrawsTest pearson = pearson_test(counts, p);
    EXPECT_DOUBLE_EQ(pearson.statistic, row["pearson"].get<double>());
    EXPECT_EQ(pearson.degrees_of_freedom, static_cast<double>(p.size() - 1));
    EXPECT_NEAR(pearson.p_value, row["pearson_p"].get<double>(), 1e-13);
    EXPECT_EQ(pearson.label.rfind("level true", 0), 0u);
    const FixedDrawsTest g = g_test(counts, p);
    EXPECT_NEAR(g.statistic, row["g"].get<double>(), 1e-10);
    EXPECT_NEAR(g.p_value, row["g_p"].get<double>(), 1e-11);
    EXPECT_EQ(g.label.rfind("approximate", 0), 0u);
  }
}

TEST(ChiSquared, PoolingFollowsTheLawAndSparesImpossibleCells) {
  const std::vector<double> p = {0.9, 0.03, 0.03, 0.04, 0.0};
  const FixedDrawsTest pooled = pearson_test(Table{9000, 300, 300, 400, 0}, p);
  EXPECT_EQ(pooled.degrees_of_freedom, 1);  // {.03, .03} closes at 600 and .04 waits for .9
  EXPECT_EQ(pooled.statistic, 0);
  // Pools do not depend on what was counted.
  EXPECT_EQ(pearson_test(Table{0, 10000, 0, 0, 0}, p).degrees_of_freedom, 1);
  EXPECT_EQ(pearson_test(Table{9000, 300, 300, 399, 1}, p).p_value, 0);
  EXPECT_EQ(g_test(Table{9000, 300, 300, 399, 1}, p).p_value, 0);
}

TEST(ChiSquared, SaysWhatItsLevelIsWorth) {
  const std::vector<double> half = {0.5, 0.5};
  EXPECT_EQ(pearson_test(Table{500, 500}, half).label.rfind("level true", 0), 0u);
  EXPECT_EQ(pearson_test(Table{499, 500}, half).label.rfind("approximate", 0), 0u);
  EXPECT_EQ(pearson_test(Table{10, 12}, half).label.rfind("approximate", 0), 0u);
  EXPECT_EQ(pearson_test(Table{3, 1}, half).label.rfind("not computed", 0), 0u);
  EXPECT_EQ(g_test(Table{20, 19}, half).label.rfind("not computed", 0), 0u);
  EXPECT_EQ(pearson_test(Table{0, 0}, half).label.rfind("not computed", 0), 0u);
}

TEST(ChiSquared, NonsenseIsRefused) {
  EXPECT_THROW(pearson_test(Table{1, 2}, std::vector<double>{1.0}), std::invalid_argument);
  EXPECT_THROW(g_test(Table{1, 2}, std::vector<double>{1.5, -0.5}), std::invalid_argument);
}

}  // namespace
}  // namespace gumbelcheck::statistic
