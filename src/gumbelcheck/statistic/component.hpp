#pragma once

// The families of likelihood ratios that the engine averages. Each is a fair bet on counts: under the claim
// its expectation is 1 at every number of draws.

#include <array>
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

// The counts of one table, and apart from them the cells that were hit: in a table of 131,072 cells most are not.
// domain  cells of positive probability only: the engine deals with the others
struct Histogram {
  struct Hit {
    std::size_t cell = 0;
    std::uint64_t count = 0;  // above 0
  };
  explicit Histogram(std::vector<std::uint64_t> all_counts);

  std::vector<std::uint64_t> counts;
  std::vector<Hit> hits;  // in the order of cells
  std::uint64_t total = 0;
};

class Component {
 public:
  virtual ~Component() = default;
  virtual BoundedLog log_e(const Histogram& histogram) const = 0;
  virtual std::string name() const = 0;
};
using Components = std::vector<std::shared_ptr<const Component>>;

// The components of a table of up to so many cells are the Dirichlet-multinomial ladder and the spike; above, where a
// ladder would look for one size of deviation in all cells and cost hundreds of thousands of logarithms a look,
// they are the gamma-Poisson mixtures and the stepped spike.
inline constexpr std::size_t kMostCellsOfLadder = 300;

// Effect sizes w = 2^-8 ... 2^0, one component each: the declared effects of all claims (total variation .001
// to .1) lie inside, and one step too many costs a factor below 10/9.
inline constexpr int kSmallestEffectExponent = -8;
inline constexpr int kLargestEffectExponent = 0;

// How much larger than the probabilities given here the true ones may be, relative: the rounding of whoever
// computed the law. A likelihood ratio Q/P whose P is below the true law by at most this, relative, in every
// cell grows at most by this a draw, whatever Q is; so that much a draw is taken off.
inline constexpr double kLawRounding = 16 * 2.220446049250313e-16;

// What a spike multiplies one cell's rate with.
inline constexpr std::array kSpikeRates = {0.0, 0.5, 0.9, 0.97, 1.03, 1.1, 2.0, 4.0};

// rule   gamma(c)/gamma(c + n) prod gamma(c p_k + N_k)/gamma(c p_k) / prod p_k^N_k, c = (K - 1)/w^2
// cost   two or three logarithms a cell
// source Good 1967
Components dirichlet_multinomial(std::span<const double> probability);

// rule   the average over cells k and r in {0, .5, .9, .97, 1.03, 1.1, 2, 4}, r p_k < 1, of
//        r^N_k ((1 - r p_k)/(1 - p_k))^(n - N_k)
// cost   at most eight exponentials a cell
Components spike(std::span<const double> probability);

// rule   prod over cells of s_k^s_k gamma(s_k + N_k) / gamma(s_k) / (s_k + n p_k)^(s_k + N_k) * exp(n p_k): each rate
//        over its expectation follows a gamma law of mean 1 and variance 1/s_k, counts are Poisson. One component
//        for each total variation of about .005 ... .3, with s_k^(-1/2) = min(2, 2 variation p_k^(-1/3) / sum
//        p^(2/3)): small deviations of heavy cells, large ones of light cells. Within a step of a quarter octave
//        of probability s_k is proportional to p_k instead, so that the cells that were not hit need one term a step
// domain a supermartingale, not a martingale: n is fixed and no Poisson number (proofs/statistics.md)
// cost   two logarithms a step; for each cell hit at least twice, as many factors as hits, or two logarithms
// source Diakonikolas, Gouleakis, Peebles and Price 2017 (the shapes)
Components gamma_poisson(std::span<const double> probability);

// rule   as spike, but with rates r_k next to r: within a sixteenth of an octave of probability they are such that
//        (1 - r_k p_k)/(1 - p_k) is the same for all cells, that of the step's lightest cell with r itself. So all
//        cells that were not hit need one exponential a step. The rate is off by at most 4.5% of 1 - r
// cost   eight exponentials a step and a cell that was hit
Components stepped_spike(std::span<const double> probability);

// rule   the average over a grid of beta around 1 of prod (q_k / p_k)^N_k, q proportional to p^beta
Components temperature(std::span<const double> probability);

// Two components for a table of equal squares, that of two uniforms.
// rule    correlation: the average over rho = +-2^-8, +-2^-6, +-2^-4, +-2^-2 of prod (K q_ij)^N_ij, q_ij what the
//         normal copula of correlation rho has in square (i, j): sum over k of rho^k a_ki a_kj, a_ki the integral of
//         the k-th normalised Hermite polynomial over bin i. Cut off at any k the q_ij sum to 1, since the a_ki of
//         each k from 1 on do to 0
//         shared: the same with q_ij = (1 - s)/K + s/side on one diagonal, s = 2^-9 ... 2^-1: a share of the pairs
//         are (u, u), or (u, 1 - u)
// domain  a square number of cells, at least 4, all of the same probability
// cost    a product a square and alternative, at a look; nothing a row. Scores of 8 bins have .95 of the variance of
//         exact ones, so that .9 of the information on a correlation is left: a ratio of exact scores would cost two
//         quantiles a pair for that tenth
// throws  another table
Components dependence(std::span<const double> probability);

// A component for a table of equal bins of the share e/(e + e') of one of two exponentials, whose log-odds are logistic.
// rule    the average over s = exp(+-2^-9), exp(+-2^-7), exp(+-2^-5), exp(+-2^-3) of prod (bins q_i)^N_i, q_i the
//         mass of bin i where the log-odds are s times as steep, 1/(1 + exp(-s y)): e and e' that are alike, or too
//         unlike, or a wrong temperature
// throws  fewer than two bins
Components log_odds_scale(std::size_t bins);

// rule    the mean score of each of `bins` equal bins, (phi(x_i) - phi(x_(i+1))) bins, x the normal quantiles at the
//         edges
std::vector<double> normal_scores(std::size_t bins);

// log of the mean of exp(terms), with terms more than 45 below the largest left out: that lowers the value
// only, and by less than `count` exp(-45), which the error holds.
BoundedLog log_mean(std::span<const double> terms, std::size_t count, double term_error);

}  // namespace gumbelcheck::statistic
