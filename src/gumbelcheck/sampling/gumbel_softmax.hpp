#pragma once

// Gumbel-softmax: the Concrete distribution. The argmax of Gumbel-max, softened by a temperature, so that
// the sample has a derivative with respect to the logits.
//
// PyTorch's function of this name has an argument `eps`. It is not offered here: it has had no effect there
// since 2018, and before that it was added inside the logarithms and biased the noise (pytorch PR#3341). The
// uniforms of this project never are 0 or 1, so nothing has to be guarded.

#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::sampling {

struct GumbelSoftmaxOptions {
  double temperature = 1;
  bool hard = false;
  int axis = -1;
};

// rule    soft: y = softmax((logits + noise) / temperature); hard: one-hot at argmax(logits + noise), taken
//         from those sums and not from y, where rounding makes ties at high temperature
// shape   noise and sample as logits; sample may be logits or noise itself
// domain  logits finite or -inf, not all -inf in a row; noise finite; temperature positive and finite
// ties    hard: the lowest index
// random  none of its own: the noise is an argument, so it can be frozen
// error   soft: softmax's bound, its bracket being greater by (|score_i| + sum_j y_j |score_j|) / temperature
// for
//         the rounding of the scores, logits + noise; hard: exact
// cost    one exp and one division a class (soft), one comparison (hard)
// throws  std::invalid_argument
// claim   concrete/law, concrete/rounding, gumbel-softmax/simplex, gumbel-softmax/axis, gumbel-softmax/batch
// source  Jang, Gu and Poole 2017; Maddison, Mnih and Teh 2017
template <class T>
void gumbel_softmax(Input<T> logits, Input<T> noise, GumbelSoftmaxOptions options, View<T> sample);

// rule    log y, without going through y: at small temperatures y underflows and log y does not
// shape   noise and log_sample as logits; log_sample may be logits or noise itself
// domain  as gumbel_softmax; `hard` must be false
// error   log_softmax's bound, its bracket greater by the same
// throws  std::invalid_argument
template <class T>
void log_gumbel_softmax(Input<T> logits, Input<T> noise, GumbelSoftmaxOptions options, View<T> log_sample);

// The vector-Jacobian product of the soft path, with the noise frozen.
//
// rule    gradient_i = y_i (v_i - sum_j y_j v_j) / temperature, y the soft sample of the same noise;
//         temperature gradient: sum_i v_i y_i (sum_j y_j z_j - z_i) / temperature, z = (logits + noise) /
//         temperature
// shape   noise, cotangent and gradient as logits; temperature_gradient as logits without the axis, or
// View{};
//         gradient may be logits or noise itself, but not the cotangent
// domain  as gumbel_softmax; cotangent finite. `hard` is not read: straight_through.hpp says why. Where a
//         derivative, or a cotangent times a z, is beyond the range of T, it is infinite or NaN
// cost    as the soft sample, and three multiplications and a division a class
// throws  std::invalid_argument
// claim   straight-through/gradient, straight-through/difference, straight-through/temperature
template <class T>
void gumbel_softmax_gradient(Input<T> logits, Input<T> noise, Input<T> cotangent, GumbelSoftmaxOptions options,
                             View<T> gradient, std::type_identity_t<View<T>> temperature_gradient = {});

}  // namespace gumbelcheck::sampling
