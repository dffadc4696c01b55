// What the tables of a large vocabulary see, and how soon; and that they see nothing where nothing is wrong. On counts
// drawn from the law in question.

#include "claim/vocabulary.hpp"

#include <gtest/gtest.h>

#include "gumbelcheck/statistic/exact_tails.hpp"

namespace claim_test {
namespace {

constexpr double kAlpha = 1e-12;
// Those that need more are vocabulary_power's.
constexpr double kMostDrawsHere = 1e6;

random::Stream stream_of(std::uint32_t case_index, std::uint32_t block = 0) {
  return random::Stream(
      {.seed = 20261125, .purpose = random::Purpose::calibration, .case_index = case_index, .block = block});
}

TEST(VocabularyStatistical, FaultsAreRefutedWithinTwiceTheDrawsOfTheTrial) {
  const Law right = vocabulary();
  const claim::ClassTables tables(right, "classes");
  const statistic::Engine engine(tables.laws());
  std::uint32_t number = 0;
  for (const VocabularyFault& fault : vocabulary_faults(right)) {
    if (fault.draws > kMostDrawsHere) continue;
    random::Stream stream = stream_of(number++);
    const auto most = static_cast<std::uint64_t>(2 * fault.draws);
    const Detection seen = detection(tables, engine, QuickSampler(fault.law(right)), most, kAlpha, stream);
    EXPECT_TRUE(seen.found) << fault.name << ": E = e^" << seen.largest_log_e << " after " << seen.draws << " draws; "
                            << seen.leading;
  }
}

// Ville's bound, held against frequencies: a supermartingale crosses 10 on at most one path in ten.
TEST(VocabularyStatistical, RightCountsCrossNoOftenerThanAllowed) {
  const Law right = vocabulary(8320);  // every table there is
  const claim::ClassTables tables(right, "classes");
  ASSERT_EQ(tables.laws().size(), 6u);
  const statistic::Engine engine(tables.laws());
  const QuickSampler sampler(right);
  constexpr std::uint64_t paths = 300;
  std::uint64_t beyond_ten = 0, beyond_a_hundred = 0, beyond_two = 0;
  for (std::uint32_t path = 0; path < paths; ++path) {
    random::Stream stream = stream_of(100, path);
    const Detection seen = detection(tables, engine, sampler, 1u << 13, 1e-30, stream);
    beyond_two += seen.largest_log_e >= std::log(2.0) ? 1 : 0;
    beyond_ten += seen.largest_log_e >= std::log(10.0) ? 1 : 0;
    beyond_a_hundred += seen.largest_log_e >= std::log(100.0) ? 1 : 0;
  }
  EXPECT_GT(statistic::binomial_upper_tail(beyond_ten, paths, .1), 1e-6) << beyond_ten;
  EXPECT_GT(statistic::binomial_upper_tail(beyond_a_hundred, paths, .01), 1e-6) << beyond_a_hundred;
  EXPECT_GT(beyond_two, paths / 50);  // an engine that never moves keeps every level
}

}  // namespace
}  // namespace claim_test
