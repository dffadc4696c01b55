#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {
namespace {

// Without promotion to long double: the same bits on every machine, and several times faster.
double log_gamma(double x) {
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  return boost::math::lgamma(x, Policy());
}

class DirichletMultinomial final : public Component {
 public:
  DirichletMultinomial(std::span<const double> probability, int exponent)
      : exponent_(exponent) {
    const double effect_size = std::ldexp(1.0, exponent);
    const double cells = static_cast<double>(probability.size());
    for (const double p : probability) {
      shape_.push_back((cells - 1) * p / (effect_size * effect_size));
      total_shape_ += shape_.back();
      log_gamma_shape_.push_back(log_gamma(shape_.back()));
      log_probability_.push_back(std::log(p));
    }
    log_gamma_total_ = log_gamma(total_shape_);
  }

  BoundedLog log_e(std::span<const std::uint64_t> counts, std::uint64_t total) const override {
    const double draws = static_cast<double>(total);
    const double log_gamma_end = log_gamma(total_shape_ + draws);
    double sum = log_gamma_total_ - log_gamma_end;
    // x + |lgamma(x)| is the size of the intermediate results of lgamma (x log x among them).
    double size = std::fabs(log_gamma_total_) + std::fabs(log_gamma_end) + 2 * (total_shape_ + draws);
    for (std::size_t k = 0; k < counts.size(); ++k) {
      if (counts[k] == 0) continue;
      const double count = static_cast<double>(counts[k]);
      const double log_gamma_count = log_gamma(shape_[k] + count);
      const double law = count * log_probability_[k];
      sum += (log_gamma_count - log_gamma_shape_[k]) - law;
      size += std::fabs(log_gamma_count) + std::fabs(log_gamma_shape_[k]) + 2 * (shape_[k] + count) - law;
    }
    // Each intermediate result is off by a few units of its own size. The running sum adds one unit of its
    // size a cell, and never grows beyond `size`; its typical size is far smaller, but the bound is cheap.
    const double unit = std::numeric_limits<double>::epsilon();
    return {sum, 8 * unit * size + draws * kLawRounding};
  }

  std::string name() const override { return fmt::format("Dirichlet-multinomial at effect size 2^{}", exponent_); }

 private:
  int exponent_;
  std::vector<double> shape_, log_gamma_shape_, log_probability_;
  double total_shape_ = 0;
  double log_gamma_total_ = 0;
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
