#pragma once

// One row of a soft sample with everything that its gradients are judged by: the entries, the sizes of the
// scores that made them, and how far a right implementation may be from them because it rounds.
//
// proofs/softmax.md#running-error-bound derives the bound.

#include <limits>
#include <span>
#include <vector>

namespace gumbelcheck::gradient {

// What the implementation under test computes in.
struct Arithmetic {
  double unit_roundoff = 0x1p-53;      // half the distance from 1 to the next number
  double smallest_normal = 0x1p-1022;  // below it, results may be flushed to zero
  double sum_roundoff = 0;             // of its sums, where they are taken in a wider type; 0: the same
};
template <class T>
constexpr Arithmetic arithmetic_of() {
  return {std::numeric_limits<T>::epsilon() / 2, std::numeric_limits<T>::min()};
}

// With z = (logits + noise) / temperature, largest score z_m and y = softmax(z).
struct SoftRow {
  double temperature = 1;
  Arithmetic arithmetic;
  bool observed = false;            // `sample` was returned by an implementation; otherwise it is exact but for 2^-53
  std::vector<double> sample = {};  // y
  std::vector<double> size = {};  // at least |z_i|; (|logit| + |noise|) / temperature allows for every order of adding
  std::vector<double> gap = {};   // z_m - z_i; infinite where the class is impossible
  std::vector<double> gap_error = {};
  std::vector<double> rounding = {};  // |log(computed y_i / exact y_i)| is at most this

  std::size_t classes() const { return sample.size(); }
  // Between `sample` and what another path of the same implementation used in its place.
  double log_error(std::size_t i) const { return observed ? 2 * rounding[i] : rounding[i]; }
  // False where rounding may have changed an entry by more than a factor of exp(1/2). Scores beyond a million in
  // float32 do that: nothing is known then, and every bound made of the row is infinite.
  bool known_to_a_factor() const;
};

// Roundings that softmax_log_error charges: of each score by its size, of its distance from the largest by that
// distance, and of what all entries share.
inline constexpr double kRoundingsOfScore = 2;
inline constexpr double kRoundingsOfGap = 4;
inline constexpr double kSharedRoundings = 5;

// How far softmax, computed in any reasonable order of operations, may be from its exact value.
//
// rule    dz_i = u (2 size_i + 4 gap_i), 0 where y_i is; r_i = dz_i + sum_j y_j (exp(dz_j) - 1) + K u_sum + 5 u,
//         u_sum the roundoff of sums, u itself where nothing else is said
// domain  the implementation adds, subtracts the largest score and divides (or multiplies by a rounded 1/temperature)
//         in any order, takes exp within 1 ULP and sums in any order; results below the smallest normal number
//         may be flushed: absolute errors, which the bounds made of this add
// shape   all of length K
// source  Blanchard, Higham and Higham 2021 (a running bound in place of their worst case)
std::vector<double> softmax_log_error(std::span<const double> sample, std::span<const double> size,
                                      std::span<const double> gap, double unit_roundoff, double sum_roundoff = 0);

// A row whose noise is known; no noise is a row of zeros, or an empty span. The sample is computed here.
//
// domain  logits finite or -inf, noise finite
SoftRow known_row(std::span<const double> logits, std::span<const double> noise, double temperature,
                  Arithmetic arithmetic);

// A row that an implementation returned, its noise unknown but for the sizes of the scores. Softmax forgets a
// common shift of the scores and nothing else, so the gaps are in the sample: z_m - z_i = log(y_m / y_i).
//
// domain  sample finite, not negative, its largest entry positive
SoftRow observed_row(std::vector<double> sample, std::vector<double> size, double temperature, Arithmetic arithmetic);

}  // namespace gumbelcheck::gradient
