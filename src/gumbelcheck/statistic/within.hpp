#pragma once

// The sequential test of a law that a subject need only come near: for arithmetic too coarse for the exact one.
// The same looks and the same kind of evidence as sequential.hpp; the null is a set of laws (allowance.hpp).

#include "gumbelcheck/statistic/allowance.hpp"
#include "gumbelcheck/statistic/sequential.hpp"

namespace gumbelcheck::statistic {

// What so many draws see, and the draws that an effect needs, as power.hpp has them for the exact law. An effect is
// how far the mass of a set of cells lies outside its bounds. `sets` are those that are looked at: sets_of(laws).
//
// rule    upheld:  a set at its bound stays sqrt(ln(2S/miss)/2n) within it, all S at once, and the bound of `upheld`
//                  is sqrt(ln(looks/miss)/2n)
//         refuted: n KL >= 2 n effect^2 (Pinsker) less the 9% of the nearest step reaches ln(bets/alpha) but for
//                  sqrt(ln(1/miss)/2n)
// domain  sets > 0; 1 where no effect is seen, 2^62 where no number of draws is enough
std::size_t sets_of(const std::vector<CellLaw>& laws);
double detectable_beyond(std::uint64_t draws, std::size_t sets, const Budget& budget);
std::uint64_t draws_needed_beyond(double effect, std::size_t sets, const Budget& budget);

// One check: counts at each look of the schedule in, a decision out.
//   E             the average of two parts, each at most a test supermartingale under every allowed law:
//                 - over the sets of every bounded table, both sides and ten steps t = 2^-8 ... 2 of the log odds:
//                   e^(tN) / (1 + b (e^t - 1))^n, b the upper bound of the set's mass; with -t at the lower bound
//                 - over all tables, the engine's e-value against the named law, over the largest likelihood ratio
//                   that an allowed law could have
//   refuted       E >= 1 / alpha, at any look; a hit in a cell of probability 0 at once
//   upheld        E < 100, and no set's counted mass is farther outside its bounds than the declared effect less
//                 sqrt(ln(looks / miss_rate) / 2n), and the live control was refuted: twice the declared effect
//                 beyond the bound of a set near one half
//   inconclusive  the draws ended first, or the live control was not refuted
// proof: proofs/statistics.md#within-a-tolerance
class WithinTest {
 public:
  // throws  as SequentialTest
  WithinTest(std::vector<CellLaw> laws, Allowance allowance, SequentialTest::Options options);

  const Engine& engine() const { return engine_; }
  const std::vector<std::uint64_t>& schedule() const { return looks_.schedule(); }
  Decision look(const Counts& counts);  // as SequentialTest::look
  Decision stop(const Counts& counts);  // as SequentialTest::stop
  // effect: the largest distance of a set's mass outside its bounds; effect_table names the set.
  const Evidence& evidence() const { return looks_.evidence; }

  LogE log_e(const Counts& counts) const;

 private:
  struct Table {
    CellSets sets;
    std::vector<MassBounds> bounds;  // of each set
    Engine engine;                   // of this table alone
    std::vector<std::size_t> possible;
    std::vector<double> probability;  // of the possible cells
  };
  bool taken(const Counts& counts, const LogE& found);
  void measure(const Counts& counts);
  std::optional<LiveControl> control(const Counts& counts) const;

  Engine engine_;
  Allowance allowance_;
  SequentialTest::Options options_;
  Looks looks_;
  std::vector<Table> tables_;
  std::size_t sets_ = 0;  // of all bounded tables
};

}  // namespace gumbelcheck::statistic
