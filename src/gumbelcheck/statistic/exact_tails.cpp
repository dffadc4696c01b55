#include "gumbelcheck/statistic/exact_tails.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace gumbelcheck::statistic {
namespace {

void require_probability(const char* function, double p) {
  if (!(p >= 0 && p <= 1)) {
    throw std::invalid_argument(fmt::format("{}: p is {}, but a probability lies between 0 and 1.", function, p));
  }
}

}  // namespace

double poisson_upper_tail(std::uint64_t count, double mean) {
  if (!(mean >= 0) || std::isinf(mean)) {
    throw std::invalid_argument(
        fmt::format("poisson_upper_tail: mean is {}, but it must be finite and not negative.", mean));
  }
  if (count == 0) return 1;
  if (mean == 0) return 0;
  return boost::math::gamma_p(static_cast<double>(count), mean);
}

double binomial_upper_tail(std::uint64_t count, std::uint64_t trials, double p) {
  require_probability("binomial_upper_tail", p);
  if (count == 0) return 1;
  if (count > trials || p == 0) return 0;
  if (p == 1) return 1;
  return boost::math::ibeta(static_cast<double>(count), static_cast<double>(trials - count + 1), p);
}

double binomial_lower_tail(std::uint64_t count, std::uint64_t trials, double p) {
  require_probability("binomial_lower_tail", p);
  if (count >= trials || p == 0) return 1;
  if (p == 1) return 0;
  return boost::math::ibetac(static_cast<double>(count + 1), static_cast<double>(trials - count), p);
}

double binomial_two_sided(std::uint64_t count, std::uint64_t trials, double p) {
  return std::min(1.0, 2 * std::min(binomial_upper_tail(count, trials, p), binomial_lower_tail(count, trials, p)));
}

double repeats_upper_bound(std::uint64_t count, double mean, double crowding) {
  for (const auto& [what, value] : {std::pair("mean", mean), std::pair("crowding", crowding)}) {
    if (value >= 0 && !std::isinf(value)) continue;
    throw std::invalid_argument(
        fmt::format("repeats_upper_bound: {} is {}, but it must be finite and not negative.", what, value));
  }
  const auto repeats = static_cast<double>(count);
  if (repeats <= mean) return 1;
  if (mean == 0) return 0;
  const auto exponent = [&](double z) {
    const double b = z * crowding;
    // Near 0 the quotient cancels; it is below exp(b) everywhere.
    const double phi = z <= 1 ? 1 : b < 1e-4 ? std::exp(b) : 2 * (std::expm1(b) - b) / (b * b);
    return phi * z * mean - repeats * std::log1p(z);
  };
  // The best z for phi = 1; and smaller ones, for cells so crowded that phi grows.
  const double best = repeats / mean - 1;
  double least = exponent(best);
  for (double z = 1; z < best; z *= 2) least = std::min(least, exponent(z));
  return std::min(1.0, 2 * std::exp(least));
}

}  // namespace gumbelcheck::statistic
