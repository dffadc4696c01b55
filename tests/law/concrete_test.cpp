// The Concrete oracle, held to tables made without it, to identities, and to the total mass of its density.

#include "gumbelcheck/law/concrete.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "generators.hpp"
#include "gumbelcheck/law/softmax.hpp"
#include "tables.hpp"

namespace gumbelcheck::law {
namespace {

const Real kInfinity = std::numeric_limits<Real>::infinity();

Concrete law_of(const nlohmann::json& row) {
  return {.logits = reals(inputs(row["logits"])), .temperature = input(row["temperature"])};
}

// The size of the terms that cancel in a log-density.
Real term_size(const Concrete& law, const std::vector<double>& point) {
  Real size = 1;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const Real term = abs(law.logits[i]) + (law.temperature + 1) * abs(log(Real(point[i])));
    if (term > size) size = term;
  }
  return Real(point.size()) * size;
}

TEST(ConcreteTables, EveryRow) {
  const nlohmann::json read = table("concrete");
  for (const auto& row : read["rows"]) {
    SCOPED_TRACE(row["name"].get<std::string>() + ", temperature " + row["temperature"].get<std::string>());
    const Concrete law = law_of(row);
    const std::vector<double> point = inputs(row["point"]);
    const Real size = term_size(law, point);
    EXPECT_TRUE(near(log_density(law, reals(point)), result(row["log_density"]), size));
    EXPECT_TRUE(near(log_density_of_log_sample(law, reals(inputs(row["log_sample"]))),
                     result(row["log_density_of_log_sample"]), size));
    EXPECT_EQ(concrete_log_density_double(inputs(row["logits"]), input(row["temperature"]), point),
              input(row["log_density_double"]));
    const LogDensityGradient gradient = log_density_gradient(law, reals(point));
    for (std::size_t i = 0; i < point.size(); ++i) {
      EXPECT_TRUE(near(gradient.logits[i], result(row["gradient_logits"][i]), size)) << "class " << i;
      EXPECT_TRUE(near(gradient.point[i], result(row["gradient_point"][i]), size * size / point[i])) << "class " << i;
    }
    EXPECT_TRUE(near(gradient.temperature, result(row["gradient_temperature"]), size * size / law.temperature));
  }
}

TEST(ConcreteTables, MassesOfRatioEvents) {
  const nlohmann::json read = table("concrete");
  for (const auto& row : read["masses"]) {
    SCOPED_TRACE(row.dump());
    const Concrete law = law_of(row);
    const Real ratio = input(row["ratio"]);
    for (std::size_t m = 0; m < law.logits.size(); ++m) {
      EXPECT_TRUE(near(mass_below_ratio(law, m, ratio), result(row["below"][m])));
    }
    EXPECT_TRUE(near(mass_within_ratio(law, ratio), result(row["within"]), 32));
  }
}

TEST(ConcreteTables, BothTailsOfTwoClasses) {
  const nlohmann::json read = table("concrete");
  for (const auto& row : read["two_class"]) {
    SCOPED_TRACE(row.dump());
    const Real x = input(row["x"]);
    EXPECT_TRUE(near(two_class_cdf(law_of(row), x), result(row["cdf"])));
    EXPECT_TRUE(near(two_class_survival(law_of(row), x), result(row["survival"])));
  }
}

Concrete any_law(std::size_t least, std::size_t most) {
  return {.logits = any_reals(least, most), .temperature = any_temperature()};
}

RC_GTEST_PROP(ConcreteLawProperty, LogSamplesDifferByTheJacobian, ()) {
  const Concrete law = any_law(1, 12);
  std::vector<Real> point = any_point(law.logits.size()), logs = point;
  Real log_jacobian = 0;
  for (Real& s : logs) {
    s = log(s);
    log_jacobian += s;
  }
  RC_ASSERT(near(log_density_of_log_sample(law, logs), log_density(law, point) + log_jacobian, 1e7));
  const Real shift = Real(*rc::gen::inRange(-1'000'000, 1'000'001)) / 64;
  std::vector<Real> shifted = logs;
  for (Real& s : shifted) s += shift;
  RC_ASSERT(near(log_density_of_log_sample(law, shifted), log_density_of_log_sample(law, logs), 1e8));
}

RC_GTEST_PROP(ConcreteLawProperty, ForgetsAShiftOfTheLogitsAndTheOrderOfClasses, ()) {
  const Concrete law = any_law(1, 12);
  const std::vector<Real> point = any_point(law.logits.size());
  const Real expected = log_density(law, point);
  Concrete changed = law;
  for (Real& logit : changed.logits) logit += Real(12345) / 64;
  RC_ASSERT(near(log_density(changed, point), expected, 1e7));
  changed.logits.assign(law.logits.rbegin(), law.logits.rend());
  RC_ASSERT(near(log_density(changed, std::vector<Real>(point.rbegin(), point.rend())), expected, 1e7));
}

// At temperature 1 and equal logits: (K-1)! prod x_i^-2 / (sum 1/x_i)^K.
RC_GTEST_PROP(ConcreteLawProperty, HasItsPlainestForm, ()) {
  const std::vector<Real> point = any_point(*rc::gen::inRange<std::size_t>(1, 8));
  Real product = 1, sum = 0;
  for (std::size_t i = 0; i < point.size(); ++i) {
    product *= (i == 0 ? Real(1) : Real(i)) / (point[i] * point[i]);
    sum += 1 / point[i];
  }
  const Concrete law{.logits = std::vector<Real>(point.size(), Real(7)), .temperature = 1};
  const Real found = exp(log_density(law, point));
  RC_ASSERT(near(found, product / pow(sum, Real(point.size())), 1e3 * found));
}

RC_GTEST_PROP(ConcreteLawProperty, GradientsAreDerivatives, ()) {
  Concrete law = any_law(2, 6);
  law.temperature = Real(*rc::gen::element(.1, .5, 1.0, 2.0));
  for (Real& logit : law.logits) logit /= 1000;
  std::vector<Real> point = any_point(law.logits.size());
  for (Real& x : point) x = (x + 1) / Real(2 * point.size());  // away from the edges, where differences are poor
  const LogDensityGradient gradient = log_density_gradient(law, point);
  Real degree = 0;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const auto with_logit = [&](const Real& logit) {
      Concrete moved = law;
      moved.logits[i] = logit;
      return log_density(moved, point);
    };
    const auto with_entry = [&](const Real& x) {
      std::vector<Real> moved = point;
      moved[i] = x;
      return log_density(law, moved);
    };
    RC_ASSERT(abs(gradient.logits[i] - difference_quotient(with_logit, law.logits[i])) < 1e-22);
    RC_ASSERT(abs(gradient.point[i] - difference_quotient(with_entry, point[i])) < 1e-22);
    degree += gradient.point[i] * point[i];
  }
  const auto with_temperature = [&](const Real& temperature) { return log_density({law.logits, temperature}, point); };
  RC_ASSERT(abs(gradient.temperature - difference_quotient(with_temperature, law.temperature)) < 1e-22);
  RC_ASSERT(near(degree, -Real(point.size()), 1e3));  // Euler: the density is homogeneous of degree -K
}

