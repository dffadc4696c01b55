#pragma once

// Laws that are off by exactly a given total variation.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace gumbelcheck::calibration {

// Scores a cell each, centred under p and scaled to the total variation asked for.
inline std::vector<double> moved(const std::vector<double>& p, const std::vector<double>& score, double effect) {
  double mean = 0;
  for (std::size_t k = 0; k < p.size(); ++k) mean += p[k] * score[k];
  std::vector<double> shift(p.size());
  double total = 0;
  for (std::size_t k = 0; k < p.size(); ++k) total += std::fabs(shift[k] = p[k] * (score[k] - mean)) / 2;
  std::vector<double> q(p.size());
  for (std::size_t k = 0; k < p.size(); ++k) q[k] = p[k] + shift[k] * effect / total;
  // A law that the scaling would make negative has no such direction.
  return std::ranges::all_of(q, [](double x) { return x >= 0; }) ? q : std::vector<double>{};
}

// Cells split so that both sides have about half the mass, heaviest first: at a given total variation the direction
// that chi-squared sees last.
inline std::vector<double> half_the_mass(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](auto a, auto b) { return p[a] > p[b]; });
  std::vector<double> score(p.size());
  double up = 0, down = 0;
  for (const std::size_t k : order) {
    const bool to_up = up <= down;
    (to_up ? up : down) += p[k];
    score[k] = to_up ? 1 : -1;
  }
  // Each side in proportion to what it has: q = p (1 + d/up) and p (1 - d/down).
  for (double& s : score) s = s > 0 ? 1 / up : -1 / down;
  return score;
}

}  // namespace gumbelcheck::calibration
