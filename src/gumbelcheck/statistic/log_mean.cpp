#include <algorithm>
#include <cmath>
#include <limits>

#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {

BoundedLog log_mean(std::span<const double> terms, std::size_t count, double term_error) {
  constexpr double unit = std::numeric_limits<double>::epsilon();
  constexpr double negligible = 45;
  double largest = -std::numeric_limits<double>::infinity();
  for (const double term : terms) largest = std::max(largest, term);
  if (std::isinf(largest)) return {largest, 0};
  double sum = 0;
  for (const double term : terms) {
    if (term > largest - negligible) sum += std::exp(term - largest);
  }
  const double size = static_cast<double>(count);
  const double value = largest + std::log(sum) - std::log(size);
  const double error = term_error + unit * (size + 64 + 4 * std::fabs(largest)) + size * std::exp(-negligible);
  return {value, error};
}

}  // namespace gumbelcheck::statistic
