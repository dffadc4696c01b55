#pragma once

// Mean products of entries of a Concrete sample, by quadrature in one dimension whatever the number of classes. The
// mean of a straight-through gradient is a combination of them. From the race of independent terms and the gamma
// integral; the density, the anchored form and the Dirichlet form are not used.

#include <cstddef>
#include <span>
#include <vector>

namespace gumbelcheck::law {

// rule    E prod_i x_i^(n_i) = 1/(N - 1)! integral over all a of prod_i M_(n_i)(a + o_i / tau) da, N = sum n_i,
//         M_n(a) = E S^n exp(-S), S = exp(a + g / tau), g standard Gumbel. Both integrals by the trapezoidal rule,
//         whose error for such functions falls exponentially in 1/step
// domain  logits finite; kLeastTemperature <= temperature <= kLargestTemperature; powers from 0 to kMostPower
// error   absolute, kMomentError; the tests hold closed forms, sums and quadratures of another kind to it
// cost    the constructor: some 100,000 exponentials a class
// throws  std::invalid_argument
// claim   straight-through/expectation
// source  proofs/straight-through.md
class ConcreteMoments {
 public:
  static constexpr unsigned kMostPower = 4;
  static constexpr double kLeastTemperature = 1e-3;
  static constexpr double kLargestTemperature = 1e4;

  ConcreteMoments(std::span<const double> logits, double temperature);

  // E prod_i x_i^(powers_i); one power a class, not all zero.
  double operator()(std::span<const unsigned> powers) const;

  // What the straight-through estimator gives on average, times temperature, for a cotangent v that does not depend on
  // the noise, and the mean of its square.
  //
  // rule    x_j (v_j - sum_k v_k x_k) = x_j sum_k x_k (v_j - v_k)
  // shape   one number a class
  std::vector<double> scaled_gradient(std::span<const double> cotangent) const;
  std::vector<double> squared_scaled_gradient(std::span<const double> cotangent) const;

 private:
  double product(std::span<const unsigned> powers, std::size_t node) const;

  std::size_t classes_;
  double step_;                // of the outer integral
  std::size_t nodes_ = 0;      // of it
  std::vector<double> means_;  // M_n at [node][class][n]
};
inline constexpr double kMomentError = 1e-12;

}  // namespace gumbelcheck::law
