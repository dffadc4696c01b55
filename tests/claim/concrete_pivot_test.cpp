// The pivot of the Concrete distribution: held to a construction that runs the other way (from chosen uniforms to the
// one sample that has them), and to its own formulas in fifty digits.

#include "gumbelcheck/claim/concrete_pivot.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "gumbelcheck/statistic/engine.hpp"
#include "gumbelcheck/statistic/uniform_tables.hpp"

namespace {

using namespace gumbelcheck;
using claim::ConcretePivot;

constexpr double kSmallestNormal = 0x1p-126;  // of float32

std::vector<double> weights(std::vector<double> relative) {
  const double sum = std::accumulate(relative.begin(), relative.end(), 0.0);
  for (double& w : relative) w /= sum;
  return relative;
}

// Log of the sample whose largest entry is `largest` and whose uniforms are `u`: the inverse of the transform.
std::vector<double> log_sample_of(const std::vector<double>& p, double temperature, std::size_t largest,
                                  const std::vector<double>& u) {
  std::vector<double> log_sample(p.size(), 0.0);
  double sum = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (i == largest) continue;
    // u = ((1 + S) / (1 + S + B))^j  =>  B = (1 + S) (u^(-1/j) - 1)
    const double growth = (1 + sum) * std::expm1(-std::log(u[at]) / static_cast<double>(at + 1));
    log_sample[i] = -std::log1p(growth / p[i]) / temperature;
    sum += growth;
    ++at;
  }
  return log_sample;
}

struct AnyCase {
  std::vector<double> p;
  double temperature = 1;
  std::size_t largest = 0;
};

AnyCase any_case() {
  AnyCase made;
  const std::size_t classes = *rc::gen::inRange<std::size_t>(2, 12);
  for (std::size_t k = 0; k < classes; ++k) made.p.push_back(*rc::gen::inRange(1, 1000));
  made.p = weights(made.p);
  made.temperature = *rc::gen::element(.01, .1, .5, 1.0, 2.0, 10.0, 100.0);
  made.largest = *rc::gen::inRange<std::size_t>(0, classes);
  return made;
}

RC_GTEST_PROP(ConcretePivotProperty, RecoversTheUniformsThatMadeTheSample, ()) {
  const AnyCase tried = any_case();
  std::vector<double> u;
  for (std::size_t k = 1; k < tried.p.size(); ++k) u.push_back(*rc::gen::inRange(1, 1000) / 1000.0);
  ConcretePivot pivot({.probabilities = tried.p, .temperature = tried.temperature});
  random::Stream stream({.purpose = random::Purpose::calibration});
  const auto row = pivot.from_log_sample(log_sample_of(tried.p, tried.temperature, tried.largest, u), stream);
  RC_ASSERT(row.valid);
  RC_ASSERT(row.largest == tried.largest);
  RC_ASSERT(row.censored == 0u);
  for (std::size_t j = 0; j < u.size(); ++j) {
    RC_ASSERT(std::abs(row.uniforms[j].lower - u[j]) < 1e-9);
    RC_ASSERT(std::abs(row.uniforms[j].upper - (1 - u[j])) < 1e-9);
  }
  RC_ASSERT(stream.position() == 0u);  // nothing censored, nothing drawn
}

using Exact = boost::multiprecision::cpp_bin_float_50;

// The formulas of proofs/concrete.md as they stand there: B's added up, powers taken, no logarithm of a sum.
struct ExactRow {
  std::vector<Exact> survival;  // of each coordinate; without the factor V where censored
  Exact log_likelihood = 0;
};

ExactRow exact_row(const std::vector<double>& p, Exact temperature, std::size_t largest,
                   const std::vector<double>& sample, double ratio_limit) {
  ExactRow made;
  Exact sum = 0, observed = 0;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (i == largest) continue;
    const Exact ratio = Exact(sample[i]) / sample[largest];
    const bool censored = ratio < ratio_limit || sample[i] == 0;
    const Exact b = p[i] * (pow(censored ? Exact(ratio_limit) : ratio, -temperature) - 1);
    made.survival.push_back(pow((1 + sum) / (1 + sum + b), static_cast<int>(seen + 1)));
    sum += b;
    if (censored) continue;
    ++seen;
    observed += log(Exact(p[i])) - temperature * log(ratio);
  }
  made.log_likelihood = log(Exact(p[largest])) + seen * log(temperature) + observed - (seen + 1) * log(1 + sum);
  for (std::size_t factor = 2; factor <= seen; ++factor) made.log_likelihood += log(Exact(factor));
  return made;
}

