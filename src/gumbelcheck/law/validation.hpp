#pragma once

// What the laws ask of their arguments. Each throws std::invalid_argument with a sentence that names function,
// argument, value, index and rule.

#include "gumbelcheck/law/real.hpp"

namespace gumbelcheck::law {

// rule    at least one, none NaN or +inf, not all -inf
void check_logits(const char* function, std::span<const Real> logits);

// rule    none NaN or infinite
void check_finite(const char* function, const char* argument, std::span<const Real> values);

// rule    as many as there are logits
void check_length(const char* function, const char* argument, std::size_t length, std::size_t classes);

// rule    positive and finite
void check_temperature(const char* function, const Real& temperature);

}  // namespace gumbelcheck::law
