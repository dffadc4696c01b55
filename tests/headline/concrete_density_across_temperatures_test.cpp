// Gumbel-softmax samples have the Concrete density, at every temperature from .01 to 100. In three parts:
// the samples, the formula, and that the formula is a density.
//
//   1. softmax((logits + Gumbel noise) / temperature), sent through the pivot that only the right law turns into
//      independent uniforms, gives uniforms; at a temperature 10% off it does not.
//   2. The implementation's log-density equals the 50-digit oracle within the error that its data sheet states.
//   3. It integrates to the exact mass, over all of the simplex of two classes and over the part of the simplex of
//      three that the dtype can hold; without its factor (K-1)! it does not.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <limits>

#include "generated_cases.hpp"
#include "goodness_of_fit.hpp"
#include "gumbelcheck/claim/concrete_pivot.hpp"
#include "gumbelcheck/law/concrete.hpp"
#include "gumbelcheck/law/softmax.hpp"
#include "gumbelcheck/sampling/concrete_density.hpp"
#include "gumbelcheck/sampling/gumbel_softmax.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace {

using namespace gumbelcheck;

const std::vector<double> kTemperatures = {.01, .1, .5, 1, 2, 10, 100};

// ---- 1. The samples

constexpr std::uint64_t kDraws = 1u << 16;
constexpr std::uint64_t kBlock = 1u << 12;
constexpr std::size_t kBins = 32;
constexpr std::size_t kJointBins = 8;
constexpr double kLevel = 1e-6;  // of each test of each case

struct Fit {
  double uniforms = 0;  // p-value of the uniforms of all coordinates, in 32 bins
  double largest = 0;   // p-value of the largest class with the first uniform: softmax, and independent of it
};

template <class T>
Fit fit_of_gumbel_softmax(const std::vector<double>& logits, double temperature, double temperature_of_the_law,
                          std::uint64_t seed) {
  const std::size_t classes = logits.size();
  const std::vector<T> held(logits.begin(), logits.end());  // the law is that of the logits as T holds them
  const std::vector<double> softmax = law::softmax_double(std::vector<double>(held.begin(), held.end()), 1.0);
  claim::ConcretePivot pivot({.probabilities = softmax,
                              .temperature = static_cast<T>(temperature_of_the_law),
                              .ratio_limit = static_cast<double>(classes) * std::numeric_limits<T>::min(),
                              .others = {}});
  random::Stream noise_stream({.seed = seed, .purpose = random::Purpose::subject_noise});
  random::Stream randomisation({.seed = seed, .purpose = random::Purpose::randomisation});
  std::vector<T> noise(kBlock * classes), sample(kBlock * classes);
  const sampling::Shape shape = {kBlock, classes};
  std::vector<std::uint64_t> bins(kBins), joint(classes * kJointBins);
  for (std::uint64_t draw = 0; draw < kDraws; draw += kBlock) {
    sampling::fill_gumbel<T>(noise, noise_stream);
    sampling::gumbel_softmax<T>(sampling::View<const T>{held.data(), shape, {0, 1}},
                                sampling::contiguous(noise.data(), shape), {.temperature = temperature},
                                sampling::contiguous(sample.data(), shape));
    for (std::uint64_t row = 0; row < kBlock; ++row) {
      const auto first = sample.begin() + static_cast<std::ptrdiff_t>(row * classes);
      const std::vector<double> x(first, first + static_cast<std::ptrdiff_t>(classes));
      const auto seen = pivot.from_sample(x, randomisation);
      if (!seen.valid) throw std::runtime_error("no sample of the simplex: " + testing::PrintToString(x));
      const auto bin = [](const random::UniformPair& u, std::size_t count) {
        return std::min(count - 1, static_cast<std::size_t>(u.lower * static_cast<double>(count)));
      };
      for (const random::UniformPair& u : seen.uniforms) ++bins[bin(u, kBins)];
      ++joint[seen.largest * kJointBins + bin(seen.uniforms[0], kJointBins)];
    }
  }
  std::vector<double> joint_law;
  for (const double p : softmax) joint_law.insert(joint_law.end(), kJointBins, p / kJointBins);
  return {.uniforms = headline::p_value_of_fit(bins, std::vector<double>(kBins, 1.0 / kBins)),
          .largest = headline::p_value_of_fit(joint, joint_law)};
}

template <class T>
void samples_have_it() {
  std::uint64_t seed = 0;
  for (const std::vector<double>& logits : headline::generated(headline::moderate_logits(8), 2)) {
    for (const double temperature : kTemperatures) {
      const Fit fit = fit_of_gumbel_softmax<T>(logits, temperature, temperature, ++seed);
      EXPECT_GT(fit.uniforms, kLevel) << "temperature " << temperature << ", " << testing::PrintToString(logits);
      EXPECT_GT(fit.largest, kLevel) << "temperature " << temperature << ", " << testing::PrintToString(logits);
    }
  }
}
TEST(ConcreteDensityAcrossTemperaturesStatistical, SamplesHaveItInFloat) { samples_have_it<float>(); }
TEST(ConcreteDensityAcrossTemperaturesStatistical, SamplesHaveItInDouble) { samples_have_it<double>(); }

