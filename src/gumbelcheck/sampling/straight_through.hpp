#pragma once

// The straight-through estimator: forwards the hard sample, backwards the derivative of the soft one.
//
// It is a pair, as a dual number is one: a value, which is one-hot, and a tangent, which is that of the soft
// sample of the same noise. The hard sample itself has derivative zero almost everywhere, which teaches
// nothing. That is why gumbel_softmax_gradient does not read `hard`: value and derivative come from two
// different functions on purpose, and the derivative is the same one whether or not the value was hardened
// (proofs/straight-through.md). It is taken at the soft sample, never at the one-hot value, where y (v - y.v)
// would vanish.
//
// Frameworks that know only functions of one value write the pair as a sum, (y_hard - y) + y, the first
// bracket cut off from differentiation. In binary floating point with rounding to nearest even that sum is
// exactly y_hard for every y in [0, 1]: round(round(1 - y) + y) = 1 and (0 - y) + y = 0
// (proofs/straight-through.md). So `composed_straight_through` is one-hot, bit for bit. The other
// association, (y_hard + y) - y, is not: 1 + y loses the low digits of y, which the subtraction then misses.
// One value of y in five comes out beside 1.

#include "gumbelcheck/sampling/gumbel_softmax.hpp"
#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::sampling {

struct StraightThroughOptions {
  double temperature = 1;
  int axis = -1;
};

// rule    value = one-hot at argmax(logits + noise)
// shape   noise and value as logits; value may be noise itself
// domain  as gumbel_softmax
// ties    the lowest index
// random  none of its own: the noise is an argument, so it can be frozen
// error   exact: entries are 0 and 1
// cost    one addition and one comparison a class
// throws  std::invalid_argument
// claim   straight-through/one-hot
// source  Bengio, Leonard and Courville 2013; Jang, Gu and Poole 2017
template <class T>
void straight_through(Input<T> logits, Input<T> noise, StraightThroughOptions options, View<T> value);

// The vector-Jacobian product, the noise frozen.
//
// rule    gradient_i = y_i (v_i - sum_j y_j v_j) / temperature, y the soft sample of the same noise; that is
//         gumbel_softmax_gradient
// shape   noise, cotangent and gradient as logits; temperature_gradient as logits without the axis, or View{}
// domain  as gumbel_softmax_gradient
// cost    as gumbel_softmax_gradient
// throws  std::invalid_argument
// claim   straight-through/gradient, straight-through/difference, straight-through/temperature
template <class T>
void straight_through_gradient(Input<T> logits, Input<T> noise, Input<T> cotangent, StraightThroughOptions options,
                               View<T> gradient, std::type_identity_t<View<T>> temperature_gradient = {});

// The Jacobian-vector product: how the value is taken to change when the logits change by logits_tangent.
//
// rule    tangent_i = y_i (t_i - sum_j y_j t_j) / temperature, t = logits_tangent. The Jacobian is symmetric,
// so
//         this is the map of the gradient
// shape   noise, logits_tangent and tangent as logits
// domain  as gumbel_softmax; logits_tangent finite
// cost    as gumbel_softmax_gradient
// throws  std::invalid_argument
template <class T>
void straight_through_tangent(Input<T> logits, Input<T> noise, Input<T> logits_tangent, StraightThroughOptions options,
                              View<T> tangent);

// rule    (hard_i - soft_i) + soft_i, each operation rounded
// shape   soft and composed as hard; composed may be either
// domain  hard 0 or 1, soft in [0, 1]
// error   exact: equal to hard
// throws  std::invalid_argument
// claim   straight-through/one-hot
template <class T>
void composed_straight_through(Input<T> hard, Input<T> soft, View<T> composed);

}  // namespace gumbelcheck::sampling
