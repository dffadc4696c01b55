#pragma once

// Row kernels: one contiguous row in, one out. They assume checked input (validation.hpp) and know nothing
// of shapes, so a vectorised version can take the place of each.
//
// T is float, double, or any number type with + - * /, exp, log and log1p found beside it, conversion from
// double, and comparison by value: a dual number run through these kernels gives derivatives to hold the
// gradient kernels to. float is summed in double (accumulator.hpp).

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>

#include "gumbelcheck/sampling/accumulator.hpp"

namespace gumbelcheck::sampling {

// ties  the lowest index
template <class T>
std::size_t largest(std::span<const T> row);

// rule  out_i = logits_i + noise_i
template <class T>
void perturbed_row(std::span<const T> logits, std::span<const T> noise, std::span<T> out);

// rule  out_i = (score_i - max score) / temperature. The maximum is subtracted first: dividing first would
//       lose the low digits of scores that are large and close, and overflow at small temperatures. Where the
//       difference itself overflows (scores near the largest number of T), it is divided first after all.
template <class T>
void scaled_row(std::span<const T> scores, T temperature, std::span<T> out);

// rule  y_i = exp(z_i) / sum exp(z) with z as scaled_row leaves it; in place (out may be z)
template <class T>
void softmax_of_scaled_row(std::span<const T> scaled, std::span<T> out);

// rule  z_i - log sum exp(z); the largest entry's 1 is kept out of the sum, so that log1p sees the rest
template <class T>
void log_softmax_of_scaled_row(std::span<const T> scaled, std::span<T> out);

// rule  gradient_i = y_i (v_i - sum_j y_j v_j) / temperature; in place (gradient may be y or the cotangent)
template <class T>
void softmax_gradient_row(std::span<const T> y, std::span<const T> cotangent, T temperature, std::span<T> gradient);

// rule  sum_i v_i y_i (sum_j y_j z_j - z_i) / temperature, z as scaled_row leaves it (a shift of z cancels)
template <class T>
T temperature_gradient_row(std::span<const T> y, std::span<const T> scaled, std::span<const T> cotangent,
                           T temperature);

// rule    log of temperature^(K-1) prod_i w_i, w = softmax(logits - temperature log_value), which is left in
//         `weights`: the log-density of a Concrete log-sample without (K-1)!, which depends on neither
// domain  logits and log_value finite; -inf where the result, or a product of temperature and log_value,
// overflows
template <class T>
T concrete_log_density_row(std::span<const T> logits, std::span<const T> log_value, T temperature,
                           std::span<T> weights);

// ---------------------------------------------------------------------------------------------------------

template <class T>
std::size_t largest(std::span<const T> row) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i] > row[best]) best = i;
  }
  return best;
}

template <class T>
void perturbed_row(std::span<const T> logits, std::span<const T> noise, std::span<T> out) {
  for (std::size_t i = 0; i < logits.size(); ++i) out[i] = logits[i] + noise[i];
}

template <class T>
void scaled_row(std::span<const T> scores, T temperature, std::span<T> out) {
  const T maximum = scores[largest(scores)];
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const T score = scores[i];
    const T difference = score - maximum;
    out[i] = difference / temperature;
    if constexpr (std::is_floating_point_v<T>) {
      constexpr T kInfinity = std::numeric_limits<T>::infinity();
      if (difference == -kInfinity && score != -kInfinity) out[i] = score / temperature - maximum / temperature;
    }
  }
}

template <class T>
void softmax_of_scaled_row(std::span<const T> scaled, std::span<T> out) {
  using std::exp;
  Accumulator<Wide<T>> total;
  for (std::size_t i = 0; i < scaled.size(); ++i) {
    out[i] = exp(scaled[i]);
    total.add(out[i]);
  }
  const Wide<T> sum = total.sum();
  for (T& y : out) y = static_cast<T>(Wide<T>(y) / sum);
}

template <class T>
void log_softmax_of_scaled_row(std::span<const T> scaled, std::span<T> out) {
  using std::exp;
  using std::log1p;
  const std::size_t best = largest(scaled);
  Accumulator<Wide<T>> rest;
  for (std::size_t i = 0; i < scaled.size(); ++i) {
    if (i != best) rest.add(exp(scaled[i]));
  }
  const Wide<T> log_sum = log1p(rest.sum());
  for (std::size_t i = 0; i < scaled.size(); ++i) out[i] = static_cast<T>(Wide<T>(scaled[i]) - log_sum);
}

