#include "gumbelcheck/statistic/rising.hpp"

#include <cmath>

namespace gumbelcheck::statistic {
namespace {

// ln gamma(x) - (x - 1/2) ln x + x - ln(2 pi)/2 by its asymptotic series: from 16 on off by less than 1e-17.
double stirling_remainder(double x) {
  const double inverse = 1 / x;
  const double square = inverse * inverse;
  return inverse * (1. / 12 - square * (1. / 360 - square * (1. / 1260 - square * (1. / 1680 - square * (1. / 1188)))));
}

}  // namespace

double log_rising(double a, std::uint64_t n) {
  constexpr double series_from = 16;
  if (n < 2) return 0;
  const double all = static_cast<double>(n);
  // Factors below 16 one by one, the others by Stirling's formula. The first one is 1.
  double head = 0;
  double taken = 0;
  if (a < series_from) {
    const double scale = a < 1 ? 1 : a;
    double product = 1;
    for (taken = 1; a + taken < series_from && taken < all; ++taken) product *= (a + taken) / scale;
    head = std::log(product) - (a < 1 ? (taken - 1) * std::log(a) : 0);
  }
  const double rest = all - taken;
  if (rest == 0) return head;
  const double from = a + taken;
  const double tail = ((from + rest - 0.5) * std::log1p(rest / from) - rest) +
                      (stirling_remainder(from + rest) - stirling_remainder(from));
  return head + tail + (taken > 0 ? rest * (std::log(from) - std::log(a)) : 0);
}

}  // namespace gumbelcheck::statistic
