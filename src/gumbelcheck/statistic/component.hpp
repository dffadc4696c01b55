#pragma once

// The families of likelihood ratios that the engine averages. Each is a fair bet on counts: under the claim
// its expectation is 1 at every number of draws.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::statistic {

// The logarithm of one e-value, and a bound on what rounding did to it.
struct BoundedLog {
  double value = 0;
  double error = 0;
};

class Component {
 public:
  virtual ~Component() = default;
  // domain  counts of cells with positive probability only: the engine deals with the others
  virtual BoundedLog log_e(std::span<const std::uint64_t> counts, std::uint64_t total) const = 0;
  virtual std::string name() const = 0;
};
using Components = std::vector<std::shared_ptr<const Component>>;

// Effect sizes w = 2^-8 ... 2^0, one component each: the declared effects of all claims (total variation .001
// to .1) lie inside, and one step too many costs a factor below 10/9.
inline constexpr int kSmallestEffectExponent = -8;
inline constexpr int kLargestEffectExponent = 0;

// How much larger than the probabilities given here the true ones may be, relative: the rounding of whoever
// computed the law. A likelihood ratio Q/P whose P is below the true law by at most this, relative, in every
// cell grows at most by this a draw, whatever Q is; so that much a draw is taken off.
inline constexpr double kLawRounding = 16 * 2.220446049250313e-16;

// rule   gamma(c)/gamma(c + n) prod gamma(c p_k + N_k)/gamma(c p_k) / prod p_k^N_k, c = (K - 1)/w^2
// cost   two or three logarithms a cell
// source Good 1967
Components dirichlet_multinomial(std::span<const double> probability);

// rule   the average over cells k and r in {0, .5, .9, .97, 1.03, 1.1, 2, 4}, r p_k < 1, of
//        r^N_k ((1 - r p_k)/(1 - p_k))^(n - N_k)
// cost   at most eight exponentials a cell
Components spike(std::span<const double> probability);

// rule   the average over a grid of beta around 1 of prod (q_k / p_k)^N_k, q proportional to p^beta
Components temperature(std::span<const double> probability);

// log of the mean of exp(terms), with terms more than 45 below the largest left out: that lowers the value
// only, and by less than `count` exp(-45), which the error holds.
BoundedLog log_mean(std::span<const double> terms, std::size_t count, double term_error);

}  // namespace gumbelcheck::statistic
