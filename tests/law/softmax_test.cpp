// The softmax oracle, held to tables made without it and to identities.

#include "gumbelcheck/law/softmax.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/math/special_functions/logsumexp.hpp>
#include <cmath>
#include <limits>

#include "generators.hpp"
#include "tables.hpp"

namespace gumbelcheck::law {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(SoftmaxTables, EveryRow) {
  const nlohmann::json read = table("softmax");
  for (const auto& row : read["rows"]) {
    SCOPED_TRACE(row["name"].get<std::string>() + ", temperature " + row["temperature"].get<std::string>());
    const std::vector<double> logits = inputs(row["logits"]), v = inputs(row["cotangent"]);
    const std::vector<Real> o = reals(logits);
    const Real temperature = input(row["temperature"]);
    const Real size = largest_magnitude(logits), v_size = largest_magnitude(v);

    EXPECT_TRUE(near(logsumexp(o), result(row["logsumexp"]), size));
    const auto y = softmax(o, temperature), log_y = log_softmax(o, temperature);
    const auto gradient = softmax_gradient(o, temperature, reals(v));
    const auto by_temperature = softmax_temperature_derivative(o, temperature);
    for (std::size_t i = 0; i < y.size(); ++i) {
      EXPECT_TRUE(near(y[i], result(row["softmax"][i]))) << "class " << i;
      EXPECT_TRUE(near(log_y[i], result(row["log_softmax"][i]), 2 * size / temperature + 1)) << "class " << i;
      EXPECT_TRUE(near(gradient[i], result(row["gradient"][i]), v_size / temperature)) << "class " << i;
      EXPECT_TRUE(near(by_temperature[i], result(row["temperature_derivative"][i]), size / (temperature * temperature)))
          << "class " << i;
    }
  }
}

// Bit for bit, subnormal results included.
TEST(SoftmaxTables, DoublesAreTheNearest) {
  std::size_t subnormal = 0;
  const nlohmann::json read = table("softmax");
  for (const auto& row : read["rows"]) {
    const std::vector<double> found = softmax_double(inputs(row["logits"]), input(row["temperature"]));
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i], input(row["softmax_double"][i])) << row["name"] << ", class " << i;
      subnormal += found[i] > 0 && found[i] < std::numeric_limits<double>::min();
    }
  }
  EXPECT_GE(subnormal, 3u) << "the table was meant to reach below the normal range";
}

TEST(NearestDouble, RoundsHalfwayCasesToEvenAndSubnormalNumbersOnce) {
  const auto two_to = [](int exponent) { return ldexp(Real(1), exponent); };
  EXPECT_EQ(nearest_double(1 + two_to(-53)), 1.0);
  EXPECT_EQ(nearest_double(1 + two_to(-53) + two_to(-150)), std::nextafter(1.0, 2.0));
  EXPECT_EQ(nearest_double(1 + 3 * two_to(-53)), 1 + std::ldexp(1.0, -51));
  EXPECT_EQ(nearest_double(two_to(-1075)), 0.0);
  EXPECT_EQ(nearest_double(two_to(-1075) + two_to(-1200)), std::ldexp(1.0, -1074));
  EXPECT_EQ(nearest_double(3 * two_to(-1075)), std::ldexp(1.0, -1073));
  // Rounding to 53 bits first would give the middle of two subnormal numbers, and then the wrong one.
  EXPECT_EQ(nearest_double(two_to(-1030) + two_to(-1075) - two_to(-1100)), std::ldexp(1.0, -1030));
  EXPECT_EQ(nearest_double(two_to(1024)), kInfinity);
  EXPECT_EQ(nearest_double(-two_to(1024)), -kInfinity);
}

RC_GTEST_PROP(SoftmaxLawProperty, SumsToOneAndForgetsAShift, ()) {
  const std::vector<Real> logits = any_reals(1, 40);
  const Real temperature = any_temperature();
  const Real shift = Real(*rc::gen::inRange(-1'000'000, 1'000'001)) / 64;
  std::vector<Real> shifted = logits;
  for (Real& logit : shifted) logit += shift;
  const auto y = softmax(logits, temperature), z = softmax(shifted, temperature);
  Real sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    sum += y[i];
    RC_ASSERT(near(z[i], y[i]));
  }
  RC_ASSERT(near(sum, 1));
  RC_ASSERT(near(logsumexp(shifted) - shift, logsumexp(logits), 50000));
}

RC_GTEST_PROP(SoftmaxLawProperty, OddsAreExponentialsOfDifferences, ()) {
  const std::vector<Real> logits = any_reals(2, 20);
  const Real temperature = any_temperature();
  const auto y = softmax(logits, temperature), log_y = log_softmax(logits, temperature);
  for (std::size_t i = 1; i < y.size(); ++i) {
    const Real log_odds = (logits[i] - logits[0]) / temperature;
    RC_ASSERT(near(log_y[i] - log_y[0], log_odds, 4e6));
    RC_ASSERT(near(y[i], y[0] * exp(log_odds), y[i]));
  }
}

