// The Gumbel oracle, held to tables made without it, to Boost.Math where that is right, and to identities.

#include "gumbelcheck/law/gumbel.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/math/distributions/extreme_value.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "generators.hpp"
#include "tables.hpp"

namespace gumbelcheck::law {
namespace {

const Real kInfinity = std::numeric_limits<Real>::infinity();

TEST(GumbelTables, EveryRow) {
  const nlohmann::json read = table("gumbel");
  for (const auto& row : read["rows"]) {
    const Gumbel law{input(row["location"])};
    const Real x = input(row["x"]);
    SCOPED_TRACE("x " + row["x"].get<std::string>() + ", location " + row["location"].get<std::string>());
    const Real tail = minus_log_cdf(law, x);  // amplifies rounding where the lower tail is small
    EXPECT_TRUE(near(tail, result(row["minus_log_cdf"])));
    EXPECT_TRUE(near(cdf(law, x), result(row["cdf"]), (1 + tail) * result(row["cdf"])));
    EXPECT_TRUE(near(survival(law, x), result(row["survival"])));
    EXPECT_TRUE(near(density(law, x), result(row["density"]), (1 + tail) * result(row["density"])));
    EXPECT_TRUE(near(log_density(law, x), result(row["log_density"])));
  }
  for (const auto& row : read["quantiles"]) {
    const Gumbel law{input(row["location"])};
    const Real u = input(row["u"]);
    EXPECT_TRUE(near(quantile(law, u), result(row["quantile"]), 1)) << "u " << row["u"];
    EXPECT_TRUE(near(quantile_from_upper(law, u), result(row["quantile_from_upper"]), 1000)) << "1 - u " << row["u"];
  }
}

TEST(GumbelLaw, HasItsLimitsAtInfinity) {
  const Gumbel law{3};
  EXPECT_EQ(cdf(law, kInfinity), 1);
  EXPECT_EQ(cdf(law, -kInfinity), 0);
  EXPECT_EQ(survival(law, kInfinity), 0);
  EXPECT_EQ(survival(law, -kInfinity), 1);
  for (const Real& end : {kInfinity, Real(-kInfinity)}) {
    EXPECT_EQ(density(law, end), 0);
    EXPECT_EQ(log_density(law, end), -kInfinity);
  }
  EXPECT_EQ(quantile(law, 0), -kInfinity);
  EXPECT_EQ(quantile(law, 1), kInfinity);
  EXPECT_EQ(quantile_from_upper(law, 0), kInfinity);
  EXPECT_EQ(quantile_from_upper(law, 1), -kInfinity);
}

// What Boost 1.81 gets wrong there, and why it is a second oracle at finite arguments only.
TEST(GumbelLaw, BoostIsWrongAtInfinity) {
  const boost::math::extreme_value_distribution<double> boost_law;
  for (const double end : {HUGE_VAL, -HUGE_VAL}) {
    EXPECT_EQ(pdf(boost_law, end), 0);
    EXPECT_EQ(logpdf(boost_law, end), 0) << "the logarithm of a density that is 0";
    EXPECT_EQ(log_density({}, end), -kInfinity);
  }
  EXPECT_THROW(boost::math::quantile(boost_law, 0.0), std::overflow_error);
  EXPECT_THROW(boost::math::quantile(boost_law, 1.0), std::overflow_error);
}

TEST(GumbelLaw, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(cdf({}, std::numeric_limits<Real>::quiet_NaN()), std::invalid_argument);
  EXPECT_THROW(survival({}, std::numeric_limits<Real>::quiet_NaN()), std::invalid_argument);
  for (const double p : {-1e-300, 1.0000000000000002, std::nan("")}) {
    EXPECT_THROW(quantile({}, p), std::invalid_argument);
    EXPECT_THROW(quantile_from_upper({}, p), std::invalid_argument);
  }
}

TEST(GumbelLaw, DoubleFormsAreTheRealOnesRounded) {
  for (const double x : {-3.0, 0.0, 1.5, 40.0}) {
    EXPECT_EQ(gumbel_cdf_double(x), nearest_double(cdf({}, x)));
    EXPECT_EQ(gumbel_survival_double(x), nearest_double(survival({}, x)));
  }
  EXPECT_EQ(gumbel_quantile_double(1e-300), nearest_double(quantile({}, 1e-300)));
  EXPECT_EQ(gumbel_quantile_from_upper_double(1e-300), nearest_double(quantile_from_upper({}, 1e-300)));
}

// From the far lower tail, where the CDF is near 1e-8700, to the far upper one.
Real any_argument() { return Real(*rc::gen::inRange(-9'900, 60'001)) / 1000; }

RC_GTEST_PROP(GumbelLawProperty, AgreesWithBoost, ()) {
  const Gumbel law{any_reals(1, 1).front()};
  const Real x = law.location + any_argument();
  const boost::math::extreme_value_distribution<Real> boost_law(law.location);
  const Real amplified = (1 + minus_log_cdf(law, x)) * 50000;  // the rounding of x - location
  RC_ASSERT(near(cdf(law, x), cdf(boost_law, x), amplified * cdf(law, x)));
  RC_ASSERT(near(survival(law, x), cdf(boost::math::complement(boost_law, x)), amplified * survival(law, x)));
  RC_ASSERT(near(density(law, x), pdf(boost_law, x), amplified * density(law, x)));
  RC_ASSERT(near(log_density(law, x), logpdf(boost_law, x), amplified));
  const Real u = Real(*rc::gen::inRange(1, 1000)) / 1000;
  RC_ASSERT(near(quantile(law, u), boost::math::quantile(boost_law, u), 50000));
  RC_ASSERT(near(quantile_from_upper(law, u), boost::math::quantile(boost::math::complement(boost_law, u)), 50000));
}

RC_GTEST_PROP(GumbelLawProperty, TailsAddUpToOneAndQuantilesUndoThem, ()) {
  const Real x = any_argument();
  RC_ASSERT(near(cdf({}, x) + survival({}, x), 1));
  // Each from its own tail: from the other one u no longer tells x.
  RC_ASSERT(near(x < 0 ? quantile({}, cdf({}, x)) : quantile_from_upper({}, survival({}, x)), x, 100));
  RC_ASSERT(near(exp(log_density({}, x)), density({}, x), (1 + minus_log_cdf({}, x)) * density({}, x)));
}

RC_GTEST_PROP(GumbelLawProperty, DensityIsTheDerivativeOfTheCdf, ()) {
  const Real x = Real(*rc::gen::inRange(-4'000, 20'001)) / 1000;
  RC_ASSERT(abs(difference_quotient([](const Real& at) { return cdf({}, at); }, x) - density({}, x)) < 1e-25);
}

RC_GTEST_PROP(GumbelLawProperty, DensityIntegratesToTheCdf, ()) {
  const double low = *rc::gen::inRange(-4'000, 8'001) / 1000.0, high = low + *rc::gen::inRange(1, 8'001) / 1000.0;
  double error = 0;
  const double integral = boost::math::quadrature::gauss_kronrod<double, 31>::integrate(
      [](double x) { return nearest_double(density({}, x)); }, low, high, 2, 1e-13, &error);
  const double expected = nearest_double(cdf({}, high) - cdf({}, low));
  RC_ASSERT(error < 1e-10);
  RC_ASSERT(std::abs(integral - expected) <= 2 * error + 1e-14);
}

// Max stability: the largest of independent logit_i + noise_i lies below x when all of them do.
RC_GTEST_PROP(GumbelLawProperty, LawOfTheMaximumIsTheProductOfTheCdfs, ()) {
  const std::vector<Real> logits = any_reals(1, 12);
  const Gumbel maximum = law_of_maximum(logits);
  const Real x = maximum.location + Real(*rc::gen::inRange(-3'000, 10'001)) / 1000;
  Real product = 1;
  for (const Real& logit : logits) product *= cdf({logit}, x);
  RC_ASSERT(near(cdf(maximum, x), product, 1e6));
}

}  // namespace
}  // namespace gumbelcheck::law
