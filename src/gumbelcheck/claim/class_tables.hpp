#pragma once

// Which table a class index is counted in, and the law of each table.

#include <cstdint>
#include <string>
#include <vector>

#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::claim {

// Classes put together into groups, each with the probability of all its classes.
struct ClassGroups {
  std::vector<std::uint32_t> group;  // of each class
  std::vector<double> probability;   // of each group
};
// rule  classes from the heaviest to the lightest, cut where the running sum passes a multiple of 1/most; each class
//       its own group where there are no more than `most`. Impossible classes share groups with others: only a table
//       of single classes sees them
ClassGroups groups_of_equal_mass(const std::vector<double>& probability, std::size_t most);
// rule  class k of K in group floor(k most / K)
ClassGroups groups_of_neighbours(const std::vector<double>& probability, std::size_t most);
// rule  class k in group floor(k / length)
ClassGroups groups_of_blocks(const std::vector<double>& probability, std::size_t length);
// rule  class k in group k mod `period`: what one lane of a vector unit, or one thread of a block, answers for
ClassGroups groups_of_lanes(const std::vector<double>& probability, std::size_t period);
// rule  one group for each value of floor(log2 p_k), from the heaviest; impossible classes are in the lightest
ClassGroups groups_of_octaves(const std::vector<double>& probability);

// Above this many classes the total variation of single classes cannot be bounded at the default draws.
inline constexpr std::size_t kMostBoundedClasses = 300;

// The tables of one row's class: every class; and above kMostBoundedClasses, where that table has no bound on
// its total variation, 64 blocks of neighbouring ids and 64 groups of equal mass, which have, and three more that
// only bet: octaves of probability, ids modulo 64 and, above 8192 classes, blocks of 128 ids.
class ClassTables {
 public:
  ClassTables(const std::vector<double>& probability, const std::string& name);

  const std::vector<statistic::CellLaw>& laws() const { return laws_; }
  std::size_t classes() const { return laws_.front().probability.size(); }
  // domain  k < classes(); the tables of this row begin at first_table
  void add(std::size_t k, statistic::Counts& counts, std::size_t first_table) const {
    ++counts.tables[first_table][k];
    const std::size_t groupings = laws_.size() - 1;
    for (std::size_t g = 0; g < groupings; ++g) ++counts.tables[first_table + 1 + g][groups_[k * groupings + g]];
  }

 private:
  std::vector<statistic::CellLaw> laws_;
  std::vector<std::uint32_t> groups_;  // of each class, side by side: they are looked up together
};

}  // namespace gumbelcheck::claim
