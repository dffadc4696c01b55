#pragma once

// When to look, and what a look decides.

#include <cstdint>
#include <vector>

#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::statistic {

enum class Decision { go_on, refuted, upheld, inconclusive };

// rule  a fixed geometric schedule that ends at `draws`: draws / 2^j, upwards from about 1000
std::vector<std::uint64_t> look_schedule(std::uint64_t draws);

// One check: counts at each look of the schedule in, a decision out.
//   refuted       E >= 1 / alpha, at any look
//   upheld        E < 100 and, for every table, TV(counted, law) + sqrt(ln(looks / miss_rate) / 2n) <= effect,
//                 and the live control was refuted
//   inconclusive  the draws ended first, or the live control was not refuted
class SequentialTest {
 public:
  struct Options {
    Budget budget;
    double effect = 0.01;              // total variation, of every table
    std::uint64_t draws = 1u << 19;    // the last look
    random::StreamId control_stream;   // where the control's direction comes from
  };
  SequentialTest(Engine engine, Options options);

  const Engine& engine() const { return engine_; }
  const std::vector<std::uint64_t>& schedule() const { return schedule_; }

  // `counts` are all that was drawn up to the next look of the schedule.
  // throws after a decision, and on fewer rows than at the look before
  Decision look(const Counts& counts);
  // The subject stopped early: refuted or inconclusive, never upheld.
  Decision stop(const Counts& counts);

  const Evidence& evidence() const { return evidence_; }

 private:
  Engine engine_;
  Options options_;
  std::vector<std::uint64_t> schedule_;
  bool refuted_by(const Counts& counts);
  void measure(const Counts& counts);
  void finish(const Counts& counts);

  Evidence evidence_;
  double upper_log_e_ = 0;
  bool finished_ = false;
};

}  // namespace gumbelcheck::statistic
