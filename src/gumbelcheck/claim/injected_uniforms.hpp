#pragma once

// Subjects that take uniforms in place of their own: the noise they make of them, in every operation that does.

#include <string>
#include <vector>

#include "gumbelcheck/claim/inquiry.hpp"

namespace gumbelcheck::claim {

// The variants of cases that inject: those of the operations that take uniforms, and of those whose own can be 0 or 1.
std::vector<std::string> injected_variants(const subject::Description& description);
bool injects(const Case& tried);  // the case's variant is one of them

// The logits that such cases are asked with: a class far below the others among them.
std::vector<double> injected_logits();

// Uniforms at both ends and between: noise within 8 (1 + |noise|) unit roundoffs of -log(-log u); the index where
// logits + noise is largest, and that maximum; of a soft sample the log ratios. Or, at the ends: nothing infinite, no
// NaN, no winner by infinite noise.
CheckResult check_injected(const Case& tried, subject::Subject& subject);

}  // namespace gumbelcheck::claim
