// The bound on the rounding of softmax: wide enough for float and double in the orders that frameworks use, also
// at the edges of what they are asked, and narrow enough to see one wrong digit.

#include "gumbelcheck/claim/rounding.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gumbelcheck/law/softmax.hpp"

namespace {

using namespace gumbelcheck;
using subject::Dtype;

template <class T>
constexpr Dtype kDtype = std::is_same_v<T, float> ? Dtype::float32 : Dtype::float64;

// exp(o_i / temperature - largest) over its sum, everything in T.
template <class T>
std::vector<double> softmax_in(const std::vector<double>& logits, double temperature, bool divide_first) {
  const T t = static_cast<T>(temperature);
  std::vector<T> z;
  for (const double logit : logits) z.push_back(divide_first ? static_cast<T>(logit) / t : static_cast<T>(logit));
  const T top = *std::ranges::max_element(z);
  T sum = 0;
  for (T& score : z) sum += score = std::exp(divide_first ? score - top : (score - top) / t);
  std::vector<double> y;
  for (const T weight : z) y.push_back(static_cast<double>(weight / sum));
  return y;
}

// The largest error over its bound.
template <class T>
double worst(const std::vector<double>& logits, double temperature) {
  std::vector<double> rounded = logits;
  for (double& logit : rounded) logit = subject::rounded_to(kDtype<T>, logit);
  const std::vector<double> exact = law::softmax_double(rounded, temperature);
  const std::vector<double> bound = claim::softmax_bound(rounded, temperature, exact, kDtype<T>);
  double ratio = 0;
  for (const bool divide_first : {false, true}) {
    const std::vector<double> y = softmax_in<T>(rounded, temperature, divide_first);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double error = std::abs(y[i] - exact[i]);
      ratio = std::max(ratio, std::isnan(error) ? HUGE_VAL : error / bound[i]);
    }
  }
  return ratio;
}

template <class T>
class SoftmaxBound : public testing::Test {};
using Dtypes = testing::Types<float, double>;
TYPED_TEST_SUITE(SoftmaxBound, Dtypes);

TYPED_TEST(SoftmaxBound, HoldsAtTheEdges) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& logits :
       std::vector<std::vector<double>>{{-3},
                                        {0, 0},
                                        {1e4, -1e4, 0, 9999.5},
                                        {-1e4, -1e4 - 1, -1e4 + .5},
                                        {0, -kInfinity, 1, -kInfinity},
                                        {2, 2, 2, -1, -1},
                                        {0, -87.3, -88, -103, -104},  // at and below the smallest floats
                                        {0, -700, -708.4, -745}}) {
    for (const double temperature : {.1, 1.0, 3.0}) {
      EXPECT_LE(worst<TypeParam>(logits, temperature), 1) << testing::PrintToString(logits) << " at " << temperature;
    }
  }
}

TYPED_TEST(SoftmaxBound, IsNotIdle) {
  double largest = 0;
  for (int n = 1; n < 200; ++n) {
    std::vector<double> logits;
    for (int k = 0; k < 8; ++k) logits.push_back(std::remainder(n * 1.618 + k * k * .7310585, 6));
    largest = std::max(largest, worst<TypeParam>(logits, .7));
  }
  EXPECT_LE(largest, 1);
  EXPECT_GT(largest, .05);
}

RC_GTEST_PROP(SoftmaxBoundProperty, HoldsForAnyLogits, ()) {
  const auto logit = rc::gen::map(rc::gen::inRange(-80000, 80001), [](int i) { return i / 1000.0; });
  const std::vector<double> logits =
      *rc::gen::container<std::vector<double>>(*rc::gen::inRange<std::size_t>(1, 30), logit);
  const double temperature = *rc::gen::element(.01, .1, .5, 1.0, 2.0, 10.0, 100.0);
  RC_ASSERT(worst<float>(logits, temperature) <= 1);
  RC_ASSERT(worst<double>(logits, temperature) <= 1);
}

