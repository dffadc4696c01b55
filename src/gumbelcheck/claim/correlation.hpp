#pragma once

// How draws that should be independent go together, for people to see: correlations of their uniforms. They decide
// nothing: the tables of pairs do, which see every kind of dependence and not a rising or falling one alone.
//
// rule  the mean over pairs of 12 (u - 1/2) (v - 1/2): 1 for equal uniforms, -1 for u and 1 - u, and for independent
//       ones 0 with standard deviation 1 / sqrt(pairs)

#include <cstdint>
#include <optional>
#include <vector>

#include "gumbelcheck/claim/exhibit.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"

namespace gumbelcheck::claim {

// Each row of a batch with the rows that come later in the same answer.
class RowCorrelations {
 public:
  static constexpr std::size_t kMostLater = 8;

  explicit RowCorrelations(std::size_t batch);
  // cost  kMostLater multiplications a uniform
  void add(const UniformRows::Block& block);
  Exhibit exhibit() const;

 private:
  std::size_t batch_;
  std::vector<double> sums_;  // of each row of the batch, and each distance
  std::vector<std::uint64_t> pairs_;
};

// A seed, and seeds that differ from it in one bit: the lowest four bits, and every eighth from bit 8 on.
class SeedCorrelations {
 public:
  // `bits` of the subject's seeds, of which `seed` is one.
  SeedCorrelations(std::uint64_t seed, int bits);

  // Kept where it is one of the seeds.
  void add(std::uint64_t seed, const UniformRows::Block& block);
  // Absent where fewer than two were added.
  std::optional<Exhibit> exhibit() const;

 private:
  struct Kept {
    std::uint64_t seed = 0;
    double bit = 0;  // 0: the seed itself; 1 + the number of the bit
    std::vector<double> centred = {};
  };
  std::vector<Kept> kept_;
};

}  // namespace gumbelcheck::claim
