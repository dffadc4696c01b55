// The Concrete density against its formula in 50 digits, its limits at the edge of the simplex, and its
// derivatives against differences of that formula.

#include "gumbelcheck/sampling/concrete_density.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "both_types.hpp"
#include "exact.hpp"
#include "generators.hpp"
#include "gumbelcheck/sampling/gumbel_softmax.hpp"

namespace gumbelcheck::sampling {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// As the definition has it, term by term; `simplex`: of x, else of log x.
Exact exact_log_density(const std::vector<Exact>& logits, const std::vector<Exact>& log_value, const Exact& t,
                        bool simplex) {
  const int classes = static_cast<int>(logits.size());
  Exact sum = 0, total = (classes - 1) * log(t);
  for (int k = 2; k < classes; ++k) total += log(Exact(k));
  for (std::size_t i = 0; i < logits.size(); ++i) {
    total += logits[i] - (simplex ? t + 1 : t) * log_value[i];
    sum += exp(logits[i] - t * log_value[i]);
  }
  return total - classes * log(sum);
}

template <class T>
struct Point {
  std::vector<T> logits, value, log_value;  // value and log_value: of one sample, each rounded by itself
  double temperature;

  Shape shape() const { return {logits.size()}; }
  View<const T> view(const std::vector<T>& row) const { return contiguous(row.data(), shape()); }
  std::vector<Exact> exact_log(bool simplex) const {
    std::vector<Exact> logs;
    for (std::size_t i = 0; i < value.size(); ++i) logs.push_back(simplex ? log(Exact(value[i])) : Exact(log_value[i]));
    return logs;
  }
  T density(bool simplex) const {
    T out = 0;
    if (simplex) {
      concrete_log_density<T>(view(logits), view(value), {.temperature = temperature}, {&out, {}, {}});
    } else {
      log_concrete_log_density<T>(view(logits), view(log_value), {.temperature = temperature}, {&out, {}, {}});
    }
    return out;
  }
};

// A sample of moderate logits, perhaps of another temperature than that of the density.
template <class T>
Point<T> any_point(bool positive) {
  Point<T> point{*generators::row_of(generators::moderate_logit<T>(), 1, 12), {}, {}, *generators::temperature()};
  const auto noise = *rc::gen::container<std::vector<T>>(point.logits.size(), generators::noise<T>());
  const double drawn_at = *rc::gen::element(1.0, .5, 2.0, 8.0, .2);
  point.value.resize(noise.size());
  point.log_value.resize(noise.size());
  gumbel_softmax<T>(point.view(point.logits), point.view(noise), {.temperature = drawn_at},
                    contiguous(point.value.data(), point.shape()));
  log_gumbel_softmax<T>(point.view(point.logits), point.view(noise), {.temperature = drawn_at},
                        contiguous(point.log_value.data(), point.shape()));
  if (positive) RC_PRE(std::ranges::all_of(point.value, [](T x) { return x > 0; }));
  return point;
}

TEST(ConcreteDensityProperty, WithinTheStatedError) {
  holds_for_both_types([]<class T>() {
    const Point<T> point = any_point<T>(true);
    const Exact t(static_cast<T>(point.temperature));
    for (const bool simplex : {true, false}) {
      const std::vector<Exact> log_value = point.exact_log(simplex);
      const Exact expected = exact_log_density(exact_row(point.logits), log_value, t, simplex);
      const Exact classes(static_cast<double>(point.logits.size()));
      Exact size = abs(lgamma(classes)) + (classes - 1) * abs(log(t)), largest = 0;
      for (std::size_t i = 0; i < log_value.size(); ++i) {
        const Exact logit = abs(Exact(point.logits[i]));
        size += logit + (simplex ? t + 1 : t) * abs(log_value[i]);
        largest = std::max(largest, Exact(logit + t * abs(log_value[i])));
      }
      size += classes * (largest + log(classes));
      const Exact allowed = Exact(kUnitRoundoff<T>) * abs(expected) + kDensityUnits * Exact(0x1p-53) * size;
      RC_ASSERT(abs(Exact(point.density(simplex)) - expected) <= allowed);
    }
  });
}

// What the sampler returns has a log-density, zeros and all: never NaN, and finite in logs.
TEST(ConcreteDensityProperty, NeverNaNAtASample) {
  holds_for_both_types([]<class T>() {
    Point<T> point = any_point<T>(false);
    RC_ASSERT(!std::isnan(point.density(true)));
    RC_ASSERT(std::isfinite(point.density(false)));
    // An impossible class takes no part.
    const T alone = point.density(true), alone_log = point.density(false);
    const auto at = static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, point.logits.size() + 1));
    constexpr T inf = std::numeric_limits<T>::infinity();
    point.logits.insert(point.logits.begin() + at, -inf);
    point.value.insert(point.value.begin() + at, 0);
    point.log_value.insert(point.log_value.begin() + at, -inf);
    RC_ASSERT(point.density(true) == alone);
    RC_ASSERT(point.density(false) == alone_log);
    // Off its face there is no mass.
    point.value[static_cast<std::size_t>(at)] = std::numeric_limits<T>::min();
    point.log_value[static_cast<std::size_t>(at)] = -80;
    RC_ASSERT(point.density(true) == -inf);
    RC_ASSERT(point.density(false) == -inf);
  });
}

