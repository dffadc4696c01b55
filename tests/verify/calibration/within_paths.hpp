#pragma once

// Paths of the test within a tolerance: counts simulated from a law, to the end of the test.

#include <cstdint>
#include <vector>

#include "gumbelcheck/statistic/within.hpp"
#include "statistic/simulation.hpp"

namespace gumbelcheck::calibration {

struct WithinQuestion {
  std::vector<double> law;
  statistic::Allowance allowance;
  double effect = .01;  // beyond the tolerance
  statistic::Budget budget;
};

inline statistic::WithinTest within_test(const WithinQuestion& asked, std::uint64_t draws, std::uint32_t path = 0) {
  return statistic::WithinTest(
      {{.name = "classes", .probability = asked.law, .temperature = true}}, asked.allowance,
      {.budget = asked.budget,
       .effect = asked.effect,
       .draws = draws,
       .control_stream = {.seed = 20240229, .purpose = random::Purpose::control, .block = path}});
}

// The fewest draws that the plan says see the effect.
inline std::uint64_t within_draws(const WithinQuestion& asked) {
  const std::size_t sets = statistic::sets_of({{.name = "classes", .probability = asked.law}});
  return statistic::draws_needed_beyond(asked.effect, sets, asked.budget);
}

// The law with the set of first classes whose mass is nearest to one half moved to its upper bound, and `beyond` farther.
inline std::vector<double> at_the_edge(const WithinQuestion& asked, double beyond) {
  std::size_t inside = 1;
  double mass = asked.law[0];
  while (mass + asked.law[inside] / 2 < .5) mass += asked.law[inside++];
  const double target = statistic::allowed(mass, asked.allowance).high + beyond;
  std::vector<double> moved = asked.law;
  for (std::size_t k = 0; k < moved.size(); ++k) moved[k] *= k < inside ? target / mass : (1 - target) / (1 - mass);
  return moved;
}

struct WithinSeen {
  std::uint64_t upheld = 0, refuted = 0;
};

inline WithinSeen within_paths(const WithinQuestion& asked, const std::vector<double>& truth, std::uint64_t draws,
                               std::uint64_t paths, std::uint32_t number) {
  WithinSeen seen;
  const statistic::Sampler sampler(truth);
  for (std::uint32_t path = 0; path < paths; ++path) {
    statistic::WithinTest test = within_test(asked, draws, path);
    random::Stream stream = statistic::calibration_stream(number, path);
    statistic::Counts counts = test.engine().empty();
    for (const std::uint64_t look : test.schedule()) {
      sampler.add(counts.tables[0], look - counts.rows, stream);
      counts.rows = look;
      const statistic::Decision decision = test.look(counts);
      seen.upheld += decision == statistic::Decision::upheld ? 1 : 0;
      seen.refuted += decision == statistic::Decision::refuted ? 1 : 0;
      if (decision != statistic::Decision::go_on) break;
    }
  }
  return seen;
}

}  // namespace gumbelcheck::calibration
