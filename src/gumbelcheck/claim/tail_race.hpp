#pragma once

// The tail of the noise as an index shows it: one class against a field of many that are far below.
//
// Each of V classes at -D beats one at 0 with odds e^-D: the field wins in proportion to V e^-D, and it does so by noise
// near D. A uniform on a grid of b bits has no exponentials below 2^-b, so with c = 2^b e^-D the field wins only
// 1 / (c (e^(1/c) - 1)) times as often as it should: .96 for D = 14 at 24 bits, .08 for 18, never for 20. What it costs
// to see that is decided by D alone: about 31 wins lost, each of e^D noise values, whatever V is. 24 bits are seen
// cheapest at D = 18, by some 3e9 noise values, 23 bits by half of that, 17 bits at D = 14 by 5e7.

#include <cstdint>
#include <span>
#include <vector>

#include "gumbelcheck/claim/noise_tails.hpp"

namespace gumbelcheck::claim {

// rule  the odds against right ones that a grid of 2^-bits leaves to a class `distance` below: 1 / (c (e^(1/c) - 1)),
//       c = 2^bits e^-distance
double share_left_by_grid(double distance, int bits);

class TailRace {
 public:
  struct Field {
    double distance = 0;  // below the one class at 0
    std::size_t classes = 0;
  };

  // Rows from which on the far field is run, where 24 bits show; below, a nearer one, where 17 do.
  static constexpr std::uint64_t kFarRows = std::uint64_t{1} << 15;
  static constexpr std::uint64_t kMostRows = std::uint64_t{1} << 17;
  static constexpr std::size_t kClasses = std::size_t{1} << 16;

  // Two fields with the one class before them, kClasses in all.
  explicit TailRace(std::uint64_t rows);

  std::vector<double> logits() const;
  // throws std::invalid_argument for an index that is no class
  void add(std::span<const std::int64_t> indices);

  int grid_bits() const { return grid_bits_; }  // the grid that so many rows see
  // Wins of each field: binomial.
  std::vector<TailTest> tests() const;
  // The live control: the wins that a grid of 2^-grid_bits() would have left.
  TailTest on_coarse_grid() const;

 private:
  double chance(std::size_t field) const;

  std::vector<Field> fields_;
  int grid_bits_;
  std::uint64_t rows_ = 0;
  std::vector<std::uint64_t> wins_;
};

}  // namespace gumbelcheck::claim
