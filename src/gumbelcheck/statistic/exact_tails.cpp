#include "gumbelcheck/statistic/exact_tails.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <stdexcept>

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

}  // namespace gumbelcheck::statistic
