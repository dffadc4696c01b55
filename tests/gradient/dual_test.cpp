// Dual numbers: the rules of calculus on tables, and the row kernels of sampling differentiated by running them.

#include "gumbelcheck/gradient/dual.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gumbelcheck/gradient/agreement.hpp"
#include "gumbelcheck/gradient/identity.hpp"
#include "gumbelcheck/sampling/kernels.hpp"
#include "row_cases.hpp"

namespace {

using namespace gumbelcheck;
using namespace gumbelcheck::gradient;
using namespace gumbelcheck::gradient::test;

using D = Dual<double>;

constexpr double kPoint = .75;
constexpr double kSpeed = -3;

struct Rule {
  const char* name;
  D (*of)(const D& x);
  double value;
  double derivative;
};

TEST(Dual, ObeysTheRulesOfDifferentiation) {
  const Rule rules[] = {
      {"x + x", [](const D& x) { return x + x; }, 1.5, 2},
      {"1 - x", [](const D& x) { return 1.0 - x; }, .25, -1},
      {"-x", [](const D& x) { return -x; }, -.75, -1},
      {"x x", [](const D& x) { return x * x; }, .5625, 1.5},
      {"3 x", [](const D& x) { return 3.0 * x; }, 2.25, 3},
      {"1 / x", [](const D& x) { return 1.0 / x; }, 4 / 3.0, -16 / 9.0},
      {"x / 4", [](const D& x) { return x / 4.0; }, .1875, .25},
      {"x / (1 + x)", [](const D& x) { return x / (1.0 + x); }, 3 / 7.0, 16 / 49.0},
      {"exp", [](const D& x) { return exp(x); }, std::exp(.75), std::exp(.75)},
      {"expm1", [](const D& x) { return expm1(x); }, std::expm1(.75), std::exp(.75)},
      {"log", [](const D& x) { return log(x); }, std::log(.75), 4 / 3.0},
      {"log1p", [](const D& x) { return log1p(x); }, std::log1p(.75), 4 / 7.0},
      {"sqrt", [](const D& x) { return sqrt(x); }, std::sqrt(.75), .5 / std::sqrt(.75)},
      {"exp(x x), the chain", [](const D& x) { return exp(x * x); }, std::exp(.5625), 1.5 * std::exp(.5625)},
      {"+= -= *= /=",
       [](const D& x) {
         D y = x;
         y += 1.0;
         y *= x;
         y -= x;
         return y /= 2.0;
       },
       .28125, .75}};
  for (const Rule& rule : rules) {
    const D result = rule.of(D(kPoint, kSpeed));
    EXPECT_NEAR(result.value, rule.value, 4e-16 * std::abs(rule.value)) << rule.name;
    EXPECT_NEAR(result.tangent, rule.derivative * kSpeed, 4e-15 * std::abs(rule.derivative)) << rule.name;
  }
}

// Beside zero expm1 and log1p keep what exp and log would lose.
TEST(Dual, KeepsSmallValues) {
  EXPECT_EQ(expm1(D(1e-20, 1)).value, 1e-20);
  EXPECT_EQ(expm1(D(1e-20, 1)).tangent, 1);
  EXPECT_EQ(log1p(D(1e-20, 1)).value, 1e-20);
  EXPECT_EQ(log1p(D(1e-20, 1)).tangent, 1);
}

TEST(Dual, ComparesByValueAlone) {
  EXPECT_LT(D(1, 5), D(2, -5));
  EXPECT_EQ(D(1, 5), D(1, -5));
  EXPECT_GT(D(1), 0.5);
  EXPECT_FALSE(D(std::nan(""), 1) == D(std::nan(""), 1));
}

TEST(Dual, AConstantDoesNotMove) {
  EXPECT_EQ(D(3).tangent, 0);
  EXPECT_EQ((D(2, 1) * 3.0).tangent, 3);
}

// The straight-through estimator: the value of one function, the tangent of another.
TEST(Dual, StraightThroughIsAPair) {
  const D soft(.3, .21);
  const D hard = straight_through(1.0, soft);
  EXPECT_EQ(hard.value, 1);
  EXPECT_EQ(hard.tangent, .21);
  EXPECT_EQ((2.0 * hard).tangent, .42) << "it goes on like any other dual number";
}

// ---- the row kernels of sampling, run on dual numbers

std::vector<D> moving(const std::vector<double>& values, const std::vector<double>& tangents) {
  std::vector<D> row;
  for (std::size_t k = 0; k < values.size(); ++k) row.emplace_back(values[k], tangents[k]);
  return row;
}

struct SoftDual {
  std::vector<D> scaled, sample;
};
SoftDual soft_sample(const std::vector<D>& logits, const std::vector<double>& noise, const D& temperature) {
  const std::vector<D> still(noise.begin(), noise.end());
  SoftDual result{.scaled = std::vector<D>(logits.size()), .sample = std::vector<D>(logits.size())};
  sampling::perturbed_row<D>(logits, still, result.scaled);
  sampling::scaled_row<D>(result.scaled, temperature, result.scaled);
  sampling::softmax_of_scaled_row<D>(result.scaled, result.sample);
  return result;
}

// The Jacobian of softmax is symmetric, so its product with a direction is that with a cotangent.
RC_GTEST_PROP(DualKernelsProperty, GiveTheGradientKernel, ()) {
  random::Stream stream({.seed = *rc::gen::arbitrary<std::uint64_t>(), .purpose = random::Purpose::cotangent});
  const std::size_t classes = *rc::gen::inRange<std::size_t>(1, 20);
  const RowCase<double> given = random_case<double>(stream, classes, *rc::gen::elementOf(kTemperatures));
  const SoftDual soft = soft_sample(moving(given.logits, given.cotangent), given.noise, given.temperature);

  std::vector<double> y(classes), kernel(classes), shifted = given.cotangent;
  for (std::size_t k = 0; k < classes; ++k) y[k] = soft.sample[k].value;
  sampling::softmax_gradient_row<double>(y, given.cotangent, given.temperature, kernel);
  // Both round; the dual row subtracts the largest score, and with it that score's tangent.
  const SoftRow row = given.known();
  const auto top = std::distance(row.sample.begin(), std::ranges::max_element(row.sample));
  for (double& v : shifted) v -= given.cotangent[static_cast<std::size_t>(top)];
  const std::vector<Expected> expected = expected_gradient(row, given.cotangent);
  const std::vector<Expected> of_shifted = expected_gradient(row, shifted);
  Agreement agreement{.witness = "dual numbers"};
  for (std::size_t k = 0; k < classes; ++k) {
    agreement.compare(kernel[k], soft.sample[k].tangent, expected[k].bound + of_shifted[k].bound,
                      [&] { return fmt::format("entry {}", k); });
  }
  if (!agreement.holds()) RC_FAIL(describe(agreement));
}

RC_GTEST_PROP(DualKernelsProperty, GiveTheTemperatureGradientKernel, ()) {
  random::Stream stream({.seed = *rc::gen::arbitrary<std::uint64_t>(), .purpose = random::Purpose::cotangent});
  const std::size_t classes = *rc::gen::inRange<std::size_t>(1, 20);
  const RowCase<double> given = random_case<double>(stream, classes, *rc::gen::elementOf(kTemperatures));
  const SoftDual soft =
      soft_sample(std::vector<D>(given.logits.begin(), given.logits.end()), given.noise, D(given.temperature, 1));
  double by_duals = 0;
  std::vector<double> y(classes), scaled(classes);
  for (std::size_t k = 0; k < classes; ++k) {
    by_duals += given.cotangent[k] * soft.sample[k].tangent;
    y[k] = soft.sample[k].value;
    scaled[k] = soft.scaled[k].value;
  }
  const double kernel = sampling::temperature_gradient_row<double>(y, scaled, given.cotangent, given.temperature);
  const Expected expected = expected_temperature_gradient(given.known(), given.cotangent);
  Agreement agreement{.witness = "dual numbers"};
  agreement.compare(kernel, by_duals, 2 * expected.bound, [] { return "temperature"; });
  if (!agreement.holds()) RC_FAIL(describe(agreement));
}

// log y moves by v_i - <y,v>, also where y itself has underflowed.
RC_GTEST_PROP(DualKernelsProperty, DifferentiateTheLogarithmOfTheSample, ()) {
  random::Stream stream({.seed = *rc::gen::arbitrary<std::uint64_t>(), .purpose = random::Purpose::cotangent});
  const RowCase<double> given = random_case<double>(stream, 6, *rc::gen::elementOf(kTemperatures));
  const SoftDual soft = soft_sample(moving(given.logits, given.cotangent), given.noise, given.temperature);
  std::vector<D> log_sample(6);
  sampling::log_softmax_of_scaled_row<D>(soft.scaled, log_sample);
  const SoftRow row = given.known();
  double mean = 0, error = 0;
  for (std::size_t k = 0; k < 6; ++k) {
    mean += row.sample[k] * given.cotangent[k];
    // |v| < 1 and its shift by the largest score's entry: at most 2, in some forty operations
    error += row.sample[k] * std::expm1(row.rounding[k]) + 64 * 0x1p-53 * row.sample[k];
  }
  for (std::size_t k = 0; k < 6; ++k) {
    const double expected = (given.cotangent[k] - mean) / given.temperature;
    RC_ASSERT(std::abs(log_sample[k].tangent - expected) <= (2 * error + 32 * 0x1p-53) / given.temperature);
  }
}

// What the duals are for: a gradient kernel that lost its 1/temperature disagrees with them.
TEST(DualKernels, DisagreeWithWrongGradients) {
  for (const WrongGradient<double>& wrong : wrong_gradients<double>()) {
    random::Stream stream({.seed = 9, .purpose = random::Purpose::calibration});
    Agreement agreement{.witness = wrong.name};
    for (int n = 0; n < 100; ++n) {
      const RowCase<double> given = random_case<double>(stream, 6, .5);
      const SoftDual soft = soft_sample(moving(given.logits, given.cotangent), given.noise, given.temperature);
      std::vector<double> y;
      for (const D& entry : soft.sample) y.push_back(entry.value);
      const std::vector<double> gradient = wrong.of(given, y);
      const std::vector<Expected> expected = expected_gradient(given.known(), given.cotangent);
      for (std::size_t k = 0; k < 6; ++k) {
        agreement.compare(gradient[k], soft.sample[k].tangent, 4 * expected[k].bound, [] { return "entry"; });
      }
    }
    EXPECT_GT(agreement.worst, kInformativeRatio) << wrong.name;
  }
}

}  // namespace
