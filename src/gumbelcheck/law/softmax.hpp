#pragma once

// Softmax, its logarithm and its derivatives, in high precision: the law of Gumbel-max and of every other
// categorical sampler.

#include "gumbelcheck/law/real.hpp"

namespace gumbelcheck::law {

// rule    log sum_i exp(logit_i)
// domain  logits finite or -inf, not all -inf
// error   absolute, kRealError times the largest |logit|: near zero the logarithm cancels
// throws  std::invalid_argument
Real logsumexp(std::span<const Real> logits);

// rule    y_i = exp(logit_i / temperature) / sum_j exp(logit_j / temperature)
// domain  as logsumexp; temperature positive and finite; y = 0 exactly where the logit is -inf
// error   kRealError
// cost    one exp a class, some 10 microseconds
// throws  std::invalid_argument
std::vector<Real> softmax(std::span<const Real> logits, const Real& temperature);

// rule    log y_i
// error   absolute, kRealError times the largest |log y|
std::vector<Real> log_softmax(std::span<const Real> logits, const Real& temperature);

// rule    g_i = y_i (v_i - sum_j y_j v_j) / temperature, v the cotangent
// domain  as softmax; cotangent finite
// error   kRealError times the largest |v| / temperature
std::vector<Real> softmax_gradient(std::span<const Real> logits, const Real& temperature,
                                   std::span<const Real> cotangent);

// rule    dy_i / dtemperature = y_i (sum_j y_j o_j - o_i) / temperature^2, o the logits; 0 where o_i = -inf
// error   kRealError times the largest |o| / temperature^2
std::vector<Real> softmax_temperature_derivative(std::span<const Real> logits, const Real& temperature);

// What the straight-through estimator estimates: the exact gradient of the mean of a function of the class.
//
// rule    d/do_i sum_k f_k pi_k = pi_i (f_i - sum_k pi_k f_k), pi = softmax(o)
// domain  as softmax; values f finite
// error   kRealError times the largest |f|
std::vector<Real> expected_one_hot_gradient(std::span<const Real> logits, std::span<const Real> values);

// The same, rounded once to double: the nearest double to the value for the given doubles.
std::vector<double> softmax_double(std::span<const double> logits, double temperature);
double logsumexp_double(std::span<const double> logits);
std::vector<double> softmax_gradient_double(std::span<const double> logits, double temperature,
                                            std::span<const double> cotangent);
std::vector<double> expected_one_hot_gradient_double(std::span<const double> logits, std::span<const double> values);

}  // namespace gumbelcheck::law
