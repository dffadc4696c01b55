#include "gumbelcheck/law/softmax.hpp"

#include <algorithm>
#include <numeric>

#include "gumbelcheck/law/validation.hpp"

namespace gumbelcheck::law {

namespace {

// sum_i weight_i value_i; a class of weight zero takes no part, whatever its value is.
Real weighted_mean(std::span<const Real> weights, std::span<const Real> values) {
  Real sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) sum += weights[i] * values[i];
  }
  return sum;
}

}  // namespace

Real logsumexp(std::span<const Real> logits) {
  check_logits("logsumexp", logits);
  // Only so that exp stays in range: 168 bits would do without the maximum taken out.
  const Real top = *std::ranges::max_element(logits);
  Real sum = 0;
  for (const Real& logit : logits) sum += exp(logit - top);
  return top + log(sum);
}

std::vector<Real> softmax(std::span<const Real> logits, const Real& temperature) {
  check_logits("softmax", logits);
  check_temperature("softmax", temperature);
  const Real top = *std::ranges::max_element(logits);
  // Once for each distinct logit: those of a vocabulary come from few significant bits, and exp takes microseconds here.
  std::vector<std::size_t> order(logits.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return logits[a] < logits[b]; });
  std::vector<Real> y(logits.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool again = i > 0 && logits[order[i]] == logits[order[i - 1]];
    y[order[i]] = again ? y[order[i - 1]] : Real(exp((logits[order[i]] - top) / temperature));
  }
  Real sum = 0;
  for (const Real& value : y) sum += value;
  for (Real& value : y) value /= sum;
  return y;
}

std::vector<Real> log_softmax(std::span<const Real> logits, const Real& temperature) {
  check_logits("log_softmax", logits);
  check_temperature("log_softmax", temperature);
  std::vector<Real> log_y(logits.begin(), logits.end());
  for (Real& value : log_y) value /= temperature;
  const Real log_sum = logsumexp(log_y);
  for (Real& value : log_y) value -= log_sum;
  return log_y;
}

std::vector<Real> softmax_gradient(std::span<const Real> logits, const Real& temperature,
                                   std::span<const Real> cotangent) {
  check_length("softmax_gradient", "cotangent", cotangent.size(), logits.size());
  check_finite("softmax_gradient", "cotangent", cotangent);
  std::vector<Real> gradient = softmax(logits, temperature);
  const Real mean = weighted_mean(gradient, cotangent);
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] *= (cotangent[i] - mean) / temperature;
  return gradient;
}

std::vector<Real> softmax_temperature_derivative(std::span<const Real> logits, const Real& temperature) {
  std::vector<Real> derivative = softmax(logits, temperature);
  const Real mean = weighted_mean(derivative, logits);
  for (std::size_t i = 0; i < derivative.size(); ++i) {
    if (derivative[i] > 0) derivative[i] *= (mean - logits[i]) / (temperature * temperature);
  }
  return derivative;
}

std::vector<Real> expected_one_hot_gradient(std::span<const Real> logits, std::span<const Real> values) {
  check_length("expected_one_hot_gradient", "values", values.size(), logits.size());
  check_finite("expected_one_hot_gradient", "values", values);
  return softmax_gradient(logits, 1, values);
}

std::vector<double> softmax_double(std::span<const double> logits, double temperature) {
  return nearest_doubles(softmax(reals(logits), temperature));
}

double logsumexp_double(std::span<const double> logits) { return nearest_double(logsumexp(reals(logits))); }

std::vector<double> softmax_gradient_double(std::span<const double> logits, double temperature,
                                            std::span<const double> cotangent) {
  return nearest_doubles(softmax_gradient(reals(logits), temperature, reals(cotangent)));
}

std::vector<double> expected_one_hot_gradient_double(std::span<const double> logits, std::span<const double> values) {
  return nearest_doubles(expected_one_hot_gradient(reals(logits), reals(values)));
}

}  // namespace gumbelcheck::law
