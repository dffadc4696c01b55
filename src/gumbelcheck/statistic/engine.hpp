#pragma once

// One engine for every random claim: counts of a completely known law in, an e-value out.
//
// E is a test martingale: a fixed average of likelihood ratios, each in closed form. Under the claim its
// expectation is 1 at every number of draws, so (Ville 1939) the probability that it ever reaches 1/alpha is
// at most alpha, for any number of looks and any stopping rule.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/statistic/evidence.hpp"

namespace gumbelcheck::statistic {

// What the cells of a table are, beside their probabilities.
enum class Cells {
  unordered,                // classes, or groups of them
  bins_of_a_uniform,        // equal bins from 0 to 1, in order
  dyadic_tail,              // [1/4, 1), then [2^-(k+1), 2^-k) from k = 2, and all below
  squares_of_two_uniforms,  // equal squares, row by row: the dependence components apply
  shares_of_a_pair,         // equal bins of e/(e + e'), e and e' exponential: the log-odds component applies
};

// The law of one histogram under the claim.
struct CellLaw {
  std::string name;                 // "classes", "U1 in 32 bins"
  std::vector<double> probability;  // sums to 1; a hit in a cell of probability 0 refutes at once
  bool temperature = false;         // classes of a softmax: the temperature component applies
  bool bounded = true;              // `upheld` bounds this table's total variation; false for a table of too
                                    // many cells, whose e-values count all the same
  // Entries that come from one draw (coordinates pooled in one table). Under the claim they are independent; in
  // a wrong subject they may not be, so the bounds on the effect count total / entries_per_draw draws.
  std::size_t entries_per_draw = 1;
  // Rows of the check that make one such draw: two where a table pairs rows. Only planning asks.
  std::size_t rows_per_draw = 1;
  Cells cells = Cells::unordered;
};

// Log likelihood ratios of alternatives that are not functions of counts (a grid of temperatures, say).
// Every row adds one integer to every point of the grid.
struct RatioLaw {
  std::string name;
  std::vector<std::string> points;  // "temperature x 1.01"
  // What the grid varies, for an estimate: its name, its value at each point, and its value under the claim. Without
  // values nothing is estimated.
  std::string quantity = {};
  std::vector<double> values = {};
  double expected = 0;
};

// Integers only, so they add up in any order: threads, machines and restarts give the same number.
struct Counts {
  std::vector<std::vector<std::uint64_t>> tables;  // [law][cell]
  std::vector<std::vector<std::int64_t>> ratios;   // [ratio law][point], in units of 2^-32
  std::uint64_t rows = 0;                          // draws that went in

  // throws shapes that differ
  Counts& operator+=(const Counts& other);
};

// rule   floor(log_ratio * 2^32): rounded down, so that E stays a supermartingale
// domain clamped to [-64, 64]. From above that lowers E; from below it adds at most e^-64 < 2e-28 to the
//        expectation of a row: 1e-18 in 2^32 rows
// throws NaN
inline std::int64_t ratio_units(double log_ratio);

// rule   sum + units, held at the ends of the type. A sum of 2^25 rows fits whatever the rows are; beyond, only rows
//        that nearly all lie at one end of the domain reach an end of the type, where E is 0 or past every level
//        long ago
inline std::int64_t add_ratio(std::int64_t sum, std::int64_t units);

struct LogE {
  double lower = 0;  // with the rounding of the computation taken off: decides
  double upper = 0;
  std::string leading;  // which table, which component, which cell
};

// One of the J components whose average E is.
struct ComponentE {
  std::string of;    // the table or ratio law
  std::string name;  // the component or the ratio's point
  double log_e = 0;  // the lower end, as E's
};

class Component;
struct Histogram;
struct BoundedLog;

class Engine {
 public:
  // throws a probability that is negative, not finite, or a law that does not sum to 1 within 1e-9; a table to
  //        which a draw adds no entry
  explicit Engine(std::vector<CellLaw> laws, std::vector<RatioLaw> ratios = {});

  const std::vector<CellLaw>& laws() const { return laws_; }
  const std::vector<RatioLaw>& ratios() const { return ratios_; }
  Counts empty() const;

  // rule   the plain average: weight 1/J for each of the J components of all tables (nine effect sizes, or above
  //        kMostCellsOfLadder cells six mixtures; one spike; one temperature, two of dependence, one of log-odds
  //        where they apply) and for each point of all ratio laws, fixed by the laws before a count is seen; +inf on a hit in a cell of
  //        probability 0; 0 when there is no component
  // error  `lower` and `upper` enclose the exact value
  // cost   some forty elementary functions a cell; in a large table some ten a cell that was hit
  // throws counts of another shape than the laws
  LogE log_e(const Counts& counts) const;
  std::size_t components() const { return components_; }  // J

  // Each component by itself, in the order in which the average takes them: for whoever asks what one is worth.
  // Hits in cells of probability 0 are in none of them.
  // throws as log_e
  std::vector<ComponentE> each_log_e(const Counts& counts) const;

 private:
  struct Table {
    std::vector<std::size_t> possible;  // cells of positive probability
    std::vector<std::shared_ptr<const Component>> components;
  };
  std::string worst_cell(std::size_t table, const Counts& counts) const;
  Histogram histogram(std::size_t table, const Counts& counts) const;
  BoundedLog log_ratio(std::size_t law, std::size_t point, const Counts& counts) const;

  std::vector<CellLaw> laws_;
  std::vector<RatioLaw> ratios_;
  std::vector<Table> tables_;
  std::size_t components_ = 0;
};

// ---------------------------------------------------------------------------------------------------------
// Here and not in engine.cpp, for speed: a row has some thirty of them.

[[noreturn]] void refuse_ratio();

inline std::int64_t ratio_units(double log_ratio) {
  if (std::isnan(log_ratio)) refuse_ratio();
  constexpr double limit = 64;
  const double scaled = std::clamp(log_ratio, -limit, limit) * 0x1p32;
  const auto cut = static_cast<std::int64_t>(scaled);
  return cut - (static_cast<double>(cut) > scaled ? 1 : 0);
}

inline std::int64_t add_ratio(std::int64_t sum, std::int64_t units) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (units > 0) return sum > Limits::max() - units ? Limits::max() : sum + units;
  return sum < Limits::min() - units ? Limits::min() : sum + units;
}

}  // namespace gumbelcheck::statistic
