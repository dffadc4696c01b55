#include "gumbelcheck/gradient/soft_row.hpp"

#include <algorithm>
#include <cmath>

namespace gumbelcheck::gradient {

namespace {

// What is computed here is rounded too, to double. Charging it to the implementation keeps one formula.
constexpr double kOwnRoundoff = 0x1p-53;

}  // namespace

std::vector<double> softmax_log_error(std::span<const double> sample, std::span<const double> size,
                                      std::span<const double> gap, double unit_roundoff, double sum_roundoff) {
  const double u = unit_roundoff + kOwnRoundoff;
  const double u_sum = sum_roundoff > 0 ? sum_roundoff + kOwnRoundoff : u;
  std::vector<double> error(sample.size());
  double shared = static_cast<double>(sample.size()) * u_sum + kSharedRoundings * u;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (sample[i] == 0) continue;  // impossible, or too small for the dtype: its error is absolute, not relative
    error[i] = u * (kRoundingsOfScore * size[i] + kRoundingsOfGap * gap[i]);
    shared += sample[i] * std::expm1(error[i]);
  }
  for (double& e : error) e += shared;
  return error;
}

SoftRow known_row(std::span<const double> logits, std::span<const double> noise, double temperature,
                  Arithmetic arithmetic) {
  const std::size_t classes = logits.size();
  SoftRow row{.temperature = temperature, .arithmetic = arithmetic};
  row.sample.resize(classes);
  row.size.resize(classes);
  row.gap.resize(classes);
  row.gap_error.resize(classes);
  double largest = -HUGE_VAL;
  for (std::size_t i = 0; i < classes; ++i) {
    const double g = noise.empty() ? 0 : noise[i];
    row.gap[i] = (logits[i] + g) / temperature;  // the score; its distance from the largest below
    row.size[i] = std::isinf(logits[i]) ? 0 : (std::abs(logits[i]) + std::abs(g)) / temperature;
    largest = std::max(largest, row.gap[i]);
  }
  const double size_of_largest =
      row.size[static_cast<std::size_t>(std::distance(row.gap.begin(), std::ranges::max_element(row.gap)))];
  double sum = 0;
  for (std::size_t i = 0; i < classes; ++i) {
    row.gap[i] = largest - row.gap[i];
    row.gap_error[i] = std::isinf(row.gap[i]) ? 0 : 4 * kOwnRoundoff * (row.size[i] + size_of_largest);
    sum += row.sample[i] = std::exp(-row.gap[i]);
  }
  for (double& y : row.sample) y /= sum;
  row.rounding = softmax_log_error(row.sample, row.size, row.gap, arithmetic.unit_roundoff, arithmetic.sum_roundoff);
  return row;
}

SoftRow observed_row(std::vector<double> sample, std::vector<double> size, double temperature, Arithmetic arithmetic) {
  SoftRow row{.temperature = temperature, .arithmetic = arithmetic, .observed = true};
  row.sample = std::move(sample);
  row.size = std::move(size);
  const double widest = 2 * std::ranges::max(row.size);
  const double log_largest = std::log(std::ranges::max(row.sample));
  const std::size_t classes = row.classes();
  row.gap.resize(classes);
  for (std::size_t i = 0; i < classes; ++i) row.gap[i] = std::min(widest, log_largest - std::log(row.sample[i]));

  // The gaps carry the error that is to be computed from them. While that error is below one half, gaps that
  // are too large by 1 bound the true ones; beyond, nothing is known (known_to_a_factor).
  std::vector<double> upper = row.gap;
  for (double& gap : upper) gap = std::min(widest, gap + 1);
  row.rounding = softmax_log_error(row.sample, row.size, upper, arithmetic.unit_roundoff, arithmetic.sum_roundoff);
  // Entries as returned stand for the exact ones in that error, and are off by it themselves.
  std::vector<double> most = row.sample;
  for (std::size_t i = 0; i < classes; ++i) most[i] *= std::exp(2 * row.rounding[i]);
  row.rounding = softmax_log_error(most, row.size, upper, arithmetic.unit_roundoff, arithmetic.sum_roundoff);
  const double of_largest =
      row.rounding[static_cast<std::size_t>(std::distance(row.sample.begin(), std::ranges::max_element(row.sample)))];
  row.gap_error.resize(classes);
  for (std::size_t i = 0; i < classes; ++i) {
    row.gap_error[i] = row.rounding[i] + of_largest + 4 * kOwnRoundoff * (1 + row.gap[i]);
  }
  return row;
}

bool SoftRow::known_to_a_factor() const {
  return std::ranges::all_of(rounding, [](double error) { return error <= .5; });
}

}  // namespace gumbelcheck::gradient