TEST(ConcreteDensityProperty, ShiftedLogitsGiveTheSameDensity) {
  holds_for_both_types([]<class T>() {
    Point<T> point = any_point<T>(true);
    const T before = point.density(true);
    for (T& logit : point.logits) logit += 4;  // exact: logits are multiples of 1/256
    const double size = 64 + std::abs(static_cast<double>(before));
    RC_ASSERT(std::abs(static_cast<double>(point.density(true) - before)) <=
              size * static_cast<double>(point.logits.size()) * (1 + point.temperature) * 1e2 *
                  static_cast<double>(std::numeric_limits<T>::epsilon()));
  });
}

// ---- zeros

double density_at(const std::vector<double>& logits, const std::vector<double>& value, double temperature) {
  return Point<double>{logits, value, {}, temperature}.density(true);
}

TEST(ConcreteDensity, OneZeroHasItsLimit) {
  for (std::size_t classes = 2; classes < 7; ++classes) {
    std::vector<double> logits(classes, .5), value(classes, 1.0 / static_cast<double>(classes - 1));
    logits[0] = -1;
    value[classes - 1] = 0;
    const double threshold = 1 / static_cast<double>(classes - 1);
    EXPECT_EQ(density_at(logits, value, threshold * .999), kInfinity) << classes;
    EXPECT_EQ(density_at(logits, value, threshold * 1.001), -kInfinity) << classes;
    // The limit is where the values tend to.
    std::vector<double> near = value;
    near[classes - 1] = 1e-300;
    EXPECT_GT(density_at(logits, near, threshold * .9), 25);
    EXPECT_LT(density_at(logits, near, threshold * 1.1), -25);
  }
}

// At 1/(K-1), as doubles hold it: exactly for K = 2, 3 and 5, where the limit is finite; one third is held
// a little below, so K = 4 is on the infinite side, and stays there in float, which holds it a little above.
TEST(ConcreteDensity, AtTheThresholdTheLimitIsFinite) {
  for (const std::size_t classes : {2u, 3u, 5u}) {
    const double threshold = 1 / static_cast<double>(classes - 1);
    std::vector<double> logits(classes, .25), value(classes, threshold);
    logits[1] = -1;
    value[1] = 0;
    const double limit = density_at(logits, value, threshold);
    ASSERT_TRUE(std::isfinite(limit));
    value[1] = 1e-290;
    EXPECT_NEAR(density_at(logits, value, threshold), limit, 1e-9) << classes;
  }
  EXPECT_EQ(density_at({0, 0, 0, 0}, {1. / 3, 1. / 3, 1. / 3, 0}, 1. / 3), kInfinity);
  const Point<float> narrow{{0, 0, 0, 0}, {1.f / 3, 1.f / 3, 1.f / 3, 0}, {}, 1. / 3};
  EXPECT_EQ(narrow.density(true), -std::numeric_limits<float>::infinity());
}

