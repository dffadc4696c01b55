#pragma once

// Points of the simplex and weights, so that a log-density given at these points can be integrated over
// {x_i / x_m >= ratio for all i}, m the largest entry: the part that a dtype can hold.

#include <cstddef>
#include <vector>

#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::claim {

struct Integral {
  double value = 0;
  double coarse = 0;  // by the rule of fewer points: a density that is rougher than the right one parts the two
};

struct SimplexNodes {
  std::size_t classes = 2;
  double largest_gap = 0;                  // log(1 / ratio) of the region that is covered
  std::vector<double> points = {};         // `classes` entries each
  std::vector<double> log_weights = {};    // of the density with respect to any classes - 1 coordinates
  std::vector<double> coarse_shares = {};  // of a rule of fewer points: its weight over this one's, 0 beside its points
  // What both rules give for the right density: what they are off by, beside the exact mass, is known.
  Integral expected = {};

  std::size_t size() const { return log_weights.size(); }
};

// shape   one log-density a point
Integral integrate(const SimplexNodes& nodes, const std::vector<double>& log_density);

// Two or three classes: for each place m of the largest entry the gaps log(x_m / x_i) run over a square of their own,
// in panels of 21 Gauss-Kronrod points, narrow where the density bends and doubling where it falls off. The panels know
// the law by the spread of its logits alone. Beyond 64 temperature multiples and twice the spread nothing is left of the law, and
// the region is cut there: largest_gap says where.
SimplexNodes gap_nodes(const std::vector<double>& logits, double temperature, double largest_gap);

// More classes: the simplex as the image of a cube under the inverse of the anchored form, in which a right density is
// constant but for the cut at largest_gap. Products of 15 Gauss-Kronrod points in the cube roots of the coordinates, since
// the cut bends near 0: for four classes 13,500 points.
SimplexNodes anchored_nodes(const std::vector<double>& probabilities, double temperature, double largest_gap);

// Still more: points of the cube, and of the largest class, from the stream. For a right density every term is the same,
// so the mean is exact but for rounding and for the mass beyond largest_gap, which must be negligible.
SimplexNodes law_points(const std::vector<double>& probabilities, double temperature, std::size_t count,
                        random::Stream& stream);

}  // namespace gumbelcheck::claim
