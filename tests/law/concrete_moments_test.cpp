// Mean products of Concrete entries, held to closed forms, to sums, and to quadratures of another kind.

#include "gumbelcheck/law/concrete_moments.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "gumbelcheck/law/softmax.hpp"

namespace gumbelcheck::law {
namespace {

using Quadrature = boost::math::quadrature::gauss_kronrod<double, 31>;

double moment(const std::vector<double>& logits, double temperature, const std::vector<unsigned>& powers) {
  return ConcreteMoments(logits, temperature)(powers);
}

// E y (1 - y) at temperature 1, y the first of two entries and l the difference of logits.
double closed_form(double l) {
  const double odds = std::exp(l);
  return odds * ((l - 2) * odds + l + 2) / std::pow(odds - 1, 3);
}

TEST(ConcreteMoments, HaveTheirClosedFormWithTwoClassesAtTemperatureOne) {
  EXPECT_NEAR(moment({0, 0}, 1, {1, 1}), 1.0 / 6, kMomentError);
  for (const double l : {-4.0, -1.0, .5, 1.5, 6.0}) {
    EXPECT_NEAR(moment({l, 0}, 1, {1, 1}), closed_form(l), kMomentError) << l;
    EXPECT_NEAR(moment({l + 700, 700}, 1, {1, 1}), closed_form(l), kMomentError) << l;
  }
}

// The logit of the first of two entries, times temperature, is logistic: an integral over its own uniform.
TEST(ConcreteMoments, AgreeWithAQuadratureOverTheLogisticLaw) {
  for (const double temperature : {.01, .1, .5, 1.0, 2.0, 10.0, 100.0}) {
    for (const double l : {0.0, 1.25, -5.0}) {
      for (const std::vector<unsigned>& powers :
           {std::vector<unsigned>{1, 0}, {1, 1}, {2, 0}, {2, 2}, {3, 1}, {0, 4}}) {
        const auto integrand = [&](double logistic) {
          const double score = (l + logistic) / temperature;
          const double density = 1 / (2 + std::exp(logistic) + std::exp(-logistic));
          return density * std::pow(1 / (1 + std::exp(-score)), powers[0]) *
                 std::pow(1 / (1 + std::exp(score)), powers[1]);
        };
        double expected = 0;
        // In pieces, so that the bend at the tie is resolved however cold it is.
        const double bend = 20 * std::min(1.0, temperature);
        const std::vector<double> ends = {-44, -l - bend, -l, -l + bend, 44};
        for (std::size_t i = 1; i < ends.size(); ++i) {
          expected += Quadrature::integrate(integrand, ends[i - 1], ends[i], 12, 1e-13);
        }
        EXPECT_NEAR(moment({l, 0}, temperature, powers), expected, kMomentError)
            << "temperature " << temperature << ", l " << l << ", powers " << powers[0] << " " << powers[1];
      }
    }
  }
}

// Three classes by the anchored form: the largest is categorical, and the ratios to it come from two uniforms.
TEST(ConcreteMoments, AgreeWithAQuadratureOverTheAnchoredForm) {
  const std::vector<double> logits = {.75, 0, -1};
  const std::vector<double> pi = softmax_double(logits, 1);
  for (const double temperature : {.5, 1.0, 4.0}) {
    double expected = 0;
    for (std::size_t m = 0; m < 3; ++m) {
      const std::size_t i = (m + 1) % 3, j = (m + 2) % 3;
      const auto entries = [&](double first, double second) {
        std::vector<double> x(3, 1.0);
        const double b_i = 1 / first - 1;
        const double b_j = (1 + b_i) * (1 / std::sqrt(second) - 1);
        x[i] = std::pow(1 + b_i / pi[i], -1 / temperature);
        x[j] = std::pow(1 + b_j / pi[j], -1 / temperature);
        const double sum = x[0] + x[1] + x[2];
        return x[0] * x[0] * x[2] / (sum * sum * sum);
      };
      expected += pi[m] * Quadrature::integrate(
                              [&](double u) {
                                return Quadrature::integrate([&](double v) { return entries(u, v); }, 0, 1, 10, 1e-10);
                              },
                              0, 1, 10, 1e-10);
    }
    EXPECT_NEAR(moment(logits, temperature, {2, 0, 1}), expected, 1e-9) << temperature;
  }
}

TEST(ConcreteMoments, OfAllProductsOfADegreeSumToOne) {
  for (const double temperature : {.01, .3, 1.0, 7.0, 100.0}) {
    const std::vector<double> logits = {2, -1.5, .25, 0, -3};
    const ConcreteMoments moments(logits, temperature);
    double first = 0, second = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      std::vector<unsigned> powers(5);
      powers[i] = 1;
      first += moments(powers);
      for (std::size_t j = 0; j < 5; ++j) {
        ++powers[j];
        second += moments(powers);
        --powers[j];
      }
    }
    EXPECT_NEAR(first, 1, 5 * kMomentError) << temperature;
    EXPECT_NEAR(second, 1, 25 * kMomentError) << temperature;
  }
}

// Cold samples are one-hot and hot ones uniform.
TEST(ConcreteMoments, HaveTheirLimits) {
  const std::vector<double> logits = {1, 0, -.5};
  const std::vector<double> pi = softmax_double(logits, 1);
  EXPECT_NEAR(moment(logits, .001, {0, 1, 0}), pi[1], 1e-5);
  EXPECT_NEAR(moment(logits, 1e4, {1, 1, 1}), 1.0 / 27, 1e-5);
  // What the estimator gives for a linear function tends to the exact gradient of its expectation.
  const std::vector<double> v = {1, -1, .5};
  const std::vector<double> exact = expected_one_hot_gradient_double(logits, v);
  const std::vector<double> cold = ConcreteMoments(logits, .001).scaled_gradient(v);
  for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(cold[j] / .001, exact[j], 2e-5);
}

TEST(ConcreteMoments, GiveTheMeanAndTheSquareOfAGradient) {
  const double temperature = 2;
  const ConcreteMoments moments(std::vector<double>{.5, 0}, temperature);
  const std::vector<double> v = {1, -1};
  // With two classes both entries are +-2 y (1 - y).
  const std::vector<unsigned> once = {1, 1}, twice = {2, 2};
  const std::vector<double> mean = moments.scaled_gradient(v), square = moments.squared_scaled_gradient(v);
  EXPECT_NEAR(mean[0], 2 * moments(once), kMomentError);
  EXPECT_NEAR(mean[1], -2 * moments(once), kMomentError);
  EXPECT_NEAR(square[0], 4 * moments(twice), kMomentError);
  const ConcreteMoments four(std::vector<double>{.5, 0, -1, 2}, .3);
  const std::vector<double> entries = four.scaled_gradient(std::vector<double>{1, -1, .25, .75});
  EXPECT_NEAR(std::accumulate(entries.begin(), entries.end(), 0.0), 0, kMomentError);
  for (const double zero : four.scaled_gradient(std::vector<double>(4, 3.5))) EXPECT_EQ(zero, 0);
}

TEST(ConcreteMoments, RefuseWhatHasNoAnswer) {
  EXPECT_THROW(moment({0, -HUGE_VAL}, 1, {1, 0}), std::invalid_argument);
  EXPECT_THROW(moment({0, 0}, 0, {1, 0}), std::invalid_argument);
  EXPECT_THROW(moment({0, 0}, 1e5, {1, 0}), std::invalid_argument);
  EXPECT_THROW(moment({0, 0}, 1, {0, 0}), std::invalid_argument);
  EXPECT_THROW(moment({0, 0}, 1, {5, 0}), std::invalid_argument);
  EXPECT_THROW(moment({0, 0}, 1, {1, 0, 0}), std::invalid_argument);
}

}  // namespace
}  // namespace gumbelcheck::law
