// Softmax against 50 digits, within the bounds that its data sheet states, and its exact properties.

#include "gumbelcheck/sampling/softmax.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "both_types.hpp"
#include "exact.hpp"
#include "generators.hpp"

namespace gumbelcheck::sampling {
namespace {

template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

template <class T>
std::vector<T> softmax_of(const std::vector<T>& logits, double temperature = 1) {
  std::vector<T> y(logits.size());
  softmax<T>(contiguous(logits.data(), {logits.size()}), {.temperature = temperature},
             contiguous(y.data(), {y.size()}));
  return y;
}

template <class T>
std::vector<T> log_softmax_of(const std::vector<T>& logits, double temperature = 1) {
  std::vector<T> y(logits.size());
  log_softmax<T>(contiguous(logits.data(), {logits.size()}), {.temperature = temperature},
                 contiguous(y.data(), {y.size()}));
  return y;
}

// ---- values

template <class T>
void expect_within_bounds(const std::vector<T>& logits, double temperature) {
  const ExactSoftmax<T> exact(exact_row(logits), static_cast<T>(temperature));
  const std::vector<T> y = softmax_of(logits, temperature);
  const std::vector<T> log_y = log_softmax_of(logits, temperature);
  const Exact u = kUnitRoundoff<T>;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (std::isinf(logits[i])) {
      RC_ASSERT(y[i] == 0);
      RC_ASSERT(log_y[i] == -kInfinity<T>);
      continue;
    }
    const Exact units = kSoftmaxUnits + kSoftmaxUnitsPerScore * (abs(exact.z[i]) + exact.mean_size);
    const Exact allowed = u * units * exact.y[i] + Exact(std::numeric_limits<T>::denorm_min());
    RC_ASSERT(abs(Exact(y[i]) - exact.y[i]) <= allowed);
    if (exact.log_y[i] < Exact(std::numeric_limits<T>::lowest())) {
      RC_ASSERT(log_y[i] == -kInfinity<T>);
    } else {
      RC_ASSERT(abs(Exact(log_y[i]) - exact.log_y[i]) <= u * (units + abs(exact.log_y[i])));
    }
  }
}

TEST(SoftmaxProperty, WithinTheStatedError) {
  holds_for_both_types(
      []<class T>() { expect_within_bounds(*generators::logits_row<T>(), *generators::temperature()); });
}

// The edges of the range, each with what it is exactly or in a closed form.
TEST(Softmax, EdgeRows) {
  in_both_types([]<class T>() {
    const T inf = kInfinity<T>;
    EXPECT_EQ(softmax_of<T>({3}), std::vector<T>({1}));
    EXPECT_EQ(softmax_of<T>({-1e30f}), std::vector<T>({1}));
    EXPECT_EQ(softmax_of<T>({0, -inf}), std::vector<T>({1, 0}));
    EXPECT_EQ(softmax_of<T>({1e4, -1e4}), std::vector<T>({1, 0}));
    EXPECT_EQ(softmax_of<T>({1e4, 1e4}), std::vector<T>({.5, .5}));
    EXPECT_EQ(softmax_of<T>({-1e4, -1e4, -inf, -1e4, -1e4}), std::vector<T>({.25, .25, 0, .25, .25}));
    EXPECT_EQ(log_softmax_of<T>({0, -inf}), std::vector<T>({0, -inf}));
    EXPECT_EQ(log_softmax_of<T>({1e4, -1e4})[1], T(-2e4));
    // log1p keeps what 1 + exp(-40) loses.
    EXPECT_NEAR(log_softmax_of<T>({0, -40})[0] / -std::exp(T(-40)), 1, 1e-6);
    // A difference beyond the range of T, at a temperature that brings it back.
    const T largest = std::numeric_limits<T>::max();
    const std::vector<T> hot = softmax_of<T>({largest, -largest}, static_cast<double>(largest));
    EXPECT_NEAR(hot[1], 1 / (1 + std::exp(2.0)), 1e-6);
    // Logits differing in their last digit only, at a small temperature: dividing first would lose it.
    const T one = 4096, next = std::nextafter(one, T(1e9));
    const double step = static_cast<double>(next - one);
    const std::vector<T> close = softmax_of<T>({one, next}, static_cast<double>(static_cast<T>(step)));
    EXPECT_NEAR(close[0], 1 / (1 + std::exp(1.0)), 1e-6);
  });
}

// One per cent of probability in one class behind 262,144 light ones: a float running sum loses it.
TEST(Softmax, LargeRowsSumRightly) {
  std::vector<float> logits(262144, -20.f);
  logits.back() = 0;
  const std::vector<float> y = softmax_of(logits);
  const double light = std::exp(-20.0) / (1 + 262143 * std::exp(-20.0));
  EXPECT_NEAR(y[0] / light, 1, 1e-5);
  EXPECT_NEAR(std::accumulate(y.begin(), y.end(), 0.0), 1, 1e-6);
}

// ---- exact properties

TEST(SoftmaxProperty, OnTheSimplex) {
  holds_for_both_types([]<class T>() {
    const auto logits = *generators::logits_row<T>();
    const double temperature = *generators::temperature();
    const ExactSoftmax<T> exact(exact_row(logits), static_cast<T>(temperature));
    Exact sum = 0;
    for (const T y : softmax_of(logits, temperature)) {
      RC_ASSERT(y >= 0);
      RC_ASSERT(y <= 1);
      sum += Exact(y);
    }
    // The sheet's relative error, weighted by y: twice the mean size, not the size of the least likely class.
    const Exact units = kSoftmaxUnits + 2 * kSoftmaxUnitsPerScore * exact.mean_size;
    RC_ASSERT(abs(sum - 1) <= Exact(kUnitRoundoff<T>) * units);
  });
}

// Logits of eighths, shifted by eighths: every difference is exact, so nothing may change at all.
TEST(SoftmaxProperty, ShiftOfExactNumbersChangesNothing) {
  holds_for_both_types([]<class T>() {
    const auto eighths = rc::gen::map(rc::gen::inRange(-80, 81), [](int i) { return static_cast<T>(i) / 8; });
    const std::vector<T> logits = *generators::row_of<T>(eighths);
    const auto shift = static_cast<T>(*rc::gen::inRange(-80000, 80001)) / 8;
    std::vector<T> shifted = logits;
    for (T& logit : shifted) logit += shift;
    const double temperature = *generators::temperature();
    RC_ASSERT(softmax_of(shifted, temperature) == softmax_of(logits, temperature));
    RC_ASSERT(log_softmax_of(shifted, temperature) == log_softmax_of(logits, temperature));
  });
}

// Permuting the logits permutes the result; the compensated sum may round otherwise by one unit.
TEST(SoftmaxProperty, PermutationPermutes) {
  holds_for_both_types([]<class T>() {
    const auto logits = *generators::logits_row<T>();
    std::vector<std::size_t> order(logits.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto turn = *rc::gen::inRange<std::size_t>(0, logits.size());
    std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(turn), order.end());
    if (*rc::gen::arbitrary<bool>()) std::reverse(order.begin(), order.end());
    std::vector<T> permuted;
    for (const std::size_t i : order) permuted.push_back(logits[i]);
    const std::vector<T> y = softmax_of(logits);
    const std::vector<T> permuted_y = softmax_of(permuted);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const T expected = y[order[i]];
      RC_ASSERT(std::nextafter(expected, T(-1)) <= permuted_y[i]);
      RC_ASSERT(permuted_y[i] <= std::nextafter(expected, T(2)));
    }
  });
}