// Limits at zero entries are what tiny entries tend to; Real reaches to 10^-600,000,000.
TEST(ConcreteLaw, LimitAtAZeroEntryIsApproached) {
  const std::vector<Real> logits = {1, Real(-.5), Real(.25)};
  const auto at = [&](double temperature, const Real& first) {
    return log_density({logits, temperature}, std::vector<Real>{first, (1 - first) / 4, (1 - first) * 3 / 4});
  };
  const Real tiny("1e-1000000");
  for (const double below : {.01, .25, .4999}) {
    EXPECT_EQ(at(below, 0), kInfinity);
    EXPECT_GT(at(below, tiny), 400);
    EXPECT_GT(at(below, tiny * tiny), at(below, tiny) + 400);
  }
  for (const double above : {.5001, 1.0, 100.0}) {
    EXPECT_EQ(at(above, 0), -kInfinity);
    EXPECT_LT(at(above, tiny), -400);
    EXPECT_LT(at(above, tiny * tiny), at(above, tiny) - 400);
  }
  // At 1/(K-1) itself the limit is finite; the error is a power of the entry, here its square root.
  EXPECT_TRUE(near(at(.5, 0), at(.5, tiny), 1e7));
}

TEST(ConcreteLaw, LimitAtSeveralZeroEntriesIsGivenWhereThereIsOne) {
  const std::vector<Real> logits = {1, Real(-.5), Real(.25), 0};
  const Real tiny("1e-1000000");
  const auto at = [&](const Real& temperature, const Real& first, const Real& second) {
    const Real rest = 1 - first - second;
    return log_density({logits, temperature}, std::vector<Real>{first, second, rest / 4, rest * 3 / 4});
  };
  const auto everywhere = [&](const Real& temperature, auto holds) {
    for (const Real& first : {tiny, Real(tiny * tiny), Real("1e-1000")}) {
      EXPECT_TRUE(holds(at(temperature, first, tiny))) << temperature;
    }
  };
  EXPECT_EQ(at(Real(.25), 0, 0), kInfinity);
  everywhere(Real(.25), [](const Real& value) { return value > 400; });
  EXPECT_EQ(at(Real(1) / 3 - Real(1) / 1000, 0, 0), kInfinity);
  EXPECT_EQ(at(2, 0, 0), -kInfinity);
  everywhere(2, [](const Real& value) { return value < -400; });
  // In between it depends on the way: together up, one much faster than the other down.
  EXPECT_THROW(at(Real(.9), 0, 0), std::domain_error);
  EXPECT_GT(at(Real(.9), tiny, tiny), 400);
  EXPECT_LT(at(Real(.9), tiny, Real("1e-1000")), -400);
}

