#pragma once

// How far a law may be from the one it is held to, where a subject's arithmetic does not reach that law exactly.

#include <span>
#include <string>
#include <vector>

#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {

// The claim that is tested: every set of cells, with mass p under the named law, has a mass in allowed(p).
enum class Scale {
  log_odds,         // log(q/(1 - q)) of every set within `size` of log(p/(1 - p))
  log_probability,  // log q of every cell within `size` of log p
};
struct Allowance {
  Scale scale = Scale::log_odds;
  double size = 0;
};

struct MassBounds {
  double low = 0;
  double high = 1;
  // How far outside, 0 inside.
  double distance(double mass) const { return mass > high ? mass - high : mass < low ? low - mass : 0; }
};

// rule    log odds: p e^-m / (p e^-m + 1 - p) to p e^m / (p e^m + 1 - p)
//         log probability: the larger of p e^-m and 1 - (1 - p) e^m to the smaller of p e^m and 1 - (1 - p) e^-m,
//         which is what bounds on single cells leave to a set of them and to the others
// domain  0 <= mass <= 1, size >= 0; a mass of 0 or 1 allows itself only
// error   widened by kLawRounding, so that a law's own rounding is allowed too
// throws  std::invalid_argument
MassBounds allowed(double mass, const Allowance& allowance);

// The sets of cells that are looked at: every cell; the 1, 2, ... heaviest cells (where a temperature shows); the
// 1, 2, ... first cells (where blocks show). Running sums, so a set costs one addition.
class CellSets {
 public:
  explicit CellSets(std::span<const double> probability);

  std::size_t size() const { return mass_.size(); }
  const std::vector<double>& mass() const { return mass_; }  // of each set, under the named law
  std::vector<std::uint64_t> counts(std::span<const std::uint64_t> cells) const;
  std::vector<bool> members(std::size_t set) const;
  std::string name(std::size_t set) const;  // "cell 3", "the 4 heaviest cells"

 private:
  template <class Value>
  std::vector<Value> sums(std::span<const Value> cells) const;
  std::vector<std::size_t> by_mass_;
  std::vector<double> mass_;
};

// Of all laws q on these cells, with each cell within its bounds, the largest log likelihood ratio to p: an upper end.
//
// rule    sum N_k log(q_k / p_k) - mu (sum q_k - 1) with q_k = N_k / mu within the bounds of cell k. Every mu gives
//         an upper end (weak duality); that where the q_k sum to 1 gives the largest likelihood itself
// shape   cells of positive probability
double largest_log_ratio(std::span<const double> probability, std::span<const std::uint64_t> counts,
                         const Allowance& allowance);

}  // namespace gumbelcheck::statistic
