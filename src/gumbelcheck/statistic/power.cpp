#include "gumbelcheck/statistic/power.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/statistic/component.hpp"
#include "gumbelcheck/statistic/sequential.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr std::uint64_t kMostDraws = std::uint64_t{1} << 62;

void require_rates(const char* function, std::size_t cells, const Budget& budget) {
  const double alpha = budget.alpha_per_check();
  if (cells < 2 || !(alpha > 0 && alpha < 1) || !(budget.miss_rate > 0 && budget.miss_rate < 1)) {
    throw std::invalid_argument(fmt::format(
        "{}: cells is {}, false_alarm_rate {}, miss_rate {}; needed are two cells or more and rates between 0 and 1.",
        function, cells, budget.false_alarm_rate, budget.miss_rate));
  }
}

// Sankaran's approximation of the quantile: closed form, so that a search over n costs microseconds.
// source  Sankaran 1959; within a few per cent of Boost.Math's quantile over what is asked here (tested)
double noncentral_quantile(double degrees, double noncentrality, double rate) {
  const double z = boost::math::quantile(boost::math::normal(), rate);
  const double first = degrees + noncentrality;
  const double second = degrees + 2 * noncentrality;
  const double third = degrees + 3 * noncentrality;
  const double h = 1 - 2.0 / 3 * first * third / (second * second);
  const double p = second / (first * first);
  const double m = (h - 1) * (1 - 3 * h);
  const double base = 1 + h * p * (h - 1 - (2 - h) * m * p / 2) + z * h * std::sqrt(2 * p) * (1 + m * p / 2);
  return base <= 0 ? 0 : first * std::pow(base, 1 / h);
}

struct Question {
  double effect;
  double degrees;
  double alpha;
  double miss_rate;
  double components;
};

bool refutes(double draws, const Question& question) {
  const double noncentrality = 4 * draws * question.effect * question.effect;
  const double x = noncentral_quantile(question.degrees, noncentrality, question.miss_rate);
  double best = 0;
  for (int exponent = kSmallestEffectExponent; exponent <= kLargestEffectExponent; ++exponent) {
    const double step = draws * std::ldexp(1.0, 2 * exponent) / question.degrees;
    best = std::max(best, x * step / (1 + step) - question.degrees * std::log1p(step));
  }
  return best >= 2 * std::log(question.components / question.alpha);
}

bool upholds(std::uint64_t draws, const Question& question) {
  const double n = static_cast<double>(draws);
  const double looks = static_cast<double>(look_schedule(draws).size());
  const double counted = std::sqrt(question.degrees / n) / 2 + std::sqrt(std::log(1 / question.miss_rate) / (2 * n));
  return counted + std::sqrt(std::log(looks / question.miss_rate) / (2 * n)) <= question.effect;
}

}  // namespace

std::uint64_t draws_needed(double effect, std::size_t cells, const Budget& budget, std::size_t tables) {
  require_rates("draws_needed", cells, budget);
  if (!(effect > 0 && effect < 1)) {
    throw std::invalid_argument(fmt::format("draws_needed: effect is {}, not between 0 and 1.", effect));
  }
  constexpr int components_per_table = kLargestEffectExponent - kSmallestEffectExponent + 3;
  const Question question{effect, static_cast<double>(cells - 1), budget.alpha_per_check(), budget.miss_rate,
                          static_cast<double>(components_per_table) * static_cast<double>(std::max<std::size_t>(1, tables))};
  const auto enough = [&](std::uint64_t draws) {
    return upholds(draws, question) && refutes(static_cast<double>(draws), question);
  };
  std::uint64_t high = 1;
  while (high < kMostDraws && !enough(high)) high *= 2;
  if (high >= kMostDraws) return kMostDraws;
  std::uint64_t low = high / 2;
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

double detectable_effect(std::uint64_t draws, std::size_t cells, const Budget& budget, std::size_t tables) {
  require_rates("detectable_effect", cells, budget);
  const double largest = 1 - 1e-9;
  if (draws == 0 || draws_needed(largest, cells, budget, tables) > draws) return 1;
  double low = 0;
  double high = largest;
  for (int step = 0; step < 40; ++step) {
    const double middle = (low + high) / 2;
    (draws_needed(middle, cells, budget, tables) <= draws ? high : low) = middle;
  }
  return high;
}

}  // namespace gumbelcheck::statistic
