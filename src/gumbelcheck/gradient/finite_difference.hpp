#pragma once

// The second witness: central differences of the soft path itself, the noise frozen, with a bound that is
// computed and not tuned.
//
// What differs from (f(x + h) - f(x - h)) / 2h is at most
//
//   M3 h^2 / 6      the rest of the Taylor series, |f'''| <= M3 between the two points,
//   + eps / h       the error eps of each of the two values,
//
// and the sum is least at h = (3 eps / M3)^(1/3). Both constants are known here: f is a softmax, whose third
// derivative has a bound that holds everywhere, and eps is the running error bound of the row.
// proofs/straight-through.md#finite-differences derives them.

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "gumbelcheck/gradient/soft_row.hpp"

namespace gumbelcheck::gradient {

// rule  (3 evaluation_error / third_derivative)^(1/3), rounded to a power of two, so that a dtype holds it and,
//       mostly, the sums with it exactly. Within sqrt(2) of the best step the bound grows by less than 14%.
double best_step(double third_derivative, double evaluation_error);

struct Difference {
  double value = 0;
  double bound = 0;
};
// rule  (above - below) / (2 step); bound = third_derivative step^2 / 6 + evaluation_error / step
Difference central_difference(double above, double below, double step, double third_derivative,
                              double evaluation_error);

// Bound on the error of f = sum_i v_i y_i made of the row's sample as an implementation returned it.
//
// rule  sum_i |v_i| y_i (exp(r_i) - 1) + (2K + 4) tiny max |v| + (K + 1) 2^-53 sum_i |v_i| y_i, the last for the
//       sum that is made here
double evaluation_error(const SoftRow& row, std::span<const double> cotangent);

// ---- with respect to logits, in a direction of signs

// rule    bound on |d^3/dh^3 <v, softmax((logits + h w + noise) / temperature)| for |v| <= 1 and every w of -1 and 1:
//         2 / temperature^3. Of two values only, w moves the mean of v by one logistic function, whose third
//         derivative is at most 1/8; the factor is (2 / temperature)^3 max|v_+ - v_-|
double logits_third_derivative(double temperature);

// logits + step w and logits - step w as the dtype holds them.
struct Moved {
  std::vector<double> above;
  std::vector<double> below;
  double displacement = 0;  // largest distance between an entry as wanted and as held
};
// `rounded` rounds one number to the dtype. Adds displacement / temperature to each evaluation error: the slope
// of f in any direction of largest entry 1 is at most 1 / temperature.
template <class Round>
Moved moved(std::span<const double> logits, std::span<const double> signs, double step, const Round& rounded) {
  Moved result;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    for (const double sign : {1.0, -1.0}) {
      const double wanted = logits[i] + sign * signs[i] * step;
      const double held = rounded(wanted);
      (sign > 0 ? result.above : result.below).push_back(held);
      // The difference of close numbers is exact, so this is what rounding took. An impossible class stays put.
      const double lost = std::isinf(logits[i]) ? 0 : (held - logits[i]) - sign * signs[i] * step;
      result.displacement = std::max(result.displacement, std::abs(lost));
    }
  }
  return result;
}

// ---- with respect to temperature

// The differences are taken in s, the inverse temperature over the case's own: temperatures temperature / (1 + h)
// and temperature / (1 - h). Then f(s) = <v, softmax(s z)>, and df/ds at s = 1 is -temperature df/dtemperature.
//
// rule    bound on |f'''(s)| for |v| <= 1 and |s - 1| <= reach: 10 sum_i d_i^3 exp(-(1 - reach) d_i) over the larger
//         of 1 and sum_i exp(-(1 + reach) d_i), d the row's gaps, allowing for their error
// domain  reach in [0, 1)
double inverse_temperature_third_derivative(const SoftRow& row, double reach);

}  // namespace gumbelcheck::gradient
