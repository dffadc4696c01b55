#pragma once

// Cells put together by their probability, so that what depends on the probability alone is computed once a step and
// not once a cell.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gumbelcheck::statistic {

// rule    cell k is in the step floor(steps_an_octave log2 p_k); empty steps are left out, lighter steps come first
// domain  p_k > 0
struct ProbabilitySteps {
  ProbabilitySteps(std::span<const double> probability, int steps_an_octave);

  std::vector<std::uint32_t> step;  // of each cell
  std::vector<double> relative;     // the cell's probability over the mean of its step
  std::vector<std::size_t> cells;   // of each step
  std::vector<double> mean;         // probability of its cells
  std::vector<double> least;        // the same of the lightest
};

}  // namespace gumbelcheck::statistic
