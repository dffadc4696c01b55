// Central differences: constants that hold, a bound that holds and is not idle, and wrong gradients refused.

#include "gumbelcheck/gradient/finite_difference.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "gumbelcheck/gradient/agreement.hpp"
#include "gumbelcheck/gradient/dual.hpp"
#include "gumbelcheck/gradient/identity.hpp"
#include "row_cases.hpp"

namespace {

using namespace gumbelcheck;
using namespace gumbelcheck::gradient;
using namespace gumbelcheck::gradient::test;

double inner(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// ---- the step

TEST(FiniteDifference, StepIsNearTheBestOne) {
  for (const double third : {1e-6, 2.0, 2e6}) {
    for (const double error : {1e-16, 1e-12, 1e-6}) {
      const double exact = std::cbrt(3 * error / third);
      const double step = best_step(third, error);
      EXPECT_EQ(std::exp2(std::round(std::log2(step))), step) << "a power of two";
      const auto bound = [&](double h) { return central_difference(0, 0, h, third, error).bound; };
      EXPECT_LE(bound(step), 1.14 * bound(exact));
      EXPECT_GE(bound(step), bound(exact) * (1 - 1e-12));
    }
  }
}

// sin at 0: derivative 1, third derivative at most 1, values right to a unit roundoff.
TEST(FiniteDifference, OfASineIsWithinItsBound) {
  const double step = best_step(1, 0x1p-53);
  const Difference difference = central_difference(std::sin(step), std::sin(-step), step, 1, 0x1p-53);
  EXPECT_LE(std::abs(difference.value - 1), difference.bound);
  EXPECT_GT(std::abs(difference.value - 1), .1 * difference.bound) << "most of it is the third derivative";
}

TEST(FiniteDifference, MovedLogitsSayWhatTheDtypeLost) {
  const auto as_float = [](double x) { return static_cast<double>(static_cast<float>(x)); };
  const std::vector<double> logits = {as_float(.1), 1, -HUGE_VAL};
  const Moved inexact = moved(logits, std::vector<double>{1, -1, 1}, 0x1p-4, as_float);
  EXPECT_GT(inexact.displacement, 0) << ".1 as a float and 1/16 have no common grid of 24 bits";
  EXPECT_LE(inexact.displacement, 0x1p-24 * .1625);
  EXPECT_EQ(inexact.above[1], 1 - 0x1p-4);
  EXPECT_EQ(inexact.below[1], 1 + 0x1p-4);
  EXPECT_EQ(inexact.above[2], -HUGE_VAL);
  EXPECT_EQ(moved(std::vector<double>{.5, 1}, std::vector<double>{1, -1}, 0x1p-4, as_float).displacement, 0);
  // In double the sum itself is rounded, and that is seen as well.
  EXPECT_GT(
      moved(std::vector<double>{1 + 0x1p-52}, std::vector<double>{1}, 0x1p-53, [](double x) { return x; }).displacement,
      0);
}

// ---- the third derivatives, by dual numbers of dual numbers of dual numbers

using D1 = Dual<double>;
using D2 = Dual<D1>;
using D3 = Dual<D2>;

// <v, softmax(z + h w)> at h moving three times over: the innermost tangent is the third derivative.
double third_derivative(const std::vector<double>& z, const std::vector<double>& w, const std::vector<double>& v) {
  const D3 h(D2(D1(0, 1), D1(1, 0)), D2(D1(1, 0), D1(0, 0)));
  D3 sum(D2(D1(0.0))), weighted(D2(D1(0.0)));
  for (std::size_t k = 0; k < z.size(); ++k) {
    const D3 term = exp(D3(D2(D1(z[k]))) + D3(D2(D1(w[k]))) * h);
    sum += term;
    weighted += D3(D2(D1(v[k]))) * term;
  }
  return (weighted / sum).tangent.tangent.tangent;
}

TEST(ThirdDerivative, OfNestedDualsIsRight) {
  // Two classes, w = (1, -1), v = (1, -1): tanh(h), third derivative -2 at 0.
  EXPECT_NEAR(third_derivative({0, 0}, {1, -1}, {1, -1}), -2, 1e-14);
}

RC_GTEST_PROP(ThirdDerivativeProperty, IsBelowItsBoundInEveryDirectionOfSigns, ()) {
  random::Stream stream({.seed = *rc::gen::arbitrary<std::uint64_t>(), .purpose = random::Purpose::cotangent});
  const std::size_t classes = *rc::gen::inRange<std::size_t>(2, 12);
  const double temperature = *rc::gen::elementOf(kTemperatures);
  const RowCase<double> given = random_case<double>(stream, classes, temperature);
  std::vector<double> z(classes), w = random_signs(stream, classes);
  for (std::size_t k = 0; k < classes; ++k) z[k] = (given.logits[k] + given.noise[k]) / temperature;
  const double top = *std::ranges::max_element(z);
  for (double& score : z) score -= top;
  // Along h / temperature, so the derivative carries temperature^-3.
  const double third = third_derivative(z, w, given.cotangent) / std::pow(temperature, 3);
  RC_ASSERT(std::abs(third) <= logits_third_derivative(temperature));
}

RC_GTEST_PROP(ThirdDerivativeProperty, IsBelowItsBoundInTheInverseTemperature, ()) {
  random::Stream stream({.seed = *rc::gen::arbitrary<std::uint64_t>(), .purpose = random::Purpose::cotangent});
  const std::size_t classes = *rc::gen::inRange<std::size_t>(2, 12);
  const RowCase<double> given = random_case<double>(stream, classes, *rc::gen::elementOf(kTemperatures));
  const SoftRow row = given.known();
  constexpr double kReach = .0625;
  for (const double s : {1 - kReach, 1.0, 1 + kReach}) {
    std::vector<double> z(classes), w(classes);
    for (std::size_t k = 0; k < classes; ++k) {
      w[k] = -row.gap[k];
      z[k] = s * w[k];
    }
    RC_ASSERT(std::abs(third_derivative(z, w, given.cotangent)) <= inverse_temperature_third_derivative(row, kReach));
  }
}

// ---- differences against the identity

// f(logits) = <v, soft sample>, the noise frozen, as an implementation in T returns it.
template <class T>
double soft_value(RowCase<T> given, const std::vector<double>& logits) {
  for (std::size_t k = 0; k < logits.size(); ++k) given.logits[k] = static_cast<T>(logits[k]);
  const std::vector<T> y = softmax(scores(given, Order::divide_first));
  double value = 0;
  for (std::size_t k = 0; k < y.size(); ++k)
    value += static_cast<double>(given.cotangent[k]) * static_cast<double>(y[k]);
  return value;
}

template <class T>
struct Slope {
  double along_signs = 0;  // of the gradient under test
  Difference difference;
  double rounding = 0;  // of the gradient
};

template <class T>
Slope<T> slope(const RowCase<T>& given, const std::vector<T>& gradient, random::Stream& stream) {
  const std::vector<double> logits(given.logits.begin(), given.logits.end());
  const std::vector<double> v = given.wide_cotangent();
  const std::vector<double> signs = random_signs(stream, given.classes());
  const double third = logits_third_derivative(given.temperature);
  const SoftRow row = given.known();
  const double step = best_step(third, evaluation_error(row, v));
  const Moved m = moved(logits, signs, step, [](double x) { return static_cast<double>(static_cast<T>(x)); });
  RowCase<T> above = given, below = given;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    above.logits[k] = static_cast<T>(m.above[k]);
    below.logits[k] = static_cast<T>(m.below[k]);
  }
  const double error = (evaluation_error(above.known(), v) + evaluation_error(below.known(), v)) / 2;
  Slope<T> result;
  result.along_signs = inner(std::vector<double>(gradient.begin(), gradient.end()), signs);
  result.difference = central_difference(soft_value(given, m.above), soft_value(given, m.below), step, third,
                                         error + m.displacement / given.temperature);
  for (const Expected& e : expected_gradient(row, v)) result.rounding += e.bound;
  return result;
}

template <class T>
class DifferenceBound : public testing::Test {};
using Dtypes = testing::Types<float, double>;
TYPED_TEST_SUITE(DifferenceBound, Dtypes);

TYPED_TEST(DifferenceBound, HoldsForRightGradients) {
  random::Stream stream({.seed = 10, .purpose = random::Purpose::calibration});
  Agreement agreement{.witness = "differences"};
  std::uint64_t informative = 0;
  for (const double temperature : kTemperatures) {
    for (int n = 0; n < 3000; ++n) {
      const RowCase<TypeParam> given = random_case<TypeParam>(stream, 2 + static_cast<std::size_t>(n) % 9, temperature);
      const std::vector<TypeParam> gradient =
          gradient_of(softmax(scores(given, Order::subtract_first)), given.cotangent, temperature, Form::centred);
      const Slope<TypeParam> s = slope(given, gradient, stream);
      informative += agreement.compare(s.along_signs, s.difference.value, s.difference.bound + s.rounding,
                                       [&] { return fmt::format("temperature {}", temperature); });
    }
  }
  EXPECT_TRUE(agreement.holds()) << describe(agreement);
  EXPECT_GT(agreement.worst, .1) << "the bound is far from anything that happens";
  EXPECT_GT(informative, 1000u);
}

TYPED_TEST(DifferenceBound, IsExceededByWrongGradients) {
  for (const WrongGradient<TypeParam>& wrong : wrong_gradients<TypeParam>()) {
    for (const double temperature : {.5, 2.0, 10.0}) {
      random::Stream stream({.seed = 11, .purpose = random::Purpose::calibration});
      Agreement agreement{.witness = wrong.name};
      for (int n = 0; n < 200; ++n) {
        const RowCase<TypeParam> given = random_case<TypeParam>(stream, 6, temperature);
        const Slope<TypeParam> s = slope(given, wrong.of(given, softmax(scores(given, Order::divide_first))), stream);
        agreement.compare(s.along_signs, s.difference.value, s.difference.bound + s.rounding, [] { return "row"; });
      }
      EXPECT_GT(agreement.worst, 5) << describe(agreement) << " Temperature " << temperature;
    }
  }
}

// The derivative with respect to temperature, by differences in its inverse.
TYPED_TEST(DifferenceBound, HoldsForTheTemperature) {
  random::Stream stream({.seed = 12, .purpose = random::Purpose::calibration});
  Agreement right{.witness = "right"}, reversed{.witness = "with the sign reversed"};
  std::uint64_t informative = 0;
  for (const double temperature : kTemperatures) {
    for (int n = 0; n < 2000; ++n) {
      const RowCase<TypeParam> given = random_case<TypeParam>(stream, 2 + static_cast<std::size_t>(n) % 9, temperature);
      const std::vector<double> v = given.wide_cotangent();
      const SoftRow row = given.known();
      const double step = std::min(
          .0625, best_step(inverse_temperature_third_derivative(row, .0625) + 1e-300, evaluation_error(row, v)));
      double value[2], error[2];
      for (const int side : {0, 1}) {
        RowCase<TypeParam> moved_case = given;
        moved_case.temperature = temperature / (side == 0 ? 1 + step : 1 - step);
        value[side] = soft_value(moved_case, std::vector<double>(given.logits.begin(), given.logits.end()));
        error[side] = evaluation_error(moved_case.known(), v);
      }
      const Difference d = central_difference(value[0], value[1], step, inverse_temperature_third_derivative(row, step),
                                              (error[0] + error[1]) / 2);
      const std::vector<TypeParam> z = scores(given, Order::divide_first);
      const double gradient = static_cast<double>(
          temperature_gradient_of(softmax(z), z, given.cotangent, temperature, TemperatureForm::by_the_mean));
      const double bound = d.bound / temperature + expected_temperature_gradient(row, v).bound;
      const auto place = [&] { return fmt::format("temperature {}", temperature); };
      informative += right.compare(gradient, -d.value / temperature, bound, place);
      reversed.compare(-gradient, -d.value / temperature, bound, place);
    }
  }
  EXPECT_TRUE(right.holds()) << describe(right);
  EXPECT_GT(right.worst, .02);
  EXPECT_GT(informative, 1000u);
  EXPECT_GT(reversed.worst, kInformativeRatio);
}

}  // namespace
