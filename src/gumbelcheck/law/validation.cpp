#include "gumbelcheck/law/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace gumbelcheck::law {

void check_logits(const char* function, std::span<const Real> logits) {
  if (logits.empty()) throw std::invalid_argument(fmt::format("{}: no logits; there must be at least one.", function));
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (isnan(logits[i]) || (isinf(logits[i]) && logits[i] > 0)) {
      throw std::invalid_argument(
          fmt::format("{}: logits[{}] is {}; each must be finite or -inf.", function, i, nearest_double(logits[i])));
    }
  }
  if (std::ranges::all_of(logits, [](const Real& logit) { return isinf(logit); })) {
    throw std::invalid_argument(fmt::format("{}: all logits are -inf; one at least must be finite.", function));
  }
}

void check_finite(const char* function, const char* argument, std::span<const Real> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (isnan(values[i]) || isinf(values[i])) {
      throw std::invalid_argument(
          fmt::format("{}: {}[{}] is {}; each must be finite.", function, argument, i, nearest_double(values[i])));
    }
  }
}

void check_length(const char* function, const char* argument, std::size_t length, std::size_t classes) {
  if (length != classes) {
    throw std::invalid_argument(
        fmt::format("{}: {} has {} entries for {} logits; one a class.", function, argument, length, classes));
  }
}

void check_temperature(const char* function, const Real& temperature) {
  if (isnan(temperature) || isinf(temperature) || temperature <= 0) {
    throw std::invalid_argument(
        fmt::format("{}: temperature is {}; it must be positive and finite.", function, nearest_double(temperature)));
  }
}

}  // namespace gumbelcheck::law
