#pragma once

// When to look, and what a look decides.

#include <cstdint>
#include <string>
#include <vector>

#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::statistic {

enum class Decision { go_on, refuted, upheld, inconclusive };

// rule  a fixed geometric schedule that ends at `draws`: draws / 2^(j/4), upwards from 16 or a little more. So early
//       because what is grossly wrong shows in a few dozen draws; so dense because a look costs a fraction of a
//       millisecond and E may be looked at freely, while the bound of `upheld` grows with the logarithm of the
//       number of looks only (5% from ten looks to sixty)
std::vector<std::uint64_t> look_schedule(std::uint64_t draws);

// The looks of one test, in their order: what it requires of each, and what it keeps of each.
class Looks {
 public:
  // `test` is the name that errors begin with.
  // throws rates or an effect outside (0, 1); an engine without a bounded table, which nothing could uphold
  Looks(std::string test, const Engine& engine, const Budget& budget, double effect, std::uint64_t draws);

  const std::vector<std::uint64_t>& schedule() const { return schedule_; }
  bool last() const { return evidence.looks == schedule_.size(); }  // the look just taken is

  // Before a look of the schedule, and before one at a moment that the subject chose.
  // throws std::logic_error after the end and after the last look; std::invalid_argument on another number of rows
  //        than the schedule's, and on fewer than at the look before
  void require_next(const Counts& counts) const;
  void require_early(const Counts& counts) const;
  // What the e-value of these counts says; true where it refutes.
  bool taken(const Counts& counts, const LogE& found);
  void end() { ended_ = true; }

  Evidence evidence;

 private:
  std::string test_;
  double threshold_;  // of the logarithm of E
  std::vector<std::uint64_t> schedule_;
  bool ended_ = false;
};

// One check: counts at each look of the schedule in, a decision out.
//   refuted       E >= 1 / alpha, at any look
//   upheld        E < 100 and, for every bounded table, TV(counted, law) + sqrt(ln(looks / miss_rate) / 2n) <=
//                 effect, n its draws (not its entries: CellLaw::entries_per_draw), and the live control was
//                 refuted
//   inconclusive  the draws ended first, or the live control was not refuted
class SequentialTest {
 public:
  struct Options {
    Budget budget;
    double effect = 0.01;             // total variation, of every table
    std::uint64_t draws = 1u << 19;   // the last look
    random::StreamId control_stream;  // where the control's direction comes from
  };
  // throws rates or an effect outside (0, 1); an engine without a bounded table, which nothing could uphold
  SequentialTest(Engine engine, Options options);

  const Engine& engine() const { return engine_; }
  const std::vector<std::uint64_t>& schedule() const { return looks_.schedule(); }

  // `counts` are all that was drawn up to the next look of the schedule.
  // throws after a decision, and on another number of rows than the schedule's: the bounds hold at its looks
  Decision look(const Counts& counts);
  // The subject stopped early: refuted or inconclusive, never upheld. The bounds on the effect are then those of
  // a moment that the subject chose, and hold only if it did not choose by what it had drawn. The smallest detectable effect is that of the draws made.
  Decision stop(const Counts& counts);

  const Evidence& evidence() const { return looks_.evidence; }

 private:
  Engine engine_;
  Options options_;
  Looks looks_;
  void measure(const Counts& counts);
  LogE log_e_at(const Counts& counts) const;  // shown to the witness of the budget first
  double seen_by(std::uint64_t draws, const Counts& counts) const;
  void finish(const Counts& counts);
};

}  // namespace gumbelcheck::statistic
