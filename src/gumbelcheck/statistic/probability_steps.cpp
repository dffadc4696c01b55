#include "gumbelcheck/statistic/probability_steps.hpp"

#include <algorithm>
#include <cmath>

#include "gumbelcheck/statistic/compensated_sum.hpp"

namespace gumbelcheck::statistic {

ProbabilitySteps::ProbabilitySteps(std::span<const double> probability, int steps_an_octave) {
  std::vector<int> level;
  level.reserve(probability.size());
  for (const double p : probability) level.push_back(static_cast<int>(std::floor(steps_an_octave * std::log2(p))));
  std::vector<int> levels = level;
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  std::vector<CompensatedSum> mass(levels.size());
  cells.resize(levels.size());
  least.resize(levels.size(), 1);
  for (std::size_t k = 0; k < probability.size(); ++k) {
    const auto found = std::lower_bound(levels.begin(), levels.end(), level[k]) - levels.begin();
    step.push_back(static_cast<std::uint32_t>(found));
    mass[step.back()].add(probability[k]);
    ++cells[step.back()];
    least[step.back()] = std::min(least[step.back()], probability[k]);
  }
  for (std::size_t s = 0; s < levels.size(); ++s) mean.push_back(mass[s].value() / static_cast<double>(cells[s]));
  for (std::size_t k = 0; k < probability.size(); ++k) relative.push_back(probability[k] / mean[step[k]]);
}

}  // namespace gumbelcheck::statistic
