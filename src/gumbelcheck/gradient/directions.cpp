#include "gumbelcheck/gradient/directions.hpp"

#include <algorithm>
#include <cmath>

namespace gumbelcheck::gradient {

namespace {

// The first of the row is turned where all have the same sign: a change of 2^(1-K) of all rows, where leaving
// them out would make the number of words drawn depend on the words.
void vary(std::vector<double>& row) {
  const auto negative = [](double value) { return value < 0; };
  const auto count = std::ranges::count_if(row, negative);
  if (row.size() > 1 && (count == 0 || static_cast<std::size_t>(count) == row.size())) row[0] = -row[0];
}

}  // namespace

std::vector<double> random_cotangent(random::Stream& stream, std::size_t classes) {
  std::vector<double> cotangent(classes);
  for (double& v : cotangent) v = (2 * static_cast<double>(stream() >> 53) + 1) / 2048 - 1;
  vary(cotangent);
  return cotangent;
}

std::vector<double> random_signs(random::Stream& stream, std::size_t classes) {
  std::vector<double> signs(classes);
  for (double& sign : signs) sign = stream() >> 63 ? 1 : -1;
  vary(signs);
  return signs;
}

}  // namespace gumbelcheck::gradient