TEST(ConcreteDensityAcrossTemperaturesStatistical, SamplesAtATemperatureOffByATenthDoNot) {
  std::uint64_t seed = 1000;
  for (const std::vector<double>& logits : headline::generated(headline::moderate_logits(8), 2)) {
    for (const double temperature : kTemperatures) {
      for (const double factor : {.9, 1.1}) {
        const Fit fit = fit_of_gumbel_softmax<double>(logits, factor * temperature, temperature, ++seed);
        EXPECT_LE(fit.uniforms, kLevel) << "temperature " << temperature << ", " << testing::PrintToString(logits);
      }
    }
  }
}

// ---- 2. The formula

template <class T>
double log_density(const std::vector<T>& logits, double temperature, const std::vector<T>& value) {
  T density = 0;
  sampling::concrete_log_density<T>(sampling::contiguous(logits.data(), {logits.size()}),
                                    sampling::contiguous(value.data(), {value.size()}), {.temperature = temperature},
                                    {&density, {}, {}});
  return density;
}

template <class T>
double log_density_of_log(const std::vector<T>& logits, double temperature, const std::vector<T>& log_value) {
  T density = 0;
  sampling::log_concrete_log_density<T>(sampling::contiguous(logits.data(), {logits.size()}),
                                        sampling::contiguous(log_value.data(), {log_value.size()}),
                                        {.temperature = temperature}, {&density, {}, {}});
  return density;
}

template <class T>
std::vector<double> as_doubles(const std::vector<T>& values) {
  return {values.begin(), values.end()};
}

// The error that the data sheet of concrete_density.hpp states; `power` is temperature + 1, or temperature for log x.
template <class T>
double stated_error(const std::vector<T>& logits, double temperature, double power, const std::vector<double>& log_x,
                    double result) {
  const double classes = static_cast<double>(logits.size());
  double sizes = std::lgamma(classes) + (classes - 1) * std::abs(std::log(temperature));
  double largest = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double term = std::abs(static_cast<double>(logits[i])) + power * std::abs(log_x[i]);
    sizes += term;
    largest = std::max(largest, term);
  }
  sizes += classes * (largest + std::log(classes));
  return std::numeric_limits<T>::epsilon() / 2 * std::abs(result) + sampling::kDensityUnits * 0x1p-53 * sizes;
}

template <class T>
void equals_the_oracle() {
  const std::vector<double> drawn = *headline::moderate_logits(16);
  const std::vector<T> logits(drawn.begin(), drawn.end());
  const double temperature = static_cast<T>(*rc::gen::elementOf(kTemperatures));  // as T holds it, like the rest
  // From the centre of the simplex to where float32 all but ends.
  const double spread = *rc::gen::element(0, 1, 10, 40);
  std::vector<double> weights;
  double sum = 0;
  for (const int thousandths : *rc::gen::container<std::vector<int>>(logits.size(), rc::gen::inRange(-1000, 1001))) {
    weights.push_back(std::exp(spread * thousandths / 1000));
    sum += weights.back();
  }
  std::vector<T> value, log_value;
  std::vector<double> log_x, log_of_held;
  for (const double weight : weights) {
    value.push_back(static_cast<T>(weight / sum));
    log_value.push_back(static_cast<T>(std::log(weight / sum)));
    log_x.push_back(std::log(static_cast<double>(value.back())));
    log_of_held.push_back(static_cast<double>(log_value.back()));
  }
  const double exact = law::concrete_log_density_double(as_doubles(logits), temperature, as_doubles(value));
  const double found = log_density(logits, temperature, value);
  const double error = stated_error(logits, temperature, temperature + 1, log_x, exact);
  RC_ASSERT(std::abs(found - exact) <= error);
  // What would be found: the factor (K-1)! left out, and temperature^K in place of temperature^(K-1).
  RC_ASSERT(logits.size() == 2 || std::abs(found - std::lgamma(static_cast<double>(logits.size())) - exact) > error);
  RC_ASSERT(temperature == 1 || std::abs(found + std::log(temperature) - exact) > error);
  const double exact_of_log =
      law::concrete_log_density_of_log_sample_double(as_doubles(logits), temperature, log_of_held);
  const double found_of_log = log_density_of_log(logits, temperature, log_value);
  RC_ASSERT(std::abs(found_of_log - exact_of_log) <=
            stated_error(logits, temperature, temperature, log_of_held, exact_of_log));
}

RC_GTEST_PROP(ConcreteDensityAcrossTemperaturesProperty, LogDensityIsTheOraclesInFloat, ()) {
  equals_the_oracle<float>();
}
RC_GTEST_PROP(ConcreteDensityAcrossTemperaturesProperty, LogDensityIsTheOraclesInDouble, ()) {
  equals_the_oracle<double>();
}