RC_GTEST_PROP(SoftmaxLawProperty, AnImpossibleClassChangesNothingForTheOthers, ()) {
  std::vector<Real> logits = any_reals(1, 10);
  const Real temperature = any_temperature();
  const auto without = softmax(logits, temperature);
  logits.push_back(Real(-kInfinity));
  const auto with = softmax(logits, temperature);
  RC_ASSERT(std::vector<Real>(with.begin(), with.end() - 1) == without);
  RC_ASSERT(with.back() == 0);
}

RC_GTEST_PROP(SoftmaxLawProperty, GradientsAreDerivatives, ()) {
  std::vector<Real> logits = any_reals(2, 8);
  for (Real& logit : logits) logit /= 1000;  // third derivatives stay small
  const std::vector<Real> cotangent = any_reals(logits.size(), logits.size());
  const Real temperature = Real(*rc::gen::element(.5, 1.0, 2.0, 10.0));
  const auto mean = [&](std::vector<Real> at, const Real& tau, std::size_t i, const Real& x) {
    at[i] = x;
    Real sum = 0;
    const auto y = softmax(at, tau);
    for (std::size_t k = 0; k < y.size(); ++k) sum += y[k] * cotangent[k];
    return sum;
  };
  const auto gradient = softmax_gradient(logits, temperature, cotangent);
  const auto of_mean = expected_one_hot_gradient(logits, cotangent);
  Real sum = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    sum += gradient[i];
    const auto along = [&](const Real& tau) {
      return difference_quotient([&](const Real& x) { return mean(logits, tau, i, x); }, logits[i]);
    };
    RC_ASSERT(abs(gradient[i] - along(temperature)) < 1e-22);
    RC_ASSERT(abs(of_mean[i] - along(1)) < 1e-22);
  }
  RC_ASSERT(near(sum, 0, 20000));
  Real by_temperature = 0;
  const auto derivative = softmax_temperature_derivative(logits, temperature);
  for (std::size_t i = 0; i < logits.size(); ++i) by_temperature += derivative[i] * cotangent[i];
  const auto at_temperature = [&](const Real& tau) { return mean(logits, tau, 0, logits[0]); };
  RC_ASSERT(abs(by_temperature - difference_quotient(at_temperature, temperature)) < 1e-22);
}

TEST(SoftmaxLaw, DoubleFormsAreTheRealOnesRounded) {
  const std::vector<double> logits = {1, -.5, .25}, v = {2, 0, -1};
  EXPECT_EQ(logsumexp_double(logits), nearest_double(logsumexp(reals(logits))));
  EXPECT_EQ(softmax_gradient_double(logits, .5, v), nearest_doubles(softmax_gradient(reals(logits), .5, reals(v))));
  EXPECT_EQ(expected_one_hot_gradient_double(logits, v), softmax_gradient_double(logits, 1, v));
}

TEST(SoftmaxLaw, RefusesWhatHasNoAnswer) {
  const auto y = [](std::vector<double> logits, double temperature) { return softmax_double(logits, temperature); };
  EXPECT_THROW(y({}, 1), std::invalid_argument);
  EXPECT_THROW(y({0, std::nan("")}, 1), std::invalid_argument);
  EXPECT_THROW(y({0, kInfinity}, 1), std::invalid_argument);
  EXPECT_THROW(y({-kInfinity, -kInfinity}, 1), std::invalid_argument);
  for (const double temperature : {0.0, -1.0, kInfinity, std::nan("")}) {
    EXPECT_THROW(y({0, 1}, temperature), std::invalid_argument);
  }
  EXPECT_THROW(softmax_gradient_double(std::vector<double>{0, 1}, 1, std::vector<double>{1}), std::invalid_argument);
  EXPECT_THROW(expected_one_hot_gradient_double(std::vector<double>{0, 1}, std::vector<double>{1, kInfinity}),
               std::invalid_argument);
  try {
    y({0, std::nan("")}, 1);
  } catch (const std::invalid_argument& refusal) {
    EXPECT_STREQ(refusal.what(), "softmax: logits[1] is nan; each must be finite or -inf.");
  }
}

// Why Boost's function of this name is no oracle here.
TEST(SoftmaxLaw, BoostsLogsumexpOfOnlyMinusInfinityIsNotANumber) {
  const std::vector<double> impossible = {-kInfinity, -kInfinity};
  EXPECT_TRUE(std::isnan(boost::math::logsumexp(impossible.begin(), impossible.end())));
  EXPECT_THROW(logsumexp_double(impossible), std::invalid_argument);
}

}  // namespace
}  // namespace gumbelcheck::law