RC_GTEST_PROP(ConcreteLawProperty, TwoClassTailsAddUpAndTheirDerivativeIsTheDensity, ()) {
  Concrete law = any_law(2, 2);
  for (Real& logit : law.logits) logit /= 1000;
  law.temperature = Real(*rc::gen::element(.1, .5, 1.0, 2.0));
  const Real x = Real(*rc::gen::inRange(100, 901)) / 1000;
  RC_ASSERT(near(two_class_cdf(law, x) + two_class_survival(law, x), 1));
  const Real density = exp(log_density(law, std::vector<Real>{x, 1 - x}));
  RC_ASSERT(abs(difference_quotient([&](const Real& at) { return two_class_cdf(law, at); }, x) - density) <
            1e-22 * (1 + density));
}

// The same events said in three ways: by the CDF, given the largest class, and from both sides.
RC_GTEST_PROP(ConcreteLawProperty, TwoClassMassesAgree, ()) {
  Concrete law = any_law(2, 2);
  for (Real& logit : law.logits) logit /= 1000;
  const Real ratio = Real(*rc::gen::inRange(1, 1001)) / 1000;
  const auto pi = softmax(law.logits, 1);
  const Real low = two_class_cdf(law, ratio / (1 + ratio)), high = two_class_survival(law, 1 / (1 + ratio));
  RC_ASSERT(near(pi[1] * mass_below_ratio(law, 1, ratio), low, 1e6 * low));
  RC_ASSERT(near(pi[0] * mass_below_ratio(law, 0, ratio), high, 1e6 * high));
  RC_ASSERT(near(mass_within_ratio(law, ratio), 1 - low - high, 1e6));
}

TEST(ConcreteLaw, MassesHaveTheirLimits) {
  const Concrete law{.logits = {1, 2, Real(.5), 0}, .temperature = 1};
  EXPECT_TRUE(near(mass_within_ratio(law, 1), 0, 16));
  EXPECT_TRUE(near(mass_within_ratio(law, Real("1e-60")), 1, 16));
  EXPECT_EQ(mass_below_ratio(law, 2, 1), 1);
  EXPECT_EQ(two_class_cdf({{0, 1}, 2}, 0), 0);
  EXPECT_EQ(two_class_survival({{0, 1}, 2}, 0), 1);
  EXPECT_EQ(two_class_cdf({{0, 1}, 2}, 1), 1);
  EXPECT_EQ(two_class_survival({{0, 1}, 2}, 1), 0);
}

TEST(ConcreteLaw, RefusesWhatHasNoAnswer) {
  const auto density = [](std::vector<double> logits, double temperature, std::vector<double> point) {
    return concrete_log_density_double(logits, temperature, point);
  };
  EXPECT_THROW(density({0, -HUGE_VAL}, 1, {.5, .5}), std::invalid_argument);
  EXPECT_THROW(density({0, 0}, 0, {.5, .5}), std::invalid_argument);
  EXPECT_THROW(density({0, 0}, 1, {.5}), std::invalid_argument);
  EXPECT_THROW(density({0, 0}, 1, {1.5, -.5}), std::invalid_argument);
  EXPECT_THROW(density({0, 0}, 1, {.5, std::nan("")}), std::invalid_argument);
  EXPECT_THROW(density({0, 0}, 1, {0, 0}), std::invalid_argument);
  const Concrete law{.logits = {0, 1, 2}, .temperature = 1};
  EXPECT_THROW(log_density_gradient(law, std::vector<Real>{0, Real(.5), Real(.5)}), std::invalid_argument);
  EXPECT_THROW(log_density_of_log_sample(law, std::vector<Real>{0, -kInfinity, 0}), std::invalid_argument);
  EXPECT_THROW(mass_below_ratio(law, 3, Real(.5)), std::invalid_argument);
  EXPECT_THROW(mass_below_ratio(law, 0, 0), std::invalid_argument);
  EXPECT_THROW(mass_within_ratio(law, 2), std::invalid_argument);
  EXPECT_THROW(mass_within_ratio({.logits = std::vector<Real>(17), .temperature = 1}, 1), std::invalid_argument);
  EXPECT_THROW(two_class_cdf(law, Real(.5)), std::invalid_argument);
  EXPECT_THROW(two_class_survival({{0, 0}, 1}, 2), std::invalid_argument);
}

TEST(ConcreteLaw, DoubleFormOfTheLogSampleIsTheRealOneRounded) {
  const std::vector<double> logits = {1, -.5, .25}, logs = {-800, -.1, -3};
  EXPECT_EQ(concrete_log_density_of_log_sample_double(logits, .01, logs),
            nearest_double(log_density_of_log_sample({reals(logits), Real(.01)}, reals(logs))));
}

}  // namespace
}  // namespace gumbelcheck::law