RC_GTEST_PROP(ConcretePivotProperty, AgreesWithFiftyDigits, ()) {
  const AnyCase tried = any_case();
  const double ratio_limit = static_cast<double>(tried.p.size()) * kSmallestNormal;
  std::vector<double> sample;
  for (std::size_t k = 0; k < tried.p.size(); ++k) {
    // Close to the largest, far below it, and below the limit.
    const double exponent = *rc::gen::element(1e-6, 0.01, 1.0, 20.0, 80.0, 120.0);
    sample.push_back(k == tried.largest ? .75 : .75 * std::exp(-exponent * *rc::gen::inRange(1, 100) / 100.0));
  }
  ConcretePivot pivot({.probabilities = tried.p,
                       .temperature = tried.temperature,
                       .ratio_limit = ratio_limit,
                       .others = {.temperatures = {.97 * tried.temperature, 1.01 * tried.temperature},
                                  .logit_factors = {.97, 1.02},
                                  .classes = {0, tried.p.size() - 1},
                                  .logit_shifts = {-.05, .01}}});
  random::Stream stream({.seed = 3}), same({.seed = 3});
  const auto row = pivot.from_sample(sample, stream);
  RC_ASSERT(row.valid);
  const ExactRow exact = exact_row(tried.p, tried.temperature, tried.largest, sample, ratio_limit);
  std::size_t at = 0, censored = 0;
  for (std::size_t i = 0; i < tried.p.size(); ++i) {
    if (i == tried.largest) continue;
    Exact u = exact.survival[at];
    if (sample[i] < ratio_limit * sample[tried.largest]) {
      u *= random::uniform_pair(same()).lower;
      ++censored;
    }
    // Near both ends relative to the distance from them, down to what the sample's own rounding leaves of it.
    const double lower = static_cast<double>(u);
    const double upper = static_cast<double>(1 - u);
    RC_ASSERT(std::abs(row.uniforms[at].lower - lower) <= 1e-11 * lower + 1e-300);
    RC_ASSERT(std::abs(row.uniforms[at].upper - upper) <= 1e-11 * upper + 1e-14 * tried.temperature);
    ++at;
  }
  RC_ASSERT(row.censored == censored);
  const double factors[] = {.97, 1.01};
  for (std::size_t t = 0; t < 2; ++t) {
    const Exact other = Exact(factors[t] * tried.temperature);
    const Exact expected =
        exact_row(tried.p, other, tried.largest, sample, ratio_limit).log_likelihood - exact.log_likelihood;
    RC_ASSERT(std::abs(static_cast<double>(expected - row.log_ratios[t])) <=
              1e-12 * (1 + std::abs(row.log_ratios[t])) * 1e2);
  }
  const auto expect_ratio = [&](std::size_t place, const std::function<double(std::size_t)>& change) {
    std::vector<double> alpha;
    for (std::size_t k = 0; k < tried.p.size(); ++k) alpha.push_back(tried.p[k] * std::exp(change(k)));
    const Exact expected =
        exact_row(weights(alpha), tried.temperature, tried.largest, sample, ratio_limit).log_likelihood -
        exact.log_likelihood;
    RC_ASSERT(std::abs(static_cast<double>(expected - row.log_ratios[place])) <=
              1e-10 * (1 + std::abs(row.log_ratios[place])));
  };
  std::size_t ratio = 2;
  for (const double factor : {.97, 1.02}) {
    expect_ratio(ratio++, [&](std::size_t k) { return (factor - 1) * std::log(tried.p[k]); });
  }
  for (const std::size_t shifted : {std::size_t{0}, tried.p.size() - 1}) {
    for (const double shift : {-.05, .01}) {
      expect_ratio(ratio++, [&](std::size_t k) { return k == shifted ? shift : 0.0; });
    }
  }
  RC_ASSERT(ratio == row.log_ratios.size());
}

TEST(ConcretePivot, RejectsWhatIsNoSample) {
  ConcretePivot pivot({.probabilities = {.5, .5, 0}, .temperature = 1, .ratio_limit = 1e-30});
  random::Stream stream({});
  const double nan = std::nan("");
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(pivot.from_sample(std::vector<double>{.25, .75, 0}, stream).valid);
  EXPECT_TRUE(pivot.from_sample(std::vector<double>{0, 1, 0}, stream).valid) << "censored";
  EXPECT_FALSE(pivot.from_sample(std::vector<double>{nan, .75, 0}, stream).valid);
  EXPECT_FALSE(pivot.from_sample(std::vector<double>{infinity, .75, 0}, stream).valid);
  EXPECT_FALSE(pivot.from_sample(std::vector<double>{-.25, 1.25, 0}, stream).valid);
  EXPECT_FALSE(pivot.from_sample(std::vector<double>{0, 0, 0}, stream).valid);
  EXPECT_FALSE(pivot.from_sample(std::vector<double>{.25, .5, .25}, stream).valid) << "weight on an impossible class";
  EXPECT_FALSE(pivot.from_log_sample(std::vector<double>{-1, -2, -3}, stream).valid) << "likewise";
  EXPECT_FALSE(pivot.from_log_sample(std::vector<double>{-1, -infinity, -infinity}, stream).valid);
  EXPECT_FALSE(pivot.from_log_sample(std::vector<double>{-1, nan, -infinity}, stream).valid);
  EXPECT_TRUE(pivot.from_log_sample(std::vector<double>{-1, -2, -infinity}, stream).valid);
  ConcretePivot uncensored({.probabilities = {.5, .5}, .temperature = 1});
  EXPECT_FALSE(uncensored.from_sample(std::vector<double>{1, 0}, stream).valid) << "no limit to censor at";
}

