#include "gumbelcheck/law/concrete.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>

#include "gumbelcheck/law/softmax.hpp"
#include "gumbelcheck/law/validation.hpp"

namespace gumbelcheck::law {

namespace {

constexpr std::size_t kMostClassesOfAMass = 16;

const Real kInfinity = std::numeric_limits<Real>::infinity();

void check_law(const char* function, const Concrete& law) {
  check_logits(function, law.logits);
  check_finite(function, "logits", law.logits);
  check_temperature(function, law.temperature);
}

void check_ratio(const char* function, const Real& ratio) {
  if (!(ratio > 0 && ratio <= 1)) {
    throw std::invalid_argument(fmt::format("{}: ratio is {}; it must be in (0, 1].", function, nearest_double(ratio)));
  }
}

Real log_factorial(std::size_t n) {
  Real sum = 0;
  for (std::size_t i = 2; i <= n; ++i) sum += log(Real(i));
  return sum;
}

Real log_constant(const Concrete& law) {
  const std::size_t others = law.logits.size() - 1;
  return log_factorial(others) + Real(others) * log(law.temperature);
}

// The limit where r entries are zero. Of one, the powers add up to x^((K-1) tau - 1). Of several that vanish at rates
// of their own, the density is a power of the fastest between that one and x^((K-r) tau - r), which is where all
// vanish together: beyond both the way to the point does not matter.
Real limit_at_zeros(const Concrete& law, std::span<const Real> point, std::size_t zeros) {
  const std::size_t classes = law.logits.size();
  if (zeros == classes) throw std::invalid_argument("log_density: every entry of the point is zero.");
  const Real power = Real(classes - 1) * law.temperature - 1;
  const Real power_together = Real(classes - zeros) * law.temperature - Real(zeros);
  if (power < 0 || (power == 0 && zeros > 1)) return kInfinity;
  if (power > 0 && power_together > 0) return -kInfinity;
  if (zeros > 1) {
    throw std::domain_error(
        fmt::format("log_density: {} of {} entries are zero, and at temperature {} the limit depends on the way to "
                    "the point.",
                    zeros, classes, nearest_double(law.temperature)));
  }
  Real sum = log_constant(law);
  for (std::size_t i = 0; i < classes; ++i) {
    sum += point[i] == 0 ? law.logits[i] * (1 - Real(classes)) : law.logits[i] - (law.temperature + 1) * log(point[i]);
  }
  return sum;
}

}  // namespace

Real log_density(const Concrete& law, std::span<const Real> point) {
  check_law("log_density", law);
  check_length("log_density", "point", point.size(), law.logits.size());
  check_finite("log_density", "point", point);
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (point[i] < 0) {
      throw std::invalid_argument(
          fmt::format("log_density: point[{}] is {}; no entry may be negative.", i, nearest_double(point[i])));
    }
  }
  const auto zeros = static_cast<std::size_t>(std::ranges::count_if(point, [](const Real& x) { return x == 0; }));
  if (zeros > 0) return limit_at_zeros(law, point, zeros);
  Real sum = log_constant(law);
  std::vector<Real> scores;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const Real log_x = log(point[i]);
    scores.push_back(law.logits[i] - law.temperature * log_x);
    sum += scores.back() - log_x;
  }
  return sum - Real(point.size()) * logsumexp(scores);
}

Real log_density_of_log_sample(const Concrete& law, std::span<const Real> log_sample) {
  check_law("log_density_of_log_sample", law);
  check_length("log_density_of_log_sample", "log_sample", log_sample.size(), law.logits.size());
  check_finite("log_density_of_log_sample", "log_sample", log_sample);
  Real sum = log_constant(law);
  std::vector<Real> scores;
  for (std::size_t i = 0; i < log_sample.size(); ++i) {
    scores.push_back(law.logits[i] - law.temperature * log_sample[i]);
    sum += scores.back();
  }
  return sum - Real(log_sample.size()) * logsumexp(scores);
}

