// Gumbel-softmax against 50 digits, its hard sample, its logarithm and its gradients.

#include "gumbelcheck/sampling/gumbel_softmax.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "both_types.hpp"
#include "exact.hpp"
#include "generators.hpp"
#include "gumbelcheck/sampling/noise.hpp"
#include "gumbelcheck/sampling/softmax.hpp"

namespace gumbelcheck::sampling {
namespace {

template <class T>
struct Row {
  std::vector<T> logits, noise;
  double temperature;

  Shape shape() const { return {logits.size()}; }
  std::vector<T> sample(bool hard) const {
    std::vector<T> y(logits.size());
    gumbel_softmax<T>(contiguous(logits.data(), shape()), contiguous(noise.data(), shape()),
                      {.temperature = temperature, .hard = hard}, contiguous(y.data(), shape()));
    return y;
  }
  std::vector<T> log_sample() const {
    std::vector<T> y(logits.size());
    log_gumbel_softmax<T>(contiguous(logits.data(), shape()), contiguous(noise.data(), shape()),
                          {.temperature = temperature}, contiguous(y.data(), shape()));
    return y;
  }
  std::vector<Exact> scores() const {
    std::vector<Exact> sums = exact_row(logits);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += Exact(noise[i]);
    return sums;
  }
  ExactSoftmax<T> exact() const { return {scores(), static_cast<T>(temperature)}; }
  // What the data sheets multiply the unit roundoff with, for each entry.
  std::vector<Exact> units(const ExactSoftmax<T>& exact) const {
    const std::vector<Exact> s = scores();
    Exact mean = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (exact.y[i] > 0) mean += exact.y[i] * abs(s[i]);
    }
    std::vector<Exact> made;
    for (std::size_t i = 0; i < s.size(); ++i) {
      made.push_back(kSoftmaxUnits + kSoftmaxUnitsPerScore * (abs(exact.z[i]) + exact.mean_size) +
                     (abs(s[i]) + mean) / Exact(static_cast<T>(temperature)));
    }
    return made;
  }
};

template <class T>
Row<T> any_row(std::size_t most = 40) {
  Row<T> row{*generators::logits_row<T>(1, most), {}, *generators::temperature()};
  row.noise = *rc::gen::container<std::vector<T>>(row.logits.size(), generators::noise<T>());
  return row;
}

TEST(GumbelSoftmaxProperty, WithinTheStatedError) {
  holds_for_both_types([]<class T>() {
    const Row<T> row = any_row<T>();
    const ExactSoftmax<T> exact = row.exact();
    const std::vector<Exact> units = row.units(exact);
    const std::vector<T> y = row.sample(false);
    const std::vector<T> log_y = row.log_sample();
    const Exact u = kUnitRoundoff<T>;
    for (std::size_t i = 0; i < y.size(); ++i) {
      RC_ASSERT(y[i] >= 0);
      RC_ASSERT(y[i] <= 1);
      if (std::isinf(row.logits[i])) {
        RC_ASSERT(y[i] == 0);
        RC_ASSERT(log_y[i] == -std::numeric_limits<T>::infinity());
        continue;
      }
      // To first order in u; the second takes a little more where the bound is no longer small.
      const Exact relative = u * units[i];
      const Exact allowed = relative < 1 ? relative * (1 + relative) * exact.y[i] : Exact(1);
      RC_ASSERT(abs(Exact(y[i]) - exact.y[i]) <= allowed + Exact(std::numeric_limits<T>::denorm_min()));
      RC_ASSERT(abs(Exact(log_y[i]) - exact.log_y[i]) <= u * (units[i] + abs(exact.log_y[i])));
    }
  });
}

TEST(GumbelSoftmaxProperty, HardIsOneHotAtTheLargestSum) {
  holds_for_both_types([]<class T>() {
    const Row<T> row = any_row<T>();
    std::size_t best = 0;
    for (std::size_t i = 1; i < row.logits.size(); ++i) {
      if (row.logits[i] + row.noise[i] > row.logits[best] + row.noise[best]) best = i;
    }
    const std::vector<T> hard = row.sample(true);
    for (std::size_t i = 0; i < hard.size(); ++i) RC_ASSERT(hard[i] == (i == best ? 1 : 0));
    // Also largest in the soft sample of the same noise, perhaps among others.
    const std::vector<T> soft = row.sample(false);
    RC_ASSERT(soft[best] == *std::ranges::max_element(soft));
  });
}

TEST(GumbelSoftmaxProperty, TiesGoToTheLowestIndex) {
  holds_for_both_types([]<class T>() {
    const auto classes = *rc::gen::inRange<std::size_t>(1, 20);
    const Row<T> row{std::vector<T>(classes, *generators::moderate_logit<T>()),
                     std::vector<T>(classes, *generators::noise<T>()), 1};
    std::vector<T> expected(classes, 0);
    expected[0] = 1;
    RC_ASSERT(row.sample(true) == expected);
  });
}

// At temperature 1e6 float32 rounds the soft sample to ties. The hard sample must not be read off it.
TEST(GumbelSoftmax, HardComesFromTheSumsAndNotFromTheRoundedSample) {
  random::Stream stream({.seed = 21});
  constexpr std::size_t kClasses = 4;
  int ties = 0, differing = 0;
  constexpr int kDraws = 4000;
  for (int draw = 0; draw < kDraws; ++draw) {
    Row<float> row{{.5f, 0, -.25f, .125f}, std::vector<float>(kClasses), 1e6};
    fill_gumbel(std::span(row.noise), stream);
    const std::vector<float> soft = row.sample(false), hard = row.sample(true);
    std::size_t best = 0;
    for (std::size_t i = 1; i < kClasses; ++i) {
      if (row.logits[i] + row.noise[i] > row.logits[best] + row.noise[best]) best = i;
    }
    const std::size_t from_soft = static_cast<std::size_t>(std::ranges::max_element(soft) - soft.begin());
    ties += std::ranges::count(soft, soft[from_soft]) > 1;
    differing += from_soft != best;
    ASSERT_EQ(hard[best], 1) << "draw " << draw;
  }
  // The case is there: some two per cent of the draws tie, and a part of them would go to the wrong class.
  EXPECT_GT(ties, kDraws / 200);
  EXPECT_GT(differing, 0);
}

TEST(GumbelSoftmax, LogSampleIsFiniteWhereTheSampleUnderflows) {
  const Row<float> row{{0, -1, -2}, {0, 0, 0}, .005};
  EXPECT_EQ(row.sample(false), std::vector<float>({1, 0, 0}));  // e^-200 is below the smallest float
  const std::vector<float> log_sample = row.log_sample();
  EXPECT_EQ(log_sample[0], 0);
  EXPECT_NEAR(log_sample[1], -200, 1e-4);
  EXPECT_NEAR(log_sample[2], -400, 1e-4);
}

// ---- gradients

template <class T>
struct Gradients {
  std::vector<T> by_logits;
  T by_temperature = 0;
};

template <class T>
Gradients<T> gradients_of(const Row<T>& row, const std::vector<T>& cotangent, bool hard) {
  Gradients<T> made{std::vector<T>(row.logits.size()), 0};
  gumbel_softmax_gradient<T>(contiguous(row.logits.data(), row.shape()), contiguous(row.noise.data(), row.shape()),
                             contiguous(cotangent.data(), row.shape()), {.temperature = row.temperature, .hard = hard},
                             contiguous(made.by_logits.data(), row.shape()), {&made.by_temperature, {}, {}});
  return made;
}

// <v, softmax(scores / temperature)> in 50 digits.
template <class T>
Exact weighted(const std::vector<Exact>& scores, const Exact& temperature, const std::vector<T>& cotangent) {
  std::vector<Exact> divided;
  for (const Exact& s : scores) divided.push_back(s / temperature);
  const ExactSoftmax<T> exact(divided, T(1));
  Exact sum = 0;
  for (std::size_t i = 0; i < cotangent.size(); ++i) sum += Exact(cotangent[i]) * exact.y[i];
  return sum;
}

// Against symmetric differences of the exact function, with steps so small that 25 of the 50 digits are left:
// no formula of a derivative is used. The allowance is the sheet's relative error of y, carried through.
TEST(GumbelSoftmaxProperty, GradientsAreDerivatives) {
  holds_for_both_types([]<class T>() {
    Row<T> row = any_row<T>(10);
    for (T& logit : row.logits) logit = std::isfinite(logit) ? std::clamp(logit, T(-50), T(50)) : logit;
    const auto cotangent = *rc::gen::container<std::vector<T>>(row.logits.size(), generators::cotangent<T>());
    const Gradients<T> found = gradients_of(row, cotangent, *rc::gen::arbitrary<bool>());
    const ExactSoftmax<T> exact = row.exact();
    const std::vector<Exact> units = row.units(exact);
    const std::vector<Exact> scores = row.scores();
    const Exact tau(static_cast<T>(row.temperature));
    const Exact u = kUnitRoundoff<T>;
    const Exact step = Exact("1e-12") * tau;
    Exact size = 0, error_of_mean = 0, z_error = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (isinf(scores[i])) continue;
      const Exact weight = abs(Exact(cotangent[i])) * exact.y[i];
      size += weight;
      error_of_mean += weight * u * (units[i] + 2);
      if (exact.y[i] > 0) z_error += exact.y[i] * u * (units[i] + 2) * (abs(exact.z[i]) + 1);
    }
    const Exact tiny = 16 * Exact(std::numeric_limits<T>::min()) * (1 + tau) * static_cast<int>(scores.size());
    Exact allowed_temperature = tiny;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (isinf(scores[i])) {
        RC_ASSERT(found.by_logits[i] == 0);
        continue;
      }
      std::vector<Exact> up = scores, down = scores;
      up[i] += step;
      down[i] -= step;
      const Exact expected = (weighted(up, tau, cotangent) - weighted(down, tau, cotangent)) / (2 * step);
      const Exact v = abs(Exact(cotangent[i]));
      const Exact allowed =
          (exact.y[i] * (u * (units[i] + 6) * (v + size) + 2 * error_of_mean) + tiny * (v + size)) / tau;
      RC_ASSERT(abs(Exact(found.by_logits[i]) - expected) <= allowed + tiny + Exact("1e-20") / tau);
      if (exact.y[i] > 0) {
        const Exact centred = exact.mean_size + abs(exact.z[i]);
        allowed_temperature +=
            (v * exact.y[i] * (u * (units[i] + 6) * (centred + 1) + 2 * z_error) + tiny * v * (centred + 1)) / tau;
      }
    }
    const Exact change = Exact("1e-12") * tau;
    const Exact expected =
        (weighted(scores, tau + change, cotangent) - weighted(scores, tau - change, cotangent)) / (2 * change);
    RC_ASSERT(abs(Exact(found.by_temperature) - expected) <= allowed_temperature + Exact("1e-20") / tau);
  });
}

// The derivative does not know whether the value was hardened: bit for bit.
TEST(GumbelSoftmaxProperty, GradientDoesNotReadHard) {
  holds_for_both_types([]<class T>() {
    const Row<T> row = any_row<T>();
    const auto cotangent = *rc::gen::container<std::vector<T>>(row.logits.size(), generators::cotangent<T>());
    const Gradients<T> soft = gradients_of(row, cotangent, false), hard = gradients_of(row, cotangent, true);
    RC_ASSERT(soft.by_logits == hard.by_logits);
    RC_ASSERT(soft.by_temperature == hard.by_temperature);
  });
}

// A constant cotangent is sent to zero, up to rounding, by every softmax Jacobian: why no test uses one.
TEST(GumbelSoftmaxProperty, ConstantCotangentsVanish) {
  holds_for_both_types([]<class T>() {
    Row<T> row = any_row<T>();
    row.temperature = 1;
    const std::vector<T> ones(row.logits.size(), 1);
    for (const T g : gradients_of(row, ones, false).by_logits) {
      RC_ASSERT(std::abs(g) <= 4 * static_cast<T>(row.logits.size()) * std::numeric_limits<T>::epsilon());
    }
  });
}

}  // namespace
}  // namespace gumbelcheck::sampling
