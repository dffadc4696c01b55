#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "gumbelcheck/statistic/compensated_sum.hpp"
#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr double kUnit = std::numeric_limits<double>::epsilon();

// ln gamma(x) - (x - 1/2) ln x + x - ln(2 pi)/2 by its asymptotic series: from 16 on off by less than 1e-17.
double stirling_remainder(double x) {
  const double inverse = 1 / x;
  const double square = inverse * inverse;
  return inverse * (1. / 12 - square * (1. / 360 - square * (1. / 1260 - square * (1. / 1680 - square * (1. / 1188)))));
}

// rule    ln(a (a + 1) ... (a + n - 1) / a^n): the sum of log1p(i/a) over i below n
// domain  a > 0
// error   4 units of (value + 2 n), and 32 units. A difference of two lgamma's, which Boost.Math has, would be
//         off by units of a ln a: 1e-9 at a = 1e6, where the value itself may be 1e-6
// cost    two logarithms; where a is small also a product of up to 16 factors
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

class DirichletMultinomial final : public Component {
 public:
  DirichletMultinomial(std::span<const double> probability, int exponent) : exponent_(exponent) {
    // A power of two, so exact: rounding of the shapes of the cells is rounding of the law.
    total_shape_ = std::ldexp(static_cast<double>(probability.size() - 1), -2 * exponent);
    for (const double p : probability) shape_.push_back(total_shape_ * p);
  }

  // The product over cells of a_k (a_k + 1) ... (a_k + N_k - 1), a_k = c p_k, beside c^n prod p_k^N_k on both
  // sides of the ratio: no power of a probability is left to compute.
  BoundedLog log_e(std::span<const std::uint64_t> counts, std::uint64_t total) const override {
    const double together = log_rising(total_shape_, total);
    CompensatedSum sum;
    sum.add(-together);
    double size = together;
    std::size_t cells = 1;
    for (std::size_t k = 0; k < counts.size(); ++k) {
      if (counts[k] < 2) continue;
      const double rising = log_rising(shape_[k], counts[k]);
      sum.add(rising);
      size += rising;
      ++cells;
    }
    const double draws = static_cast<double>(total);
    const double error = kUnit * (6 * (size + 4 * draws) + 32 * static_cast<double>(cells));
    return {sum.value(), error + draws * kLawRounding};
  }

  std::string name() const override { return fmt::format("Dirichlet-multinomial at effect size 2^{}", exponent_); }

 private:
  int exponent_;
  std::vector<double> shape_;
  double total_shape_ = 0;
};

}  // namespace

Components dirichlet_multinomial(std::span<const double> probability) {
  Components made;
  if (probability.size() < 2) return made;
  for (int exponent = kSmallestEffectExponent; exponent <= kLargestEffectExponent; ++exponent) {
    made.push_back(std::make_shared<DirichletMultinomial>(probability, exponent));
  }
  return made;
}

}  // namespace gumbelcheck::statistic
