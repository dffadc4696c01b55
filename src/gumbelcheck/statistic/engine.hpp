#pragma once

// One engine for every random claim: counts of a completely known law in, an e-value out.
//
// E is a test martingale: a fixed average of likelihood ratios, each in closed form. Under the claim its
// expectation is 1 at every number of draws, so (Ville 1939) the probability that it ever reaches 1/alpha is
// at most alpha, for any number of looks and any stopping rule.

#include <cstdint>
#include <string>
#include <vector>

#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/statistic/evidence.hpp"

namespace gumbelcheck::statistic {

// The law of one histogram under the claim.
struct CellLaw {
  std::string name;                 // "classes", "U1 in 32 bins"
  std::vector<double> probability;  // sums to 1; a hit in a cell of probability 0 refutes at once
  bool temperature = false;         // classes of a softmax: the temperature component applies
};

// Log likelihood ratios of alternatives that are not functions of counts (a grid of temperatures, say).
// Every row adds one integer to every point of the grid.
struct RatioLaw {
  std::string name;
  std::vector<std::string> points;  // "temperature x 1.01"
};

// Integers only, so they add up in any order: threads, machines and restarts give the same number.
struct Counts {
  std::vector<std::vector<std::uint64_t>> tables;  // [law][cell]
  std::vector<std::vector<std::int64_t>> ratios;   // [ratio law][point], in units of 2^-32
  std::uint64_t rows = 0;                          // draws that went in

  Counts& operator+=(const Counts& other);
};

// rule   floor(log_ratio * 2^32): rounded down, so that E stays a supermartingale
// domain NaN throws; below -2^20 is clamped there only from above (never raised)
std::int64_t ratio_units(double log_ratio);

struct LogE {
  double lower = 0;  // with the rounding of the computation taken off: decides
  double upper = 0;
  std::string leading;  // which table, which component, which cell
};

class Engine {
 public:
  explicit Engine(std::vector<CellLaw> laws, std::vector<RatioLaw> ratios = {});

  const std::vector<CellLaw>& laws() const { return laws_; }
  const std::vector<RatioLaw>& ratios() const { return ratios_; }
  Counts empty() const;

  // The plain average of all components of all tables and of all grid points.
  LogE log_e(const Counts& counts) const;

 private:
  std::vector<CellLaw> laws_;
  std::vector<RatioLaw> ratios_;
};

}  // namespace gumbelcheck::statistic