// As accelerators compute: scores by one fused operation with a rounded 1/temperature, exponentials off by whole units in
// the last place in the worst directions, sums by halves, a product with the reciprocal of the sum, and everything below
// the smallest normal number flushed to zero.
double worst_on_a_device(const std::vector<double>& logits, double temperature, int units, unsigned signs) {
  const auto flushed = [](float x) { return std::abs(x) < std::numeric_limits<float>::min() ? 0.0F : x; };
  std::vector<double> rounded = logits;
  for (double& logit : rounded) logit = subject::rounded_to(Dtype::float32, logit);
  const float inverse = 1 / static_cast<float>(temperature);
  const float top = static_cast<float>(*std::ranges::max_element(rounded)) * inverse;
  std::vector<float> y;
  for (std::size_t k = 0; k < rounded.size(); ++k) {
    float e =
        static_cast<float>(std::exp(static_cast<double>(std::fma(static_cast<float>(rounded[k]), inverse, -top))));
    for (int unit = 0; unit < units; ++unit) e = std::nextafter(e, (signs >> (k % 32) & 1) != 0 ? HUGE_VALF : 0.0F);
    y.push_back(flushed(e));
  }
  std::vector<float> sums = y;
  for (std::size_t half = 1; half < sums.size(); half *= 2) {
    for (std::size_t k = 0; k + half < sums.size(); k += 2 * half) sums[k] += sums[k + half];
  }
  const float reciprocal = 1 / sums[0];
  const std::vector<double> exact = law::softmax_double(rounded, temperature);
  const std::vector<double> bound = claim::softmax_bound(rounded, temperature, exact, Dtype::float32);
  double ratio = 0;
  for (std::size_t k = 0; k < y.size(); ++k) {
    const double error = std::abs(static_cast<double>(flushed(y[k] * reciprocal)) - exact[k]);
    ratio = std::max(ratio, std::isnan(error) ? HUGE_VAL : error / bound[k]);
  }
  return ratio;
}

// One unit is what the proof takes; two are what CUDA documents for its expf, and stay far inside as well.
TEST(SoftmaxBoundOnDevices, HoldsForFusedFlushedAndHalvedSums) {
  double largest = 0;
  for (int n = 1; n < 300; ++n) {
    std::vector<double> logits;
    const double width = n % 3 == 0 ? 1 : 90;
    for (int k = 0; k < 1 + n % 40; ++k) logits.push_back(std::remainder(n * 1.618 + k * k * .7310585, width));
    for (const double temperature : {.1, 1.0, 7.0}) {
      largest = std::max(largest, worst_on_a_device(logits, temperature, 2, static_cast<unsigned>(n) * 2654435761U));
    }
  }
  EXPECT_LT(largest, .8);
  EXPECT_GT(largest, .2);  // the directions are bad ones
}

// One part in a thousand of one entry, and a class that was left out of the sum.
TYPED_TEST(SoftmaxBound, SeesAWrongValue) {
  const std::vector<double> logits = {1, -.5, .25, 2};
  const std::vector<double> exact = law::softmax_double(logits, .5);
  const std::vector<double> bound = claim::softmax_bound(logits, .5, exact, kDtype<TypeParam>);
  EXPECT_GT(.001 * exact[1], 10 * bound[1]);
  const std::vector<double> without_last =
      law::softmax_double(std::vector<double>(logits.begin(), logits.end() - 1), .5);
  EXPECT_GT(std::abs(without_last[0] - exact[0]), 1000 * bound[0]);
}

TEST(ScoreSizes, BoundEveryScoreThatNoiseCanMake) {
  const std::vector<double> sizes = claim::score_sizes(std::vector<double>{3, -3, -HUGE_VAL}, .5);
  EXPECT_DOUBLE_EQ(sizes[0], (3 + claim::kLargestNoise) / .5);
  EXPECT_DOUBLE_EQ(sizes[1], sizes[0]);
  EXPECT_EQ(sizes[2], 0) << "an impossible class has no score";
  // The largest noise of a 64-bit word: -log(-log(1 - 2^-65)).
  EXPECT_GT(claim::kLargestNoise, -std::log(-std::log1p(-std::ldexp(1.0, -65))));
}

}  // namespace
