#pragma once

// The Gumbel-max trick: the largest of logits plus independent Gumbel noise sits at class k with
// probability softmax(logits)_k, and its value is Gumbel with location logsumexp(logits), independent of k.

#include <cstdint>

#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::sampling {

// rule    index = argmax_i (logit_i + noise_i), maximum = the largest of them
// shape   noise as logits; index and maximum as logits without the axis; maximum may be absent (View{})
// domain  logits finite or -inf, not all -inf in a row; noise finite
// ties    the lowest index; in exact arithmetic they have probability zero
// random  none of its own: the noise is an argument, so it can be frozen
// error   one rounding of each sum
// cost    one addition and one comparison a class
// throws  std::invalid_argument
// claim   gumbel-max/law, gumbel-max/maximum, gumbel-max/independence
// source  Gumbel 1954; Maddison, Tarlow and Minka 2014
template <class T>
void gumbel_max(Input<T> logits, Input<T> noise, int axis, View<std::int64_t> index,
                std::type_identity_t<View<T>> maximum = {});

}  // namespace gumbelcheck::sampling