TEST(SoftmaxProperty, KeepsOrderAndTies) {
  holds_for_both_types([]<class T>() {
    const auto logits = *generators::logits_row<T>();
    const double temperature = *generators::temperature();
    const std::vector<T> y = softmax_of(logits, temperature);
    for (std::size_t i = 1; i < y.size(); ++i) {
      if (logits[i] == logits[i - 1]) RC_ASSERT(y[i] == y[i - 1]);
      if (logits[i] > logits[i - 1]) RC_ASSERT(y[i] >= y[i - 1]);
      if (logits[i] < logits[i - 1]) RC_ASSERT(y[i] <= y[i - 1]);
    }
  });
}

TEST(SoftmaxProperty, InPlace) {
  holds_for_both_types([]<class T>() {
    auto logits = *generators::logits_row<T>();
    const std::vector<T> expected = softmax_of(logits);
    const View<T> view = contiguous(logits.data(), {logits.size()});
    softmax<T>(view, {}, view);
    RC_ASSERT(logits == expected);
  });
}

// ---- gradient

// Against y (v - y.v) / temperature in 50 digits, within the running error bound of the identity check: the
// scores' rounding carried to y, to the mean of v and to the product.
template <class T>
void expect_gradient(const std::vector<T>& logits, const std::vector<T>& cotangent, double temperature) {
  std::vector<T> gradient(logits.size());
  const Shape shape{logits.size()};
  softmax_gradient<T>(contiguous(logits.data(), shape), contiguous(cotangent.data(), shape),
                      {.temperature = temperature}, contiguous(gradient.data(), shape));
  const T tau = static_cast<T>(temperature);
  const ExactSoftmax<T> exact(exact_row(logits), tau);
  const double u = kUnitRoundoff<T>;
  const double tiny = std::numeric_limits<T>::min();
  const auto classes = static_cast<double>(logits.size());
  Exact mean = 0;
  double mean_error = 0, size = 0, largest_v = 0;
  std::vector<double> y_error;  // relative
  for (std::size_t i = 0; i < logits.size(); ++i) {
    mean += exact.y[i] * Exact(cotangent[i]);
    const double units = kSoftmaxUnits + kSoftmaxUnitsPerScore * static_cast<double>(exact.mean_size + abs(exact.z[i]));
    y_error.push_back(exact.y[i] > 0 ? u * units : 0);
    const double weight = std::abs(static_cast<double>(cotangent[i])) * static_cast<double>(exact.y[i]);
    mean_error += weight * y_error.back();
    size += weight;
    largest_v = std::max(largest_v, std::abs(static_cast<double>(cotangent[i])));
  }
  mean_error += classes * u * size;
  const double s = std::abs(static_cast<double>(mean));
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const Exact expected = exact.y[i] * (Exact(cotangent[i]) - mean) / Exact(tau);
    const double y = static_cast<double>(exact.y[i]);
    const double centred = std::abs(static_cast<double>(Exact(cotangent[i]) - mean));
    const double allowed =
        (y * (centred * (y_error[i] + 4 * u) + mean_error + u * s) + (classes + 4) * tiny * largest_v) /
            static_cast<double>(tau) +
        tiny;
    RC_ASSERT(abs(Exact(gradient[i]) - expected) <= Exact(allowed));
  }
}

TEST(SoftmaxProperty, GradientIsTheIdentity) {
  holds_for_both_types([]<class T>() {
    const auto logits = *generators::logits_row<T>();
    const auto cotangent = *rc::gen::container<std::vector<T>>(logits.size(), generators::cotangent<T>());
    expect_gradient(logits, cotangent, *generators::temperature());
  });
}

TEST(Softmax, GradientOfHugeCotangentsIsNoNaN) {
  in_both_types([]<class T>() {
    const T huge = std::numeric_limits<T>::max();
    const std::vector<T> logits = {0, -1e4};
    const std::vector<T> cotangent = {huge, -huge};
    std::vector<T> gradient(2);
    softmax_gradient<T>(contiguous(logits.data(), {2}), contiguous(cotangent.data(), {2}), {},
                        contiguous(gradient.data(), {2}));
    EXPECT_EQ(gradient, std::vector<T>({0, 0}));
  });
}

}  // namespace
}  // namespace gumbelcheck::sampling
