#pragma once

// What the claims on the log-density share: points of the simplex, one question for all of them, and how far a right
// answer may be from the exact one because it rounds.

#include <span>
#include <vector>

#include "gumbelcheck/claim/inquiry.hpp"

namespace gumbelcheck::claim {

// rule    entries in proportion to exp(s v), v uniform on (-1, 1), s = 0, 1, 4, 16 in turn by `number`: from the
//         centre of the simplex to close to its corners; each rounded to the dtype
// random  one word of the stream a class
std::vector<double> simplex_point(random::Stream& stream, std::size_t classes, std::size_t number,
                                  subject::Dtype dtype);

// rule    (K + kRoundingsOfDensity) u times the sum of the sizes of the formula's terms: each of some 2K + 4 terms is rounded, and so is
//         each of their sums
// domain  entries of the point positive
double density_rounding(std::span<const double> logits, double temperature, std::span<const double> point,
                        subject::Dtype dtype);

// How much the exact log-density moves when every entry of the point is rounded to the dtype, and moved back to the
// simplex or not.
//
// rule    K (2 temperature + 2) u: its derivative with respect to log x_i is K temperature P_i - temperature - 1, the
//         P_i sum to 1, and a common factor c of the point changes it by K log c
double point_rounding(std::size_t classes, double temperature, subject::Dtype dtype);

// The case's log-density at all of these points, K entries each, in one question.
std::vector<double> asked_log_density(Inquiry& inquiry, const std::vector<double>& points);

}  // namespace gumbelcheck::claim