template <class T>
void softmax_gradient_row(std::span<const T> y, std::span<const T> cotangent, T temperature, std::span<T> gradient) {
  Accumulator<Wide<T>> total;
  for (std::size_t i = 0; i < y.size(); ++i) total.add(Wide<T>(y[i]) * Wide<T>(cotangent[i]));
  const Wide<T> mean = total.sum();
  for (std::size_t i = 0; i < y.size(); ++i) {
    const Wide<T> centred = Wide<T>(cotangent[i]) - mean;
    // No gradient where y has underflowed, also when the difference of huge cotangents is infinite.
    gradient[i] = y[i] > T(0) ? static_cast<T>(Wide<T>(y[i]) * centred / Wide<T>(temperature)) : T(0);
  }
}

template <class T>
T temperature_gradient_row(std::span<const T> y, std::span<const T> scaled, std::span<const T> cotangent,
                           T temperature) {
  // An entry with y = 0 counts nothing, and its z may be -inf.
  Accumulator<Wide<T>> mean;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] > T(0)) mean.add(Wide<T>(y[i]) * Wide<T>(scaled[i]));
  }
  const Wide<T> z_mean = mean.sum();
  Accumulator<Wide<T>> total;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] > T(0)) total.add(Wide<T>(cotangent[i]) * Wide<T>(y[i]) * (z_mean - Wide<T>(scaled[i])));
  }
  return static_cast<T>(total.sum() / Wide<T>(temperature));
}

template <class T>
T concrete_log_density_row(std::span<const T> logits, std::span<const T> log_value, T temperature,
                           std::span<T> weights) {
  using std::exp;
  using std::log;
  using std::log1p;
  // A power of two: the scores and their differences are the same numbers, and none of them overflows.
  const T shrunk = T(0x1p-12);
  const T swelled = T(0x1p12);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    weights[i] = logits[i] * shrunk - (temperature * shrunk) * log_value[i];
  }
  const std::size_t best = largest<T>(weights);
  const T top = weights[best];
  bool bottomless = false;
  Accumulator<Wide<T>> log_product;
  Accumulator<Wide<T>> rest;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    T z = (weights[i] - top) * swelled;
    if constexpr (std::is_floating_point_v<T>) {
      if (weights[i] == top) z = 0;  // also where top is infinite
      bottomless = bottomless || z == -std::numeric_limits<T>::infinity();
    }
    if (!bottomless) log_product.add(z);
    weights[i] = exp(z);
    if (i != best) rest.add(weights[i]);
  }
  const T classes = T(static_cast<double>(weights.size()));
  log_product.add(T(0) - classes * log1p(rest.sum()));
  log_product.add((classes - T(1)) * log(temperature));
  const Wide<T> sum = Wide<T>(1) + rest.sum();
  for (T& w : weights) w = static_cast<T>(Wide<T>(w) / sum);
  if constexpr (std::is_floating_point_v<T>) {
    if (bottomless) return -std::numeric_limits<T>::infinity();
  }
  return log_product.sum();
}

// The plain versions, compiled once (kernels.cpp).
extern template std::size_t largest(std::span<const float>);
extern template std::size_t largest(std::span<const double>);
extern template void perturbed_row(std::span<const float>, std::span<const float>, std::span<float>);
extern template void perturbed_row(std::span<const double>, std::span<const double>, std::span<double>);
extern template void scaled_row(std::span<const float>, float, std::span<float>);
extern template void scaled_row(std::span<const double>, double, std::span<double>);
extern template void softmax_of_scaled_row(std::span<const float>, std::span<float>);
extern template void softmax_of_scaled_row(std::span<const double>, std::span<double>);
extern template void log_softmax_of_scaled_row(std::span<const float>, std::span<float>);
extern template void log_softmax_of_scaled_row(std::span<const double>, std::span<double>);
extern template void softmax_gradient_row(std::span<const float>, std::span<const float>, float, std::span<float>);
extern template void softmax_gradient_row(std::span<const double>, std::span<const double>, double, std::span<double>);
extern template float temperature_gradient_row(std::span<const float>, std::span<const float>, std::span<const float>,
                                               float);
extern template double temperature_gradient_row(std::span<const double>, std::span<const double>,
                                                std::span<const double>, double);
extern template double concrete_log_density_row(std::span<const double>, std::span<const double>, double,
                                                std::span<double>);

}  // namespace gumbelcheck::sampling
