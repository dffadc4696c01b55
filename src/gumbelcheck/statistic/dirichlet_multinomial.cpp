#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "gumbelcheck/statistic/compensated_sum.hpp"
#include "gumbelcheck/statistic/component.hpp"
#include "gumbelcheck/statistic/rising.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr double kUnit = std::numeric_limits<double>::epsilon();

class DirichletMultinomial final : public Component {
 public:
  DirichletMultinomial(std::span<const double> probability, int exponent) : exponent_(exponent) {
    // A power of two, so exact: rounding of the shapes of the cells is rounding of the law.
    total_shape_ = std::ldexp(static_cast<double>(probability.size() - 1), -2 * exponent);
    for (const double p : probability) shape_.push_back(total_shape_ * p);
  }

  // The product over cells of a_k (a_k + 1) ... (a_k + N_k - 1), a_k = c p_k, beside c^n prod p_k^N_k on both
  // sides of the ratio: no power of a probability is left to compute.
  BoundedLog log_e(const Histogram& histogram) const override {
    const double together = log_rising(total_shape_, histogram.total);
    CompensatedSum sum;
    sum.add(-together);
    double size = together;
    std::size_t cells = 1;
    for (const auto& [cell, count] : histogram.hits) {
      if (count < 2) continue;
      const double rising = log_rising(shape_[cell], count);
      sum.add(rising);
      size += rising;
      ++cells;
    }
    const double draws = static_cast<double>(histogram.total);
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
