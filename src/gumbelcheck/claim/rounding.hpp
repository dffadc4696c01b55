#pragma once

// How far a right implementation may be from the exact values because it rounds: gradient/soft_row.hpp's bound
// in the words of a case.

#include <span>
#include <vector>

#include "gumbelcheck/gradient/soft_row.hpp"
#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::claim {

gradient::Arithmetic arithmetic_of(subject::Dtype dtype);

// Of softmax(logits / temperature) in any reasonable order of operations.
//
// rule   y_i (exp(r_i) - 1) + underflow_bound, r the running error bound
// shape  probabilities, the exact values, as logits; logits finite or -inf
std::vector<double> softmax_bound(std::span<const double> logits, double temperature,
                                  std::span<const double> probabilities, subject::Dtype dtype);

// Beyond any noise that is met: what 64-bit words can give, and for finer sources a value that a draw exceeds
// with probability 3e-20.
constexpr double kLargestNoise = 45.06;

// rule   (|logit_i| + kLargestNoise) / temperature: bounds on the scores of a row whose noise is not known;
//        0 for impossible classes, which have none
std::vector<double> score_sizes(std::span<const double> logits, double temperature);

}  // namespace gumbelcheck::claim
