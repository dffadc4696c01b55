#pragma once

// Samples of three classes counted in equal triangles of the simplex, beside what the density says: for people to look
// at. It decides nothing.

#include <cstdint>
#include <span>
#include <vector>

#include "gumbelcheck/claim/exhibit.hpp"

namespace gumbelcheck::claim {

// rule  the simplex in kSimplexSide^2 equal triangles, strip by strip of the second class's entry, and in a strip by
//       that of the first, upright ones and those between in turn
inline constexpr std::size_t kSimplexSide = 20;

class SimplexCells {
 public:
  SimplexCells() : counts_(kSimplexSide * kSimplexSide) {}
  // domain  three entries that are not negative and sum to about 1; others are left out
  void add(std::span<const double> row);

  struct Point {
    double x = 0;  // entry of the first class
    double y = 0;  // of the second
  };
  static std::vector<Point> centres();

  Exhibit exhibit(std::span<const double> logits, double temperature) const;

  // The probability of each triangle.
  //
  // rule    pi_k x_k^-temperature, divided by their sum, is uniform on the simplex (the Dirichlet pivot), so a triangle
  //         has the area of its image, by the polygon of its edges' images. The density itself would have to be
  //         integrated where it is infinite
  // domain  three finite logits
  // error   some 1e-4 of each
  // cost    a million exponentials
  static std::vector<double> masses(std::span<const double> logits, double temperature);

 private:
  std::vector<std::uint64_t> counts_;
};

}  // namespace gumbelcheck::claim
