#pragma once

// Gumbel-top-k: the k largest of logits plus noise, in falling order, are k draws without replacement from
// softmax(logits), in the order drawn (Plackett-Luce).

#include <cstdint>

#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::sampling {

// rule    index_1, ..., index_k = the places of the k largest logit_i + noise_i, largest first
// shape   noise as logits; index as logits with length k in place of the axis
// domain  as gumbel_max; 1 <= k <= classes of a row whose logit is not -inf
// ties    the lowest index first
// cost    K additions and about K log2 k comparisons a row
// throws  std::invalid_argument
// claim   gumbel-top-k/law
// source  Kool, van Hoof and Welling 2019
template <class T>
void gumbel_top_k(Input<T> logits, Input<T> noise, std::size_t k, int axis, View<std::int64_t> index);

}  // namespace gumbelcheck::sampling
