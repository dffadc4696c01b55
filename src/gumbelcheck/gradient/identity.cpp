#include "gumbelcheck/gradient/identity.hpp"

#include <algorithm>
#include <cmath>

namespace gumbelcheck::gradient {

namespace {

// Sums over the row that both formulas need.
struct Moments {
  double mean = 0;        // s = sum y v
  double mean_size = 0;   // sum y |v|
  double mean_error = 0;  // ds: of s, computed from rounded entries in a row of rounded operations
  double largest = 0;     // |v|
};

double effective_roundoff(const SoftRow& row) { return row.arithmetic.unit_roundoff + 0x1p-53; }

Moments moments(const SoftRow& row, std::span<const double> cotangent) {
  const double summing = std::expm1((static_cast<double>(row.classes()) + 4) * effective_roundoff(row));
  Moments m;
  for (std::size_t i = 0; i < row.classes(); ++i) {
    const double term = row.sample[i] * cotangent[i];
    const double error = row.log_error(i);
    m.mean += term;
    m.mean_size += std::abs(term);
    m.mean_error += std::abs(term) * (std::expm1(error) + summing * std::exp(error));
    m.largest = std::max(m.largest, std::abs(cotangent[i]));
  }
  return m;
}

}  // namespace

std::vector<Expected> expected_gradient(const SoftRow& row, std::span<const double> cotangent) {
  const double u = effective_roundoff(row);
  const Moments m = moments(row, cotangent);
  const double floor = (6 * static_cast<double>(row.classes()) + 16) * row.arithmetic.smallest_normal *
                       std::max(1.0, m.largest) * std::max(1.0, row.temperature);
  const double shared = m.mean_error + 4 * u * (std::abs(m.mean) + m.mean_error);
  const bool known = row.known_to_a_factor();
  std::vector<Expected> expected(row.classes());
  for (std::size_t i = 0; i < row.classes(); ++i) {
    const double y = row.sample[i];
    const double centred = cotangent[i] - m.mean;
    const double growth = std::exp(row.log_error(i)) * (1 + 6 * u);
    const double excess = std::expm1(row.log_error(i)) + 6 * u * std::exp(row.log_error(i));  // growth - 1
    const double bound = (y * (std::abs(centred) * excess + growth * shared) + floor) / row.temperature;
    expected[i] = {.value = y * centred / row.temperature, .bound = known ? bound : HUGE_VAL};
  }
  return expected;
}

Expected expected_temperature_gradient(const SoftRow& row, std::span<const double> cotangent) {
  const double classes = static_cast<double>(row.classes());
  const double u = effective_roundoff(row);
  const Moments m = moments(row, cotangent);
  const double uncentred = (2 * classes + 20) * u;
  double value = 0, bound = 0;
  for (std::size_t i = 0; i < row.classes(); ++i) {
    const double y = row.sample[i];
    if (y == 0) continue;  // impossible, or below what the dtype holds: the floor allows for it
    const double centred = cotangent[i] - m.mean;
    const double growth = std::exp(row.log_error(i));
    value += y * centred * row.gap[i];
    bound += y * (std::expm1(row.log_error(i)) * std::abs(centred) + growth * m.mean_error) * row.gap[i];
    bound += y * growth * (std::abs(centred) + m.mean_error) * row.gap_error[i];
    bound += uncentred * y * growth * std::max(row.size[i], row.gap[i]) * (std::abs(centred) + 3 * m.mean_size);
  }
  const double floor = 64 * classes * row.arithmetic.smallest_normal * std::max(1.0, m.largest) *
                       (1 + std::ranges::max(row.size)) * std::max(1.0, row.temperature);
  return {.value = value / row.temperature,
          .bound = row.known_to_a_factor() ? (bound * (1 + 8 * u) + floor) / row.temperature : HUGE_VAL};
}

}  // namespace gumbelcheck::gradient