// ---- 3. That it is a density. In the log ratios l_i = log x_i - log x_K, times the temperature: there it is as wide
// at temperature .01 as at 100. The density of l is that of x times the product of all x_i, and that of log x as it is.

// log softmax(l_1, ..., l_(K-1), 0)
std::vector<double> log_point(std::vector<double> log_ratios) {
  log_ratios.push_back(0);
  const double top = *std::ranges::max_element(log_ratios);
  double sum = 0;
  for (const double l : log_ratios) sum += std::exp(l - top);
  for (double& l : log_ratios) l -= top + std::log(sum);
  return log_ratios;
}

double density_of_scaled_log_ratios(const std::vector<double>& logits, double temperature, std::vector<double> scaled) {
  for (double& s : scaled) s /= temperature;
  const double log_scale = static_cast<double>(scaled.size()) * std::log(temperature);
  return std::exp(log_density_of_log(logits, temperature, log_point(scaled)) - log_scale);
}

// By way of the density of x itself, so within the range of its entries.
double density_by_value(const std::vector<double>& logits, double temperature, std::vector<double> scaled) {
  for (double& s : scaled) s /= temperature;
  double log_factor = -static_cast<double>(scaled.size()) * std::log(temperature);
  std::vector<double> value = log_point(scaled);
  for (double& x : value) {
    log_factor += x;
    x = std::exp(x);
  }
  return std::exp(log_density(logits, temperature, value) + log_factor);
}

using Quadrature = boost::math::quadrature::gauss_kronrod<double, 31>;

struct Integral {
  double value = 0;
  double error = 0;  // estimated by the quadrature; 1e-12 joins it for the rounding of the density
};

TEST(ConcreteDensityAcrossTemperatures, IntegratesToOneForTwoClasses) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& logits : headline::generated(headline::moderate_logits(2, 2), 5)) {
    for (const double temperature : kTemperatures) {
      Integral mass;
      mass.value =
          Quadrature::integrate([&](double s) { return density_of_scaled_log_ratios(logits, temperature, {s}); },
                                -kInfinity, kInfinity, 12, 1e-10, &mass.error);
      EXPECT_LT(mass.error, 1e-9);
      EXPECT_NEAR(mass.value, 1, mass.error + 1e-12)
          << "temperature " << temperature << ", " << testing::PrintToString(logits);
      const double with_another_power = mass.value * temperature;  // temperature^K
      EXPECT_EQ(std::abs(with_another_power - 1) <= mass.error + 1e-12, temperature == 1);
    }
  }
}

// Over {x_i >= ratio x_m for all i}, m the largest: a hexagon in the log ratios, with straight edges on each side of 0.
using Density = double (*)(const std::vector<double>&, double, std::vector<double>);
Integral mass_of_three_classes(Density density, const std::vector<double>& logits, double temperature, double ratio) {
  const double range = -temperature * std::log(ratio);
  double worst = 0;
  const auto over_second = [&](double first) {
    double error = 0;
    const double value = Quadrature::integrate(
        [&](double second) {
          return density(logits, temperature, {first, second});
        },
        std::max(first, 0.0) - range, std::min(first, 0.0) + range, 6, 1e-9, &error);
    worst = std::max(worst, error);
    return value;
  };
  Integral total;
  for (const auto& [low, high] : {std::pair(-range, 0.0), std::pair(0.0, range)}) {
    double error = 0;
    total.value += Quadrature::integrate(over_second, low, high, 6, 1e-8, &error);
    total.error += error;
  }
  total.error += 2 * range * worst;
  return total;
}

TEST(ConcreteDensityAcrossTemperatures, IntegratesToTheExactMassForThreeClassesAndNotWithoutItsFactorial) {
  for (const std::vector<double>& logits : headline::generated(headline::moderate_logits(3, 3), 2)) {
    for (const double temperature : kTemperatures) {
      // Nearly all of the simplex, or as far as a float32 entry can be below the largest: 1 to 4% of the mass at .01.
      const double ratio = std::max(std::exp(-25 / temperature), 1.1754943508222875e-38);
      const double exact = law::nearest_double(
          law::mass_within_ratio({.logits = law::reals(logits), .temperature = temperature}, ratio));
      for (const Density density : {&density_of_scaled_log_ratios, &density_by_value}) {
        const Integral mass = mass_of_three_classes(density, logits, temperature, ratio);
        EXPECT_LT(mass.error, 1e-4 * exact) << "temperature " << temperature;
        EXPECT_NEAR(mass.value, exact, mass.error + 1e-12)
            << "temperature " << temperature << ", " << testing::PrintToString(logits);
        const double without_factorial = mass.value / 2;
        EXPECT_GT(std::abs(without_factorial - exact), 1000 * mass.error);
      }
    }
  }
}

}  // namespace