LogDensityGradient log_density_gradient(const Concrete& law, std::span<const Real> point) {
  check_law("log_density_gradient", law);
  check_length("log_density_gradient", "point", point.size(), law.logits.size());
  check_finite("log_density_gradient", "point", point);
  std::vector<Real> scores;
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (point[i] <= 0) {
      throw std::invalid_argument(fmt::format("log_density_gradient: point[{}] is {}; each entry must be positive.", i,
                                              nearest_double(point[i])));
    }
    scores.push_back(law.logits[i] - law.temperature * log(point[i]));
  }
  const std::vector<Real> y = softmax(scores, 1);
  const Real classes = point.size();
  LogDensityGradient gradient;
  gradient.temperature = (classes - 1) / law.temperature;
  for (std::size_t i = 0; i < point.size(); ++i) {
    gradient.logits.push_back(1 - classes * y[i]);
    gradient.point.push_back((classes * law.temperature * y[i] - law.temperature - 1) / point[i]);
    gradient.temperature += (classes * y[i] - 1) * log(point[i]);
  }
  return gradient;
}

Real mass_below_ratio(const Concrete& law, std::size_t largest, const Real& ratio) {
  check_law("mass_below_ratio", law);
  check_ratio("mass_below_ratio", ratio);
  if (largest >= law.logits.size()) {
    throw std::invalid_argument(
        fmt::format("mass_below_ratio: largest is {}; it must be below the {} classes.", largest, law.logits.size()));
  }
  const std::vector<Real> pi = softmax(law.logits, 1);
  Real others = 0;  // added up, since 1 - pi_m loses what is small
  for (std::size_t i = 0; i < pi.size(); ++i) {
    if (i != largest) others += pi[i];
  }
  return 1 / (1 + others * (pow(ratio, -law.temperature) - 1));
}

Real mass_within_ratio(const Concrete& law, const Real& ratio) {
  check_law("mass_within_ratio", law);
  check_ratio("mass_within_ratio", ratio);
  const std::size_t classes = law.logits.size();
  if (classes > kMostClassesOfAMass) {
    throw std::invalid_argument(fmt::format("mass_within_ratio: {} logits; at most {}, since every subset is a term.",
                                            classes, kMostClassesOfAMass));
  }
  const std::vector<Real> pi = softmax(law.logits, 1);
  const Real growth = pow(ratio, -law.temperature) - 1;
  Real mass = 0;
  for (std::size_t largest = 0; largest < classes; ++largest) {
    for (unsigned subset = 0; subset < (1u << classes); ++subset) {
      if ((subset >> largest & 1u) != 0) continue;
      Real weight = 0;
      for (std::size_t i = 0; i < classes; ++i) {
        if ((subset >> i & 1u) != 0) weight += pi[i];
      }
      const Real term = pi[largest] / (1 + growth * weight);
      mass += std::popcount(subset) % 2 == 0 ? term : Real(-term);
    }
  }
  return mass;
}

namespace {

// ((1 - x) / x)^tau times exp(o_1 - o_2): the odds of lying above x.
Real two_class_odds(const char* function, const Concrete& law, const Real& x) {
  check_law(function, law);
  check_length(function, "logits", law.logits.size(), 2);
  if (!(x >= 0 && x <= 1)) {
    throw std::invalid_argument(fmt::format("{}: x is {}; it must be in [0, 1].", function, nearest_double(x)));
  }
  if (x == 0) return kInfinity;
  return exp(law.logits[0] - law.logits[1]) * pow((1 - x) / x, law.temperature);
}

}  // namespace

Real two_class_cdf(const Concrete& law, const Real& x) { return 1 / (1 + two_class_odds("two_class_cdf", law, x)); }

Real two_class_survival(const Concrete& law, const Real& x) {
  const Real odds = two_class_odds("two_class_survival", law, x);
  return isinf(odds) ? Real(1) : Real(odds / (1 + odds));
}

double concrete_log_density_double(std::span<const double> logits, double temperature, std::span<const double> point) {
  return nearest_double(log_density({.logits = reals(logits), .temperature = temperature}, reals(point)));
}

double concrete_log_density_of_log_sample_double(std::span<const double> logits, double temperature,
                                                 std::span<const double> log_sample) {
  return nearest_double(
      log_density_of_log_sample({.logits = reals(logits), .temperature = temperature}, reals(log_sample)));
}

}  // namespace gumbelcheck::law