// One after the other: infinite up to and including 1/(K-1), zero above.
TEST(ConcreteDensity, SeveralZerosOneAfterTheOther) {
  const std::vector<double> logits = {0, 1, -1, 2, .5}, value = {0, .5, 0, .5, 0};
  EXPECT_EQ(density_at(logits, value, .2), kInfinity);
  EXPECT_EQ(density_at(logits, value, .25), kInfinity);
  EXPECT_EQ(density_at(logits, value, .26), -kInfinity);
  EXPECT_EQ(density_at(logits, value, 4), -kInfinity);
  // The path: each far below the one before.
  EXPECT_GT(density_at(logits, {1e-100, .5, 1e-200, .5, 1e-300}, .25), 100);
  EXPECT_LT(density_at(logits, {.01, .48, .01, .5, 1e-300}, .26), 0);
}

TEST(ConcreteDensity, LogSampleOfAZeroEntryHasNoMass) {
  const Point<double> point{{0, 1}, {}, {0, -kInfinity}, .1};
  EXPECT_EQ(point.density(false), -kInfinity);
}

TEST(ConcreteDensity, OneClassIsCertain) {
  EXPECT_EQ(density_at({3}, {1}, .7), 0);
  EXPECT_EQ(density_at({-kInfinity, 3}, {0, 1}, .7), 0);
}

// Two classes, temperature 1, equal logits: x is uniform.
TEST(ConcreteDensity, UniformCase) {
  for (const double x : {.5, .25, 1e-10, 1 - 1e-10}) EXPECT_NEAR(density_at({2, 2}, {x, 1 - x}, 1), 0, 1e-14);
}

TEST(ConcreteDensity, ExtremeTemperaturesAndLogitsGiveNoNaN) {
  const double huge = std::numeric_limits<double>::max();
  for (const double t : {huge, 1e300, 1e-300, 5e-324}) {
    for (const double logit : {0.0, huge, -huge}) {
      for (const double x : {.5, 1e-300, 5e-324}) {
        const Point<double> point{{logit, -logit}, {x, 1 - x}, {std::log(x), std::log1p(-x)}, t};
        EXPECT_FALSE(std::isnan(point.density(true))) << t << " " << logit << " " << x;
        EXPECT_FALSE(std::isnan(point.density(false))) << t << " " << logit << " " << x;
      }
    }
  }
}

// What is beyond the range of T is -inf, and its derivatives are still right.
TEST(ConcreteDensity, DensitiesThatOverflowHaveDerivatives) {
  const double huge = std::numeric_limits<double>::max();
  EXPECT_EQ(density_at({huge, -huge}, {.5, .5}, 1), -kInfinity);
  EXPECT_EQ(density_at({huge, -huge, 0}, {.25, .5, .25}, 1), -kInfinity);
  for (const Point<double>& far :
       {Point<double>{{0, 0}, {}, {0, -1e300}, 1e300}, Point<double>{{0, 0}, {}, {0, -1e300}, 10}}) {
    EXPECT_EQ(far.density(false) == -kInfinity, far.temperature > 1e10);
    std::vector<double> by_logits(2), by_log_value(2);
    log_concrete_log_density_gradient<double>(far.view(far.logits), far.view(far.log_value),
                                              {.temperature = far.temperature},
                                              {.logits = contiguous(by_logits.data(), {2}),
                                               .value = contiguous(by_log_value.data(), {2}),
                                               .temperature = {}});
    // The lower entry alone makes up the sum: y = (0, 1).
    EXPECT_EQ(by_logits, (std::vector<double>{1, -1}));
    EXPECT_EQ(by_log_value, (std::vector<double>{-far.temperature, far.temperature}));
  }
}

// ---- derivatives

