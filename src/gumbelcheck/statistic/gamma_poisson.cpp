#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/math/special_functions/log1p.hpp>
#include <cmath>
#include <limits>

#include "gumbelcheck/statistic/compensated_sum.hpp"
#include "gumbelcheck/statistic/component.hpp"
#include "gumbelcheck/statistic/probability_steps.hpp"
#include "gumbelcheck/statistic/rising.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr double kUnit = std::numeric_limits<double>::epsilon();

// About the total variation of the rates from the law: geometric from .005 to .3.
constexpr std::array kVariations = {0.005, 0.0113, 0.0257, 0.0583, 0.132, 0.3};
constexpr int kStepsAnOctave = 4;
// Counts below this are multiplied out, larger ones go through Stirling's formula.
constexpr std::uint64_t kFewHits = 16;

// x - ln(1 + x), without cancellation.
double above_its_logarithm(double x) {
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  return -boost::math::log1pmx(x, Policy());
}

class GammaPoisson final : public Component {
 public:
  GammaPoisson(std::shared_ptr<const ProbabilitySteps> steps, double sum_of_two_thirds, double variation)
      : steps_(std::move(steps)), variation_(variation) {
    for (const double mean : steps_->mean) {
      const double deviation = std::min(2.0, 2 * variation / (std::cbrt(mean) * sum_of_two_thirds));
      shape_.push_back(1 / (deviation * deviation));
    }
  }

  // With shapes s p_k / mean in a step of mass P and with C cells, mean = P/C, x = n mean / s is the same for all of
  // them: together the cells give C s (x - ln(1 + x)) - N ln(1 + x), N the hits of the step, and each cell
  // ln(s_k (s_k + 1) ... (s_k + N_k - 1) / s_k^N_k), which is 0 below two hits.
  BoundedLog log_e(const Histogram& histogram) const override {
    CompensatedSum sum;
    double size = 0;
    double terms = 1;
    const auto add = [&](double term) {
      sum.add(term);
      size += std::fabs(term);
      ++terms;
    };
    std::vector<std::uint64_t> hits(shape_.size());
    double product = 1;
    for (const auto& [cell, count] : histogram.hits) {
      const std::size_t step = steps_->step[cell];
      hits[step] += count;
      if (count < 2) continue;
      const double shape = shape_[step] * steps_->relative[cell];
      if (count >= kFewHits) {
        add(log_rising(shape, count));
        continue;
      }
      // No factor exceeds 1 + 15 / (1/4 * .8), so fifteen of them stay below 1e29.
      const double inverse = 1 / shape;
      double rising = 1 + inverse;
      for (std::uint64_t i = 2; i < count; ++i) rising *= 1 + static_cast<double>(i) * inverse;
      product *= rising;
      if (product > 1e250) {
        add(std::log(product));
        product = 1;
      }
    }
    add(std::log(product));
    const double draws = static_cast<double>(histogram.total);
    for (std::size_t step = 0; step < shape_.size(); ++step) {
      const double x = draws * steps_->mean[step] / shape_[step];
      add(static_cast<double>(steps_->cells[step]) * shape_[step] * above_its_logarithm(x));
      add(-static_cast<double>(hits[step]) * std::log1p(x));
    }
    // Shapes, means and x are off by three units, which moves all terms together by less than 30 units a draw; a factor
    // of the product is off by three units, and there are fewer than draws. The rest is the rounding of each term.
    const double error = kUnit * (6 * (size + 8 * draws) + 32 * terms);
    return {sum.value(), error + draws * kLawRounding};
  }

  std::string name() const override { return fmt::format("gamma-Poisson at total variation {}", variation_); }

 private:
  std::shared_ptr<const ProbabilitySteps> steps_;
  double variation_;
  std::vector<double> shape_;  // of a cell of the step's mean probability
};

}  // namespace

Components gamma_poisson(std::span<const double> probability) {
  Components made;
  if (probability.size() < 2) return made;
  const auto steps = std::make_shared<const ProbabilitySteps>(probability, kStepsAnOctave);
  CompensatedSum sum;
  for (const double p : probability) sum.add(std::cbrt(p * p));
  for (const double variation : kVariations) {
    made.push_back(std::make_shared<GammaPoisson>(steps, sum.value(), variation));
  }
  return made;
}

}  // namespace gumbelcheck::statistic
