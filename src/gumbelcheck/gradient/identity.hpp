#pragma once

// The first witness: what the gradient must be, from the soft sample alone.
//
// No derivative is taken here. The Jacobian of softmax is y_i (delta_ij - y_j) / temperature, so once y is known
// its product with a cotangent is arithmetic. proofs/straight-through.md derives formula and bounds.

#include <span>
#include <vector>

#include "gumbelcheck/gradient/soft_row.hpp"

namespace gumbelcheck::gradient {

// A value, and how far a right implementation may be from it because it rounds.
struct Expected {
  double value = 0;
  double bound = 0;
};

// The vector-Jacobian product of the soft path and, the noise frozen, of the straight-through path.
//
// rule    value_i = y_i (v_i - s) / temperature, s = sum_j y_j v_j
//         bound_i = (y_i (|v_i - s| (a_i - 1) + a_i (ds + 4u (|s| + ds))) + floor) / temperature, where
//         a_i = exp(e_i) (1 + 6u), e the row's log error; ds = sum_j |v_j| y_j (exp(e_j + (K + 4) u) - 1);
//         floor = (6K + 16) tiny max(1, |v|) max(1, temperature), tiny the smallest normal number
// shape   cotangent and result as the row
// domain  cotangent finite. A constant cotangent gives zero for every implementation of this shape, right or
//         wrong: it shows nothing
// error   2^-53 of each operation here, charged to u
// claim   softmax/gradient, straight-through/gradient
// source  Bridle 1990; Jang, Gu and Poole 2017
std::vector<Expected> expected_gradient(const SoftRow& row, std::span<const double> cotangent);

// The same with respect to temperature.
//
// rule    value = sum_i y_i (v_i - s) gap_i / temperature, which is <v, y (<y, z> - z)> / temperature: a shift of
//         z cancels
//         bound = (sum_i y_i (exp(e_i) - 1) |v_i - s| gap_i + sum_i y_i exp(e_i) ds gap_i
//                  + sum_i y_i exp(e_i) (|v_i - s| + ds) gap_error_i
//                  + (2K + 20) u sum_i y_i exp(e_i) max(size_i, gap_i) (|v_i - s| + 3 sum_j |v_j| y_j)
//                  + floor) / temperature.
//         The last sum is there because an implementation may sum y_i (v_i - s) z_i, where a shift of z cancels in
//         exact arithmetic only: its rounding has the size of the scores, not of their gaps
// shape   one number a row
// claim   straight-through/temperature
Expected expected_temperature_gradient(const SoftRow& row, std::span<const double> cotangent);

}  // namespace gumbelcheck::gradient
