#pragma once

// The Concrete distribution: the law of softmax((logits + Gumbel noise) / temperature), in high precision. Everything
// here is from the published density; the anchored and the Dirichlet form, which the checks use as pivots, are not.

#include "gumbelcheck/law/real.hpp"

namespace gumbelcheck::law {

struct Concrete {
  std::vector<Real> logits;  // all finite: an impossible class has no density
  Real temperature = 1;
};

// The log-density with respect to any K - 1 of the K coordinates.
//
// rule    log (K-1)! + (K-1) log(tau) + sum_i (o_i - (tau + 1) log x_i) - K log sum_i exp(o_i - tau log x_i),
//         at x as given: a point that rounding took off the simplex is not moved back
// domain  entries not negative, finite. With one entry zero, the limit: +inf for tau < 1/(K-1), -inf above, the
//         finite one at 1/(K-1) itself. With r > 1 zero, +inf for tau <= 1/(K-1), -inf for tau > r/(K-r)
// error   absolute, kRealError times K (|o| + (tau + 1) |log x|) at their largest
// throws  std::invalid_argument; std::domain_error where several entries are zero and tau is between the two, so that
//         the limit depends on the way to the point
// claim   concrete/density
// source  Maddison, Mnih and Teh 2017
Real log_density(const Concrete& law, std::span<const Real> point);

// The log-density of s = log x, with respect to the K - 1 differences of s to any one coordinate.
//
// rule    log (K-1)! + (K-1) log(tau) + sum_i (o_i - tau s_i) - K log sum_i exp(o_i - tau s_i): that of x and
//         sum_i s_i, the logarithm of the Jacobian determinant. Depends on differences of s only
// domain  s finite
Real log_density_of_log_sample(const Concrete& law, std::span<const Real> log_sample);

// Derivatives of log_density, y = softmax(o - tau log x).
//
// rule    d/do_i = 1 - K y_i;  d/dx_i = (K tau y_i - tau - 1) / x_i, the coordinates taken as independent;
//         d/dtau = (K-1)/tau - sum_i log x_i + K sum_i y_i log x_i
// domain  entries positive
struct LogDensityGradient {
  std::vector<Real> logits;
  std::vector<Real> point;
  Real temperature;
};
LogDensityGradient log_density_gradient(const Concrete& law, std::span<const Real> point);

// The mass of {x_i < t x_m for all i other than m, m the largest entry}, given m.
//
// rule    1 / (1 + (1 - pi_m) (t^(-tau) - 1)), pi = softmax(o)
// domain  t in (0, 1]
// claim   concrete/cold
Real mass_below_ratio(const Concrete& law, std::size_t largest, const Real& ratio);

// The mass of {x_i >= t x_m for all i}, m the largest entry: what is left of the simplex without the edges.
//
// rule    sum_m pi_m sum_(S without m) (-1)^|S| / (1 + (t^(-tau) - 1) sum_(i in S) pi_i)
// domain  t in (0, 1]; at most 16 classes
// error   absolute, 2^K kRealError
// cost    K 2^(K-1) divisions
// throws  std::invalid_argument
// claim   concrete/normalised
Real mass_within_ratio(const Concrete& law, const Real& ratio);

// Both tails of the first of two coordinates.
//
// rule    P(x_1 <= x) = 1 / (1 + exp(o_1 - o_2) ((1 - x) / x)^tau)
// domain  two classes; x in [0, 1]
// throws  std::invalid_argument
Real two_class_cdf(const Concrete& law, const Real& x);
Real two_class_survival(const Concrete& law, const Real& x);

// log_density, rounded once to double.
double concrete_log_density_double(std::span<const double> logits, double temperature, std::span<const double> point);
double concrete_log_density_of_log_sample_double(std::span<const double> logits, double temperature,
                                                 std::span<const double> log_sample);

}  // namespace gumbelcheck::law
