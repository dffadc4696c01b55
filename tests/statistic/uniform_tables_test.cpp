// Rows of uniforms into tables: which cell, which table, how many; that the laws are the right ones; and that what
// the tables exist for is seen.

#include "gumbelcheck/statistic/uniform_tables.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "gumbelcheck/statistic/exact_tails.hpp"
#include "statistic/simulation.hpp"

namespace gumbelcheck::statistic {
namespace {

using random::UniformPair;

UniformPair pair_of(double u) { return {u, 1 - u}; }
std::uint64_t total_of(const std::vector<std::uint64_t>& cells) {
  return std::accumulate(cells.begin(), cells.end(), std::uint64_t{0});
}

TEST(UniformTables, LawsSumToOneAndAreBounded) {
  for (const std::size_t coordinates : {1u, 2u, 3u, 16u, 17u, 1000u}) {
    const UniformTables tables({.coordinates = coordinates});
    const Engine engine(tables.laws());  // throws where a law does not sum to 1
    EXPECT_LE(engine.laws().size(), 22u);
  }
  EXPECT_EQ(UniformTables({.coordinates = 1}).laws().size(), 4u);    // bins, two tails, rows
  EXPECT_EQ(UniformTables({.coordinates = 2}).laws().size(), 6u);    // 2 bins, two tails, one pairing, rows
  EXPECT_EQ(UniformTables({.coordinates = 3}).laws().size(), 9u);    // 3 bins, two tails, three pairings, rows
  EXPECT_EQ(UniformTables({.coordinates = 17}).laws().size(), 15u);  // 8 + 1 bins, two tails, three pairings, rows
  EXPECT_EQ(UniformTables({.coordinates = 1, .tail_bits_at_one = 0, .pairs = false}).laws().size(), 2u);
  EXPECT_EQ(UniformTables({.coordinates = 1, .tail_bits_at_zero = 2}).laws()[1].probability,
            (std::vector<double>{.75, .25}));
}

TEST(UniformTables, PutsEachEntryInItsCell) {
  const UniformTables tables({.coordinates = 1, .tail_bits_at_zero = 5, .tail_bits_at_one = 4});
  const Engine engine(tables.laws());
  Counts counts = engine.empty();
  UniformTables::BlockState state;
  tables.add(std::vector{UniformPair{0.03, 0.97}}, state, counts);        // bin 0; below 2^-5: last cell
  tables.add(std::vector{UniformPair{1 - 1e-30, 1e-30}}, state, counts);  // bin 31; below 2^-4 from 1
  EXPECT_EQ(counts.tables[0][0], 1u);
  EXPECT_EQ(counts.tables[0][31], 1u);
  EXPECT_EQ(counts.tables[1], (std::vector<std::uint64_t>{1, 0, 0, 0, 1}));
  EXPECT_EQ(counts.tables[2], (std::vector<std::uint64_t>{1, 0, 0, 1}));
  EXPECT_EQ(counts.tables[3][7], 1u);                    // rows 0 and 1: first in bin 0 of 8, second in bin 7
  tables.add(std::vector{pair_of(0.2)}, state, counts);  // in [1/8, 1/4): cell 1; waits for its partner
  EXPECT_EQ(counts.tables[1][1], 1u);
  EXPECT_EQ(total_of(counts.tables[3]), 1u);
}

TEST(UniformTables, TakesTheEndsAndTheMiddle) {
  const UniformTables tables({.coordinates = 1, .pairs = false});
  const Engine engine(tables.laws());
  Counts counts = engine.empty();
  UniformTables::BlockState state;
  tables.add(std::vector{UniformPair{0, 1}}, state, counts);
  tables.add(std::vector{UniformPair{1, -0.0}}, state, counts);  // -expm1(0) is -0
  tables.add(std::vector{UniformPair{.5, .5}}, state, counts);
  tables.add(std::vector{UniformPair{.25, .75}}, state, counts);
  EXPECT_EQ(counts.tables[0][0], 1u);
  EXPECT_EQ(counts.tables[0][31], 1u);
  EXPECT_EQ(counts.tables[0][8], 1u);
  EXPECT_EQ(counts.tables[1].back(), 1u);
  EXPECT_EQ(counts.tables[2].back(), 1u);
  EXPECT_EQ(counts.tables[1].front(), 3u);
}

TEST(UniformTables, PairsAreDisjoint) {
  const UniformTables tables({.coordinates = 5});
  const Engine engine(tables.laws());
  Counts counts = engine.empty();
  UniformTables::BlockState state;
  const std::vector<UniformPair> row = {pair_of(.1), pair_of(.3), pair_of(.5), pair_of(.7), pair_of(.9)};
  for (int i = 0; i < 4; ++i) tables.add(row, state, counts);
  const std::size_t first_pairs = 5 + 2;
  EXPECT_EQ(total_of(counts.tables[first_pairs]), 8u);       // (1,2), (3,4) of four rows
  EXPECT_EQ(counts.tables[first_pairs][0 * 8 + 2], 4u);      // .1 and .3
  EXPECT_EQ(total_of(counts.tables[first_pairs + 1]), 8u);   // (2,3), (4,5)
  EXPECT_EQ(counts.tables[first_pairs + 1][5 * 8 + 7], 4u);  // .7 and .9
  EXPECT_EQ(total_of(counts.tables[first_pairs + 2]), 8u);   // (1,3), (5,2)
  EXPECT_EQ(counts.tables[first_pairs + 2][0 * 8 + 4], 4u);
  EXPECT_EQ(counts.tables[first_pairs + 2][7 * 8 + 2], 4u);
  EXPECT_EQ(total_of(counts.tables[first_pairs + 3]), 10u);  // five coordinates of two pairs of rows
}

TEST(UniformTables, TheSecondOrderNamesEachCoordinateOnceAtMost) {
  // A coordinate near 1 among ones near 0: its pair is in the last row or column of squares.
  for (const std::size_t coordinates : {3u, 4u, 7u, 128u, 129u, 1000u}) {
    const UniformTables tables({.coordinates = coordinates, .tail_bits_at_zero = 0, .tail_bits_at_one = 0});
    const std::vector<CellLaw> laws = tables.laws();
    const Engine engine(laws);
    const std::size_t second = laws.size() - 2;
    EXPECT_LE(laws[second].entries_per_draw, 64u);
    std::uint64_t named = 0;
    for (std::size_t j = 0; j < coordinates; ++j) {
      std::vector<UniformPair> row(coordinates, pair_of(.01));
      row[j] = pair_of(.99);
      Counts counts = engine.empty();
      UniformTables::BlockState state;
      tables.add(row, state, counts);
      EXPECT_EQ(total_of(counts.tables[second]), laws[second].entries_per_draw);
      const std::uint64_t elsewhere = total_of(counts.tables[second]) - counts.tables[second][0];
      EXPECT_LE(elsewhere, 1u);
      named += elsewhere;
    }
    EXPECT_EQ(named, 2 * laws[second].entries_per_draw) << coordinates;
  }
}

TEST(UniformTables, EntriesOfADrawAreSaid) {
  for (const std::size_t coordinates : {1u, 2u, 3u, 8u, 17u, 40u}) {
    const UniformTables tables({.coordinates = coordinates});
    const std::vector<CellLaw> laws = tables.laws();
    const Engine engine(laws);
    Counts counts = engine.empty();
    UniformTables::BlockState state;
    constexpr std::uint64_t rows = 6;
    for (std::uint64_t i = 0; i < rows; ++i) tables.add(std::vector<UniformPair>(coordinates), state, counts);
    for (std::size_t t = 0; t < laws.size(); ++t) {
      const bool pairs_of_rows = t + 1 == laws.size();
      EXPECT_EQ(total_of(counts.tables[t]), laws[t].entries_per_draw * (pairs_of_rows ? rows / 2 : rows))
          << laws[t].name;
    }
  }
}

TEST(UniformTables, APairOfRowsNeverCrossesBlocks) {
  const UniformTables tables({.coordinates = 1});
  const Engine engine(tables.laws());
  Counts counts = engine.empty();
  for (int block = 0; block < 4; ++block) {
    UniformTables::BlockState state;
    for (int i = 0; i < 3; ++i) tables.add(std::vector{pair_of(i == 2 ? .9 : .1)}, state, counts);
  }
  EXPECT_EQ(total_of(counts.tables[3]), 4u);  // the third row of each block has no partner
  EXPECT_EQ(counts.tables[3][0], 4u);
}

TEST(UniformTables, NonsenseIsRefusedAndNotCounted) {
  const UniformTables tables({.coordinates = 2});
  const Engine engine(tables.laws());
  Counts counts = engine.empty();
  UniformTables::BlockState state;
  const double nan = std::nan("");
  EXPECT_THROW(tables.add(std::vector{pair_of(.5), UniformPair{nan, nan}}, state, counts), std::invalid_argument);
  EXPECT_THROW(tables.add(std::vector{pair_of(.5), UniformPair{-.1, 1.1}}, state, counts), std::invalid_argument);
  EXPECT_THROW(tables.add(std::vector{pair_of(.5)}, state, counts), std::invalid_argument);
  EXPECT_EQ(counts.tables, engine.empty().tables);
  EXPECT_THROW(UniformTables({.coordinates = 0}), std::invalid_argument);
  EXPECT_THROW(UniformTables({.coordinates = 1, .tail_bits_at_zero = 1}), std::invalid_argument);
}

RC_GTEST_PROP(UniformTablesProperty, EveryUniformLiesInTheCellThatHoldsIt, ()) {
  const UniformTables tables({.coordinates = 1, .pairs = false});
  const std::vector<CellLaw> laws = tables.laws();
  const Engine engine(laws);
  Counts counts = engine.empty();
  UniformTables::BlockState state;
  // Words with leading zeros or ones, so that both tails are met.
  const std::uint64_t word = *rc::gen::arbitrary<std::uint64_t>() >> *rc::gen::inRange(0, 30);
  const UniformPair u = random::uniform_pair(*rc::gen::arbitrary<bool>() ? word : ~word);
  tables.add(std::vector{u}, state, counts);
  const auto cell = [&](std::size_t t) {
    return static_cast<std::size_t>(std::ranges::find(counts.tables[t], 1u) - counts.tables[t].begin());
  };
  const double bin = static_cast<double>(cell(0));
  RC_ASSERT(u.lower * 32 >= bin - 1e-12);
  RC_ASSERT(u.lower * 32 <= bin + 1 + 1e-12);
  for (const auto& [t, distance] : {std::pair<std::size_t, double>{1, u.lower}, {2, u.upper}}) {
    // Mass nearer to the end than this cell, and with it.
    const auto& p = laws[t].probability;
    const double nearer = std::accumulate(p.begin() + static_cast<std::ptrdiff_t>(cell(t)) + 1, p.end(), 0.0);
    RC_ASSERT(distance >= nearer);
    RC_ASSERT(distance <= nearer + p[cell(t)]);
  }
}

using Row = std::vector<UniformPair>;

double log_e_of(const std::function<void(Row&, random::Stream&)>& spoil, std::uint32_t path, std::uint64_t rows) {
  const UniformTables tables({.coordinates = 4});
  const Engine engine(tables.laws());
  Counts counts = engine.empty();
  UniformTables::BlockState state;
  random::Stream stream = calibration_stream(400, path);
  Row row(4);
  for (std::uint64_t i = 0; i < rows; ++i) {
    for (UniformPair& entry : row) entry = random::uniform_pair(stream());
    spoil(row, stream);
    tables.add(row, state, counts);
    ++counts.rows;
  }
  return engine.log_e(counts).lower;
}

bool one_in(double share, random::Stream& stream) { return random::uniform_pair(stream()).lower < share; }

TEST(UniformTablesStatistical, RightUniformsKeepTheLevel) {
  constexpr std::uint32_t paths = 400;
  std::uint64_t crossed = 0;
  for (std::uint32_t path = 0; path < paths; ++path) {
    crossed += log_e_of([](Row&, random::Stream&) {}, path, 2000) >= std::log(10.0) ? 1 : 0;
  }
  EXPECT_GT(binomial_upper_tail(crossed, paths, 0.1), 1e-6) << crossed;
}

TEST(UniformTablesFault, ACorrelationOfTwoHundredthsIsSeen) {
  // As sums of normal variables: two uniforms each, by Box and Muller.
  const auto correlated = [](Row& row, random::Stream& stream) {
    const auto normal = [&] {
      const double radius = std::sqrt(-2 * std::log(random::uniform_pair(stream()).lower));
      return radius * std::cos(6.283185307179586 * random::uniform_pair(stream()).lower);
    };
    const auto uniform = [](double z) {
      return UniformPair{std::erfc(-z / std::sqrt(2.)) / 2, std::erfc(z / std::sqrt(2.)) / 2};
    };
    // Both pairs of the row: one alone would be half as correlated in the table that they share.
    for (const std::size_t j : {0u, 2u}) {
      const double first = normal();
      row[j] = uniform(first);
      row[j + 1] = uniform(.02 * first + std::sqrt(1 - .0004) * normal());
    }
  };
  EXPECT_GT(log_e_of(correlated, 0, 200000), std::log(1e12));
}

TEST(UniformTablesFault, DependenceAndMissingTailsAreSeen) {
  const double refuted = std::log(1e12);
  const auto copied = [](std::size_t from, std::size_t to) {
    return [=](Row& row, random::Stream& stream) {
      if (one_in(.2, stream)) row[to] = row[from];
    };
  };
  EXPECT_GT(log_e_of(copied(0, 1), 0, 20000), refuted);  // seen by (1, 2), (3, 4)
  EXPECT_GT(log_e_of(copied(1, 2), 0, 20000), refuted);  // seen by (2, 3), (4, 5)
  EXPECT_GT(log_e_of(copied(1, 3), 0, 20000), refuted);  // seen by the second order
  UniformPair last{.5, .5};
  const auto repeats_the_row_before = [&](Row& row, random::Stream& stream) {
    if (one_in(.3, stream)) row[3] = last;
    last = row[3];
  };
  EXPECT_GT(log_e_of(repeats_the_row_before, 0, 20000), refuted);
  const auto capped = [](bool at_one) {
    return [=](Row& row, random::Stream&) {
      for (UniformPair& u : row) {
        if (at_one ? u.upper < 0x1p-10 : u.lower < 0x1p-10) u = pair_of(.5);
      }
    };
  };
  EXPECT_GT(log_e_of(capped(true), 0, 20000), refuted);
  EXPECT_GT(log_e_of(capped(false), 0, 20000), refuted);
  EXPECT_LT(log_e_of([](Row&, random::Stream&) {}, 0, 20000), std::log(100.0));
}

}  // namespace
}  // namespace gumbelcheck::statistic
