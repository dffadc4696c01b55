#include "gumbelcheck/claim/rounding.hpp"

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/tolerance.hpp"

namespace gumbelcheck::claim {

gradient::Arithmetic arithmetic_of(subject::Dtype dtype) {
  return {.unit_roundoff = subject::unit_roundoff(dtype),
          .smallest_normal = subject::smallest_normal(dtype),
          .sum_roundoff = sum_roundoff(dtype)};
}

std::vector<double> softmax_bound(std::span<const double> logits, double temperature,
                                  std::span<const double> probabilities, subject::Dtype dtype) {
  const double largest = std::ranges::max(logits);
  std::vector<double> size(logits.size()), gap(logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    size[i] = std::isinf(logits[i]) ? 0 : std::abs(logits[i]) / temperature;
    gap[i] = (largest - logits[i]) / temperature;
  }
  std::vector<double> bound =
      gradient::softmax_log_error(probabilities, size, gap, subject::unit_roundoff(dtype), sum_roundoff(dtype));
  for (std::size_t i = 0; i < bound.size(); ++i) {
    bound[i] = probabilities[i] * std::expm1(bound[i]) + underflow_bound(logits.size(), probabilities[i], dtype);
  }
  return bound;
}

std::vector<double> score_sizes(std::span<const double> logits, double temperature) {
  std::vector<double> sizes(logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    sizes[i] = std::isinf(logits[i]) ? 0 : (std::abs(logits[i]) + kLargestNoise) / temperature;
  }
  return sizes;
}

}  // namespace gumbelcheck::claim
