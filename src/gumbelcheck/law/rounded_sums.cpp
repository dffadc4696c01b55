#include "gumbelcheck/law/rounded_sums.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gumbelcheck::law {

namespace {

constexpr double kLowest = -8;
constexpr double kHighest = 64;
constexpr double kLargestLogit = 0x1p15;

// The numbers of the format from 0 to `highest`, in order.
std::vector<double> magnitudes(const BinaryFormat& format, double highest) {
  const double steps = std::ldexp(1.0, format.precision - 1);
  std::vector<double> values;
  for (double m = 0; m < steps; ++m) {
    values.push_back(std::ldexp(m, format.lowest_exponent - format.precision + 1));
  }
  for (int exponent = format.lowest_exponent; std::ldexp(1.0, exponent) <= highest; ++exponent) {
    for (double m = steps; m < 2 * steps; ++m) {
      values.push_back(std::ldexp(m, exponent - format.precision + 1));
      if (values.back() >= highest) return values;
    }
  }
  return values;
}

// F(to) - F(from) without cancellation: log F(to) - log F(from) = e^-from - e^-to.
long double between(long double from, long double to) {
  const long double log_ratio = std::exp(-from) * -std::expm1(from - to);
  return std::exp(-std::exp(-to)) * -std::expm1(-log_ratio);
}

// The sums of one class in order, with what of them lies below.
struct Walk {
  double logit = 0;
  std::size_t next = 0;   // noise value that comes next
  double sum = 0;         // of that value
  long double below = 0;  // P(s < the value that all classes are at)
  long double here = 0;   // P(s = it)
};

}  // namespace

double nearest(const BinaryFormat& format, double x) {
  if (x == 0 || !std::isfinite(x)) return x;
  const int exponent = std::max(std::ilogb(x), format.lowest_exponent);
  const double spacing = std::ldexp(1.0, exponent - format.precision + 1);
  return std::nearbyint(x / spacing) * spacing;
}

RoundedNoise rounded_noise(const BinaryFormat& format) {
  RoundedNoise noise;
  const std::vector<double> below = magnitudes(format, -kLowest);
  const std::vector<double> above = magnitudes(format, kHighest);
  for (std::size_t i = below.size(); i-- > 1;) noise.values.push_back(-below[i]);
  noise.values.insert(noise.values.end(), above.begin(), above.end());
  const std::size_t last = noise.values.size() - 1;
  const auto middle = [&](std::size_t i) {  // between values i and i + 1
    return (static_cast<long double>(noise.values[i]) + static_cast<long double>(noise.values[i + 1])) / 2;
  };
  for (std::size_t i = 0; i <= last; ++i) {
    if (i == 0) {
      noise.mass.push_back(std::exp(-std::exp(-middle(0))));
    } else if (i == last) {
      noise.mass.push_back(-std::expm1(-std::exp(-middle(last - 1))));
    } else {
      noise.mass.push_back(between(middle(i - 1), middle(i)));
    }
  }
  return noise;
}

std::vector<double> rounded_sum_law(std::span<const double> logits, const BinaryFormat& format) {
  if (logits.empty() || logits.size() > kMostRoundedSumClasses) {
    throw std::invalid_argument(fmt::format("rounded_sum_law: there are {} logits; there must be 1 to {}",
                                            logits.size(), kMostRoundedSumClasses));
  }
  const RoundedNoise noise = rounded_noise(format);
  std::vector<Walk> walks;
  std::vector<std::size_t> classes;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    const double logit = logits[k];
    if (std::isinf(logit) && logit < 0) continue;
    if (!(std::abs(logit) <= kLargestLogit) || nearest(format, logit) != logit) {
      throw std::invalid_argument(
          fmt::format("rounded_sum_law: logits[{}] is {}; it must be -inf or a number of the format of at most {}", k,
                      logit, kLargestLogit));
    }
    classes.push_back(k);
    walks.push_back({.logit = logit, .sum = nearest(format, noise.values.front() + logit)});
  }
  if (walks.empty()) throw std::invalid_argument("rounded_sum_law: all logits are -inf; one must be finite");

  std::vector<double> law(logits.size());
  std::vector<long double> chosen(walks.size()), not_above(walks.size() + 1);
  for (;;) {
    double value = HUGE_VAL;
    for (const Walk& walk : walks) {
      if (walk.next < noise.values.size()) value = std::min(value, walk.sum);
    }
    if (value == HUGE_VAL) break;
    for (Walk& walk : walks) {
      walk.below += walk.here;
      walk.here = 0;
      while (walk.next < noise.values.size() && walk.sum == value) {
        walk.here += noise.mass[walk.next++];
        if (walk.next < noise.values.size()) walk.sum = nearest(format, noise.values[walk.next] + walk.logit);
      }
    }
    not_above[walks.size()] = 1;
    for (std::size_t k = walks.size(); k-- > 0;) not_above[k] = not_above[k + 1] * (walks[k].below + walks[k].here);
    long double all_below = 1;  // of the classes before
    for (std::size_t k = 0; k < walks.size(); ++k) {
      chosen[k] += walks[k].here * all_below * not_above[k + 1];
      all_below *= walks[k].below;
    }
  }
  for (std::size_t k = 0; k < walks.size(); ++k) law[classes[k]] = static_cast<double>(chosen[k]);
  return law;
}

}  // namespace gumbelcheck::law