TEST(ConcretePivot, NonsenseIsRefused) {
  EXPECT_THROW(ConcretePivot({.probabilities = {1, 0}}), std::invalid_argument);
  EXPECT_THROW(ConcretePivot({.probabilities = {.5, .5}, .temperature = 0}), std::invalid_argument);
  EXPECT_THROW(ConcretePivot({.probabilities = {.5, .5}, .temperature = std::nan("")}), std::invalid_argument);
  EXPECT_THROW(ConcretePivot({.probabilities = {.5, .5}, .ratio_limit = 1}), std::invalid_argument);
  EXPECT_THROW(ConcretePivot({.probabilities = {.5, .5}, .others = {.classes = {2}}}), std::invalid_argument);
  EXPECT_THROW(ConcretePivot({.probabilities = {.5, .5}, .others = {.logit_shifts = {.06}}}), std::invalid_argument);
  ConcretePivot pivot({.probabilities = {.5, .5}});
  random::Stream stream({});
  EXPECT_THROW(pivot.from_sample(std::vector<double>{.5, .25, .25}, stream), std::invalid_argument);
}

// A wrong subject may be as wrong as it likes: every row that is valid has uniforms and ratios that can be counted.
TEST(ConcretePivot, NumbersBeyondDoubleEndInUniformsAllTheSame) {
  const std::vector<std::vector<double>> log_samples = {
      {0, -700, -600, -1}, {0, -1e38, -2, -1e38}, {0, -1e308, -1e308, 0}, {0, 0, 0, 0}, {-1e308, 0, -1e-300, -5e-324}};
  for (const double temperature : {.01, 1.0, 100.0}) {
    for (const double limit : {0.0, 4 * kSmallestNormal}) {
      ConcretePivot pivot({.probabilities = {.1, .2, .3, .4},
                           .temperature = temperature,
                           .ratio_limit = limit,
                           .others = {.temperatures = {.97 * temperature, 1.03 * temperature},
                                      .logit_factors = {.97, 1.03},
                                      .classes = {0, 3},
                                      .logit_shifts = {-.05, .05}}});
      const statistic::UniformTables tables({.coordinates = 3});
      const statistic::Engine engine(tables.laws());
      statistic::Counts counts = engine.empty();
      statistic::UniformTables::BlockState state;
      random::Stream stream({});
      for (const std::vector<double>& log_sample : log_samples) {
        const auto row = pivot.from_log_sample(log_sample, stream);
        ASSERT_TRUE(row.valid);
        EXPECT_NO_THROW(tables.add(row.uniforms, state, counts));
        for (const double log_ratio : row.log_ratios) EXPECT_NO_THROW(statistic::ratio_units(log_ratio));
      }
    }
  }
}

TEST(ConcretePivot, TailBitsFollowWhatTheDtypeResolves) {
  EXPECT_EQ(claim::tail_bits_at_one(1, 0x1p-53), 22);
  EXPECT_EQ(claim::tail_bits_at_one(1, 0x1p-24), 19);
  EXPECT_EQ(claim::tail_bits_at_one(100, 0x1p-24), 12);
  EXPECT_LT(claim::tail_bits_at_one(1e7, 0x1p-24), 0);
  for (const double temperature : {.01, .3, 1.0, 7.0, 100.0}) {
    const int bits = claim::tail_bits_at_one(temperature, 0x1p-24);
    EXPECT_LE(std::exp2(bits), 1 / (32 * temperature * 0x1p-24));
    EXPECT_TRUE(bits == 22 || std::exp2(bits + 1) > 1 / (32 * temperature * 0x1p-24));
  }
}

TEST(ConcretePivot, WeightsAreTheDirichletPivot) {
  const std::vector<double> p = {.1, .2, .3, .4};
  ConcretePivot pivot({.probabilities = p, .temperature = .5, .others = {.temperatures = {.51}}});
  random::Stream stream({});
  const std::vector<double> log_sample = {-1, -.5, -3, -2};
  const auto row = pivot.from_log_sample(log_sample, stream);
  ASSERT_EQ(row.weights.size(), p.size());
  for (std::size_t k = 1; k < p.size(); ++k) {
    const double expected = p[k] / p[0] * std::exp(-.5 * (log_sample[k] - log_sample[0]));
    EXPECT_NEAR(row.weights[k] / row.weights[0], expected, 1e-14 * expected);
  }
}

}  // namespace