template <class T>
void expect_derivatives(bool simplex) {
  const Point<T> point = any_point<T>(true);
  const std::size_t classes = point.logits.size();
  std::vector<T> by_logits(classes), by_value(classes);
  T by_temperature = 0;
  const DensityGradient<T> wanted{.logits = contiguous(by_logits.data(), point.shape()),
                                  .value = contiguous(by_value.data(), point.shape()),
                                  .temperature = {&by_temperature, {}, {}}};
  if (simplex) {
    concrete_log_density_gradient<T>(point.view(point.logits), point.view(point.value),
                                     {.temperature = point.temperature}, wanted);
  } else {
    log_concrete_log_density_gradient<T>(point.view(point.logits), point.view(point.log_value),
                                         {.temperature = point.temperature}, wanted);
  }
  const std::vector<Exact> logits = exact_row(point.logits), log_value = point.exact_log(simplex);
  const Exact t(static_cast<T>(point.temperature));
  const Exact u = kUnitRoundoff<T>;
  // Symmetric differences with a step far below the rounding of T, and 50 digits to lose half of.
  const auto slope = [&](auto density) -> Exact {
    const Exact step("1e-15");
    return (density(step) - density(-step)) / (2 * step);
  };
  Exact largest = 0, scores_sum = 0;
  std::vector<Exact> weight;
  for (std::size_t i = 0; i < classes; ++i) {
    largest = std::max(largest, Exact(abs(logits[i]) + t * abs(log_value[i])));
    weight.push_back(exp(logits[i] - t * log_value[i]));
    scores_sum += weight.back();
  }
  const auto excess_error = [&](std::size_t i) -> Exact {
    return kDensityGradientUnits * Exact(0x1p-53) *
               (static_cast<double>(classes) * weight[i] / scores_sum * (1 + largest)) +
           Exact(0x1p-52);
  };
  Exact temperature_error = Exact(0x1p-51) * static_cast<double>(classes) / t;
  for (std::size_t i = 0; i < classes; ++i) {
    const Exact expected_logit = slope([&](const Exact& h) {
      std::vector<Exact> moved = logits;
      moved[i] += h;
      return exact_log_density(moved, log_value, t, simplex);
    });
    RC_ASSERT(abs(Exact(by_logits[i]) - expected_logit) <= u * abs(expected_logit) + excess_error(i) + Exact("1e-24"));
    const Exact expected_log = slope([&](const Exact& h) {
      std::vector<Exact> moved = log_value;
      moved[i] += h;
      return exact_log_density(logits, moved, t, simplex);
    });
    const Exact x = simplex ? Exact(point.value[i]) : Exact(1);
    const Exact allowed =
        u * 2 * (abs(expected_log) + (simplex ? 1 : 0)) + t * excess_error(i) + (1 + t) * (1 + t) * Exact("1e-20");
    if (abs(expected_log / x) > Exact(std::numeric_limits<T>::max()) / 2) continue;  // beyond T
    RC_ASSERT(abs(Exact(by_value[i]) * x - expected_log) <= allowed);
    temperature_error += (excess_error(i) + Exact(0x1p-52)) * abs(log_value[i]);
  }
  const Exact expected =
      slope([&](const Exact& h) { return exact_log_density(logits, log_value, t * (1 + h), simplex); }) / t;
  RC_ASSERT(abs(Exact(by_temperature) - expected) <= u * abs(expected) + temperature_error + Exact("1e-18") / t);
}

TEST(ConcreteDensityProperty, DerivativesOfTheDensity) {
  holds_for_both_types([]<class T>() { expect_derivatives<T>(true); });
}
TEST(ConcreteDensityProperty, DerivativesOfTheDensityOfTheLogarithm) {
  holds_for_both_types([]<class T>() { expect_derivatives<T>(false); });
}

// Each of the three may be asked for alone, and classes of probability zero have none.
TEST(ConcreteDensity, DerivativesOfAClassThatTakesNoPartAreZero) {
  const Point<double> point{{.5, -kInfinity, -1}, {.25, 0, .75}, {}, .5};
  const Point<double> face{{.5, -1}, {.25, .75}, {}, .5};
  std::vector<double> out(3), face_out(2);
  for (const bool by_value : {false, true}) {
    const auto wanted = [&](const Point<double>& p, std::vector<double>& to) {
      const View<double> view = contiguous(to.data(), p.shape());
      concrete_log_density_gradient<double>(
          p.view(p.logits), p.view(p.value), {.temperature = p.temperature},
          {.logits = by_value ? View<double>{} : view, .value = by_value ? view : View<double>{}, .temperature = {}});
    };
    wanted(point, out);
    wanted(face, face_out);
    EXPECT_EQ(out, (std::vector<double>{face_out[0], 0, face_out[1]}));
  }
}

}  // namespace
}  // namespace gumbelcheck::sampling
