#pragma once

// Rows of logits, noise and cotangents, and plain implementations of softmax and its gradients in the orders of
// operations that frameworks use: right ones, whose rounding the bounds must allow for.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gumbelcheck/gradient/directions.hpp"
#include "gumbelcheck/gradient/soft_row.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::gradient::test {

inline const std::vector<double> kTemperatures = {.01, .1, .5, 1, 2, 10, 100};

// In T what an implementation is given; in double the same numbers.
template <class T>
struct RowCase {
  double temperature = 1;
  std::vector<T> logits, noise, cotangent;

  std::size_t classes() const { return logits.size(); }
  std::vector<double> wide_cotangent() const { return {cotangent.begin(), cotangent.end()}; }
  SoftRow known() const {
    return known_row(std::vector<double>(logits.begin(), logits.end()), std::vector<double>(noise.begin(), noise.end()),
                     temperature, arithmetic_of<T>());
  }
};

template <class T>
RowCase<T> random_case(random::Stream& stream, std::size_t classes, double temperature) {
  RowCase<T> made{.temperature = temperature, .logits = {}, .noise = {}, .cotangent = {}};
  for (std::size_t k = 0; k < classes; ++k) {
    made.logits.push_back(static_cast<T>(3 * (2 * random::uniform_pair(stream()).lower - 1)));
    made.noise.push_back(static_cast<T>(-std::log(-std::log(random::uniform_pair(stream()).lower))));
  }
  for (const double v : random_cotangent(stream, classes)) made.cotangent.push_back(static_cast<T>(v));
  return made;
}

// The same with the largest score near zero, where the others' roundings have nothing to hide behind.
template <class T>
RowCase<T> with_largest_score_at_zero(RowCase<T> made) {
  T largest = made.logits[0] + made.noise[0];
  for (std::size_t k = 1; k < made.classes(); ++k) largest = std::max<T>(largest, made.logits[k] + made.noise[k]);
  for (T& logit : made.logits) logit -= largest;
  return made;
}

enum class Order { divide_first, subtract_first, times_reciprocal };
inline constexpr Order kOrders[] = {Order::divide_first, Order::subtract_first, Order::times_reciprocal};

// (logits + noise) / temperature up to a shift, as T computes it.
template <class T>
std::vector<T> scores(const RowCase<T>& given, Order order) {
  const T temperature = static_cast<T>(given.temperature);
  std::vector<T> z(given.classes());
  for (std::size_t k = 0; k < z.size(); ++k) z[k] = given.logits[k] + given.noise[k];
  const T top = *std::ranges::max_element(z);
  const T reciprocal = 1 / temperature;
  for (T& score : z) {
    switch (order) {
      case Order::divide_first:
        score = score / temperature;
        break;
      case Order::subtract_first:
        score = (score - top) / temperature;
        break;
      case Order::times_reciprocal:
        score = score * reciprocal;
        break;
    }
  }
  return z;
}

template <class T>
std::vector<T> softmax(const std::vector<T>& z) {
  const T top = *std::ranges::max_element(z);
  std::vector<T> y(z.size());
  T sum = 0;
  for (std::size_t k = 0; k < z.size(); ++k) sum += y[k] = std::exp(z[k] - top);
  for (T& entry : y) entry /= sum;
  return y;
}

enum class Form { centred, spread, scaled_first };
inline constexpr Form kForms[] = {Form::centred, Form::spread, Form::scaled_first};

// y (v - <y,v>) / temperature, as T computes it.
template <class T>
std::vector<T> gradient_of(const std::vector<T>& y, std::vector<T> v, double temperature_wide, Form form) {
  const T temperature = static_cast<T>(temperature_wide);
  if (form == Form::scaled_first) {
    for (T& entry : v) entry /= temperature;
  }
  T mean = 0;
  for (std::size_t k = 0; k < y.size(); ++k) mean += y[k] * v[k];
  std::vector<T> gradient(y.size());
  for (std::size_t k = 0; k < y.size(); ++k) {
    switch (form) {
      case Form::centred:
        gradient[k] = y[k] * (v[k] - mean) / temperature;
        break;
      case Form::spread:
        gradient[k] = (y[k] * v[k] - y[k] * mean) / temperature;
        break;
      case Form::scaled_first:
        gradient[k] = y[k] * (v[k] - mean);
        break;
    }
  }
  return gradient;
}

enum class TemperatureForm { through_the_scores, by_the_mean };
inline constexpr TemperatureForm kTemperatureForms[] = {TemperatureForm::through_the_scores,
                                                        TemperatureForm::by_the_mean};

// Reverse mode arrives at -sum g_k z_k; the formula of the claim takes the mean of z first.
template <class T>
T temperature_gradient_of(const std::vector<T>& y, const std::vector<T>& z, const std::vector<T>& v,
                          double temperature_wide, TemperatureForm form) {
  const T temperature = static_cast<T>(temperature_wide);
  T sum = 0;
  if (form == TemperatureForm::through_the_scores) {
    const std::vector<T> gradient = gradient_of(y, v, temperature_wide, Form::centred);
    for (std::size_t k = 0; k < y.size(); ++k) sum -= gradient[k] * z[k];
    return sum;
  }
  T mean = 0;
  for (std::size_t k = 0; k < y.size(); ++k) mean += y[k] * z[k];
  for (std::size_t k = 0; k < y.size(); ++k) sum += v[k] * y[k] * (mean - z[k]);
  return sum / temperature;
}

// Gradients that somebody once took for right.
template <class T>
struct WrongGradient {
  std::string name;
  std::vector<T> (*of)(const RowCase<T>&, const std::vector<T>& y);
};

template <class T>
std::vector<WrongGradient<T>> wrong_gradients() {
  return {{"without 1/temperature",
           [](const RowCase<T>& given, const std::vector<T>& y) {
             return gradient_of(y, given.cotangent, 1, Form::centred);
           }},
          {"with 1/temperature twice",
           [](const RowCase<T>& given, const std::vector<T>& y) {
             return gradient_of(y, given.cotangent, given.temperature * given.temperature, Form::centred);
           }},
          {"at the one-hot value",
           [](const RowCase<T>& given, const std::vector<T>& y) {
             std::vector<T> hard(y.size(), T(0));
             hard[static_cast<std::size_t>(std::distance(y.begin(), std::ranges::max_element(y)))] = 1;
             return gradient_of(hard, given.cotangent, given.temperature, Form::centred);
           }},
          {"with the sign reversed",
           [](const RowCase<T>& given, const std::vector<T>& y) {
             std::vector<T> gradient = gradient_of(y, given.cotangent, given.temperature, Form::centred);
             for (T& g : gradient) g = -g;
             return gradient;
           }},
          {"of the chosen class only",
           [](const RowCase<T>& given, const std::vector<T>& y) {
             std::vector<T> gradient = gradient_of(y, given.cotangent, given.temperature, Form::centred);
             const auto chosen = std::distance(y.begin(), std::ranges::max_element(y));
             for (std::size_t k = 0; k < y.size(); ++k) {
               if (k != static_cast<std::size_t>(chosen)) gradient[k] = 0;
             }
             return gradient;
           }},
          {"with the noise forgotten", [](const RowCase<T>& given, const std::vector<T>&) {
             RowCase<T> silent = given;
             std::ranges::fill(silent.noise, T(0));
             return gradient_of(softmax(scores(silent, Order::divide_first)), given.cotangent, given.temperature,
                                Form::centred);
           }}};
}

}  // namespace gumbelcheck::gradient::test
