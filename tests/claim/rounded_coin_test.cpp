// A coin that rounding cannot turn: whatever it does to a chance, the evidence against the law grows by next to nothing.

#include "gumbelcheck/claim/rounded_coin.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/statistic/engine.hpp"

namespace {

using namespace gumbelcheck;
using claim::RoundedCoin;

// Chances that follow no simple law, but have the mean p.
double chance_of(double p, random::Stream& stream) {
  const double u = random::uniform_pair(stream()).lower;
  return p + .4 * std::min(p, 1 - p) * (u < .5 ? 1 : -1) * random::uniform_pair(stream()).lower;
}

TEST(RoundedCoin, AddsNoEvidenceToTheExactOne) {
  constexpr double kRounding = .01;
  int gained = 0;
  for (const double p : {.0625, .3, .5, .9}) {
    const statistic::Engine engine({{.name = "coin", .probability = {p, 1 - p}}});
    for (const double moved : {kRounding, -kRounding, .3 * kRounding}) {
      statistic::Counts exact = engine.empty(), naive = engine.empty(), coin = engine.empty();
      RoundedCoin rounded(p, kRounding);
      random::Stream stream({.seed = 11, .purpose = random::Purpose::calibration});
      for (std::uint64_t draw = 1; draw <= 60'000; ++draw) {
        const double chance = chance_of(p, stream);
        const double uniform = random::uniform_pair(stream()).lower;
        ++exact.tables[0][uniform < chance ? 0 : 1];
        ++naive.tables[0][uniform < chance + moved ? 0 : 1];
        rounded.add(chance + moved, uniform, coin.tables[0]);
        exact.rows = naive.rows = coin.rows = draw;
        if (draw < 16 || draw % 499 != 0) continue;
        const double allowed = std::log(std::exp(engine.log_e(exact).upper) + 4.0 / 3);
        EXPECT_LE(engine.log_e(coin).lower, allowed) << p << " " << moved << " after " << draw;
        gained += engine.log_e(naive).lower > allowed + 1;
      }
      EXPECT_EQ(coin.tables[0][0] + coin.tables[0][1], 60'000u);
    }
  }
  EXPECT_GT(gained, 100) << "a coin that takes rounded chances as they are gains evidence from rounding alone";
}

// What is not rounding is seen as before.
TEST(RoundedCoin, SeesALargerError) {
  const statistic::Engine engine({{.name = "coin", .probability = {.4, .6}}});
  statistic::Counts coin = engine.empty();
  RoundedCoin rounded(.4, 1e-4);
  random::Stream stream({.seed = 12, .purpose = random::Purpose::calibration});
  for (coin.rows = 0; coin.rows < 200'000; ++coin.rows) {
    rounded.add(.41, random::uniform_pair(stream()).lower, coin.tables[0]);
  }
  EXPECT_GT(engine.log_e(coin).lower, 27);
}

TEST(RoundedCoin, WithoutRoundingIsACoin) {
  std::vector<std::uint64_t> cells(2);
  RoundedCoin coin(.5, 0);
  for (const double uniform : {.1, .2, .29, .31, .9}) coin.add(.3, uniform, cells);
  EXPECT_EQ(cells, (std::vector<std::uint64_t>{3, 2}));
}

}  // namespace
