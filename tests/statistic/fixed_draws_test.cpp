// What is shown beside E: the splitting tree, Kolmogorov and Smirnov's distance, Valiant and Valiant's statistic.

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/statistic/exact_tails.hpp"
#include "gumbelcheck/statistic/kolmogorov_smirnov.hpp"
#include "gumbelcheck/statistic/splitting_tree.hpp"
#include "gumbelcheck/statistic/valiant_valiant.hpp"
#include "statistic/simulation.hpp"

namespace gumbelcheck::statistic {
namespace {

using Table = std::vector<std::uint64_t>;

random::StreamId tree_stream(std::uint32_t block) {
  return {.seed = 7, .purpose = random::Purpose::control, .claim = 2, .block = block};
}

// Whether `seen` of `of` agrees with probability p, but for one chance in a million on each side.
void expect_rate(std::uint64_t seen, std::uint64_t of, double p, const std::string& what) {
  EXPECT_GT(binomial_upper_tail(seen, of, p), 1e-6) << what << ": " << seen << " of " << of;
  EXPECT_GT(binomial_lower_tail(seen, of, p), 1e-6) << what << ": " << seen << " of " << of;
}

TEST(SplittingTreeStatistical, PValuesOfSmallSkewedTablesAreUniform) {
  // Two expected hits in the smaller cells: no chi-squared law would hold here.
  for (const std::vector<double>& p :
       {std::vector<double>{.5, .49, .01}, {.9, .08, .02}, {.01, .3, .19, .5, 1e-6}, {.999, .001}}) {
    const Sampler sampler(p);
    constexpr std::uint32_t tables = 20000;
    std::vector<std::uint64_t> below(4);
    constexpr double levels[] = {.5, .1, .01, .001};
    for (std::uint32_t i = 0; i < tables; ++i) {
      Table counts(p.size());
      random::Stream stream = calibration_stream(600, i);
      sampler.add(counts, 20, stream);
      const FixedDrawsTest found = splitting_tree_test(counts, p, tree_stream(i));
      for (std::size_t level = 0; level < below.size(); ++level) below[level] += found.p_value <= levels[level] ? 1 : 0;
    }
    for (std::size_t level = 0; level < below.size(); ++level) {
      expect_rate(below[level], tables, levels[level], "p below " + std::to_string(levels[level]));
    }
  }
}

// Every table of three cells, with its own probability: nothing is left to chance but the randomisation.
TEST(SplittingTreeStatistical, AllTablesOfThreeCellsTogether) {
  const std::vector<double> p = {.7, .25, .05};
  constexpr std::uint64_t draws = 8;
  constexpr std::uint32_t repetitions = 2000;
  double expected = 0;  // P(p-value <= .05)
  double variance = 0;
  std::uint32_t block = 0;
  for (std::uint64_t a = 0; a <= draws; ++a) {
    for (std::uint64_t b = 0; a + b <= draws; ++b) {
      const Table counts = {a, b, draws - a - b};
      double mass = std::tgamma(draws + 1.0);
      for (std::size_t k = 0; k < 3; ++k) {
        const double count = static_cast<double>(counts[k]);
        mass *= std::pow(p[k], count) / std::tgamma(count + 1);
      }
      std::uint32_t below = 0;
      for (std::uint32_t i = 0; i < repetitions; ++i) {
        below += splitting_tree_test(counts, p, tree_stream(block++)).p_value <= .05 ? 1 : 0;
      }
      const double share = static_cast<double>(below) / repetitions;
      expected += mass * share;
      variance += mass * mass * share * (1 - share) / repetitions;
    }
  }
  EXPECT_NEAR(expected, .05, 5 * std::sqrt(variance));
  EXPECT_LT(std::sqrt(variance), .003);
}

TEST(SplittingTree, SaysWhatItCannotDo) {
  EXPECT_EQ(splitting_tree_test(Table{3, 1, 2}, std::vector<double>{.5, 0, .5}, tree_stream(0)).p_value, 0);
  EXPECT_EQ(splitting_tree_test(Table{3, 0, 2}, std::vector<double>{.5, 0, .5}, tree_stream(0)).degrees_of_freedom, 1);
  EXPECT_EQ(splitting_tree_test(Table{3}, std::vector<double>{1}, tree_stream(0)).label.rfind("not computed", 0), 0u);
  EXPECT_THROW(splitting_tree_test(Table{3}, std::vector<double>{.5, .5}, tree_stream(0)), std::invalid_argument);
  const std::vector<double> many(kMostCellsOfATree + 1, 1 / (kMostCellsOfATree + 1.0));
  EXPECT_EQ(splitting_tree_test(Table(many.size(), 1), many, tree_stream(0)).label.rfind("not computed", 0), 0u);
  // No table is so wrong that its numbers are none.
  const FixedDrawsTest far = splitting_tree_test(Table{0, 1u << 30}, std::vector<double>{.5, .5}, tree_stream(0));
  EXPECT_TRUE(std::isfinite(far.statistic));
  EXPECT_LT(far.p_value, 1e-300);
}

TEST(SplittingTreeFault, ATableThatIsOffIsSeen) {
  // Of the right total but five standard deviations apart in one pair of cells.
  const std::vector<double> p(32, 1. / 32);
  Table counts(32, 10000);
  counts[7] += 700;
  counts[8] -= 700;
  EXPECT_LT(splitting_tree_test(counts, p, tree_stream(1)).p_value, 1e-6);
}

TEST(KolmogorovSmirnov, IsTheDistanceAtTheEdges) {
  const std::vector<double> p(4, .25);
  const FixedDrawsTest found = kolmogorov_smirnov_test(Table{40, 20, 20, 20}, p);
  EXPECT_DOUBLE_EQ(found.statistic, .15);  // at 1/4
  EXPECT_NEAR(found.p_value, 2 * std::exp(-2 * 100 * .15 * .15), 1e-12);
  EXPECT_EQ(kolmogorov_smirnov_test(Table{25, 25, 25, 25}, p).p_value, 1);
  EXPECT_EQ(kolmogorov_smirnov_test(Table{0, 0, 0, 0}, p).p_value, 1);
  EXPECT_DOUBLE_EQ(kolmogorov_smirnov_test(Table{0, 0, 0, 10}, p).statistic, .75);
  EXPECT_THROW(kolmogorov_smirnov_test(Table{1}, p), std::invalid_argument);
}

TEST(KolmogorovSmirnovStatistical, TheBoundHoldsAndIsNotIdle) {
  const std::vector<double> p(32, 1. / 32);
  const Sampler sampler(p);
  constexpr std::uint32_t tables = 20000;
  std::uint64_t below = 0;
  for (std::uint32_t i = 0; i < tables; ++i) {
    Table counts(p.size());
    random::Stream stream = calibration_stream(601, i);
    sampler.add(counts, 1000, stream);
    below += kolmogorov_smirnov_test(counts, p).p_value <= .1 ? 1 : 0;
  }
  EXPECT_GT(binomial_upper_tail(below, tables, .1), 1e-6) << below;
  EXPECT_LT(binomial_upper_tail(below, tables, .01), 1e-6) << below;
}

std::vector<double> mixed_means() {
  std::vector<double> means;
  for (int i = 0; i < 300; ++i) means.push_back(i % 3 == 0 ? .05 : i % 3 == 1 ? 1.5 : 30);
  return means;
}

double weighted(double mean, double count) {
  return std::pow(std::max(mean, .01), -2. / 3) * ((count - mean) * (count - mean) - count);
}

TEST(ValiantValiantStatistical, TheTailsAgreeWithSimulation) {
  const std::vector<double> means = mixed_means();
  constexpr std::uint32_t tables = 4000;
  std::vector<double> found;
  for (std::uint32_t i = 0; i < tables; ++i) {
    random::Stream stream = calibration_stream(602, i);
    double statistic = 0;
    for (const double mean : means) {
      statistic += weighted(mean, boost::random::poisson_distribution<int>(mean)(stream));
    }
    found.push_back(statistic);
  }
  std::ranges::sort(found, std::greater());
  // At the statistic that a share of the simulated tables exceeds, the tail is that share.
  for (const std::size_t rank :
       {std::size_t{8}, std::size_t{40}, std::size_t{400}, std::size_t{2000}, std::size_t{3600}}) {
    const PoissonTail tail = valiant_valiant_tail(found[rank - 1], means);
    expect_rate(rank, tables, tail.saddlepoint, "tail at " + std::to_string(found[rank - 1]));
    EXPECT_GE(tail.chernoff, tail.saddlepoint);
    EXPECT_LE(tail.chernoff, 1);
    // Of many cells together the bound is too large by no more than a normal law's would be.
    if (rank <= 40) {
      EXPECT_LE(tail.chernoff, 12 * tail.saddlepoint);
    }
  }
}

TEST(ValiantValiant, ChernoffIsAboveTheExactTailOfOneCell) {
  for (const double mean : {.5, 4.0, 20.0}) {
    const boost::math::poisson poisson(mean);
    for (const double high : {1.0, 2.0, 3.0}) {
      // Beyond the mean the statistic rises with the count, and below it with its distance.
      const double count = std::ceil(mean + high * std::sqrt(mean) + 2);
      const double statistic = weighted(mean, count);
      double exact = cdf(complement(poisson, count - 1));
      for (double low = 0; low < mean; ++low) {
        if (weighted(mean, low) >= statistic) exact += pdf(poisson, low);
      }
      const PoissonTail tail = valiant_valiant_tail(statistic, std::vector<double>{mean});
      EXPECT_GE(tail.chernoff, exact) << mean << " " << count;
    }
  }
}

TEST(ValiantValiant, FallsWithTheStatisticAndEndsInTheBound) {
  const std::vector<double> means = mixed_means();
  PoissonTail before;
  for (double statistic = -2000; statistic < 20000; statistic += 50) {
    const PoissonTail tail = valiant_valiant_tail(statistic, means);
    EXPECT_LE(tail.saddlepoint, before.saddlepoint + 1e-4) << statistic;
    EXPECT_LE(tail.chernoff, before.chernoff + 1e-9) << statistic;
    EXPECT_GE(tail.chernoff, kLeftOut);
    before = tail;
  }
  EXPECT_LT(before.chernoff, 1e-15);
  EXPECT_LT(valiant_valiant_tail(1e15, means).chernoff, 1e-15);
}

TEST(ValiantValiantFault, ManyCellsThatAreEachALittleOffAreSeen) {
  // Every second class twice as frequent as it should be, the others lost: half a hit a cell.
  constexpr std::size_t cells = 20000;
  const std::vector<double> p(cells, 1. / cells);
  std::vector<double> q(cells);
  for (std::size_t k = 0; k < cells; ++k) q[k] = (k % 2 == 0 ? 1.6 : .4) / cells;
  random::Stream stream = calibration_stream(603, 0);
  Table right(cells), wrong(cells);
  Sampler(p).add(right, cells / 2, stream);
  Sampler(q).add(wrong, cells / 2, stream);
  EXPECT_GT(valiant_valiant_test(right, p).p_value, 1e-6);
  EXPECT_LT(valiant_valiant_test(wrong, p).p_value, 1e-9);
  EXPECT_EQ(valiant_valiant_test(Table{1, 1}, std::vector<double>{1, 0}).p_value, 0);
  EXPECT_THROW(valiant_valiant_test(Table{1}, p), std::invalid_argument);
}

}  // namespace
}  // namespace gumbelcheck::statistic
