#include "gumbelcheck/gradient/finite_difference.hpp"

#include <algorithm>
#include <cmath>

namespace gumbelcheck::gradient {

double best_step(double third_derivative, double evaluation_error) {
  return std::exp2(std::round(std::log2(3 * evaluation_error / third_derivative) / 3));
}

Difference central_difference(double above, double below, double step, double third_derivative,
                              double evaluation_error) {
  return {.value = (above - below) / (2 * step), .bound = third_derivative * step * step / 6 + evaluation_error / step};
}

double evaluation_error(const SoftRow& row, std::span<const double> cotangent) {
  if (!row.known_to_a_factor()) return HUGE_VAL;
  const double classes = static_cast<double>(row.classes());
  double error = 0, size = 0, largest = 0;
  for (std::size_t i = 0; i < row.classes(); ++i) {
    const double term = std::abs(cotangent[i]) * row.sample[i];
    error += term * std::expm1(row.rounding[i]);
    size += term;
    largest = std::max(largest, std::abs(cotangent[i]));
  }
  return error + (2 * classes + 4) * row.arithmetic.smallest_normal * largest + (classes + 1) * 0x1p-53 * size;
}

double logits_third_derivative(double temperature) { return 2 / (temperature * temperature * temperature); }

double inverse_temperature_third_derivative(const SoftRow& row, double reach) {
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < row.classes(); ++i) {
    if (std::isinf(row.gap[i])) continue;  // an impossible class has no weight
    const double most = row.gap[i] + row.gap_error[i];
    sum += most * most * most * std::exp(-(1 - reach) * std::max(0.0, row.gap[i] - row.gap_error[i]));
    weights += std::exp(-(1 + reach) * most);
  }
  return 10 * sum / std::max(1.0, weights);
}

}  // namespace gumbelcheck::gradient
