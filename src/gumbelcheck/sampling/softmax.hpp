#pragma once

// Softmax and its logarithm along one axis of an array, with a temperature.

#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::sampling {

struct SoftmaxOptions {
  double temperature = 1;
  int axis = -1;
};

// With u the unit roundoff (2^-24, 2^-53) and z_i = (logit_i - max logit) / temperature, the relative error
// of y_i is at most u (kSoftmaxUnits + kSoftmaxUnitsPerScore (|z_i| + sum_j y_j |z_j|)), plus one smallest
// subnormal number. Per unit of z: one rounding each of difference, temperature and quotient. The rest: the
// library's exp (below 1 ULP, two u) in numerator and sum, the sum, the quotient, second order.
constexpr double kSoftmaxUnits = 8;
constexpr double kSoftmaxUnitsPerScore = 3;

// rule    y_i = exp(logit_i / temperature) / sum_j exp(logit_j / temperature)
// shape   out as logits; out may be logits itself
// domain  logits finite or -inf (y = 0 there), not all -inf in a row; temperature positive and finite
// error   kSoftmaxUnits, kSoftmaxUnitsPerScore, as above
// cost    one exp and one division a class
// throws  std::invalid_argument
// claim   softmax/value, softmax/simplex, softmax/shift
template <class T>
void softmax(Input<T> logits, SoftmaxOptions options, View<T> out);

// rule    log y_i = z_i - log sum_j exp(z_j), z_i = (logit_i - max logit) / temperature
// shape   out as logits; out may be logits itself
// domain  as softmax; -inf where the logit is
// error   absolute: u (kSoftmaxUnits + kSoftmaxUnitsPerScore (|z_i| + sum_j y_j |z_j|) + |log y_i|)
// cost    one exp a class, one log a row
// throws  std::invalid_argument
template <class T>
void log_softmax(Input<T> logits, SoftmaxOptions options, View<T> out);

// rule    g_i = y_i (v_i - sum_j y_j v_j) / temperature, v the cotangent: v times the Jacobian
//         y_i (delta_ij - y_j) / temperature
// shape   cotangent and gradient as logits; gradient may be logits itself, but not the cotangent
// domain  as softmax; cotangent finite
// error   the running bound of the identity check, u the unit roundoff of T
// cost    as softmax, and two multiplications and a division a class
// throws  std::invalid_argument
// claim   softmax/gradient
template <class T>
void softmax_gradient(Input<T> logits, Input<T> cotangent, SoftmaxOptions options, View<T> gradient);

}  // namespace gumbelcheck::sampling
