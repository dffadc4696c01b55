// The straight-through path, by finite differences with the noise frozen: the value of the hard sample is exactly
// one-hot, and its gradient is the slope of the soft sample of the same noise. For any logits, noise, temperature
// and cotangent, within a bound that is computed and not tuned.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

#include "generated_cases.hpp"
#include "gumbelcheck/gradient/agreement.hpp"
#include "gumbelcheck/gradient/directions.hpp"
#include "gumbelcheck/gradient/finite_difference.hpp"
#include "gumbelcheck/gradient/identity.hpp"
#include "gumbelcheck/sampling/gumbel_softmax.hpp"
#include "gumbelcheck/sampling/noise.hpp"
#include "gumbelcheck/sampling/straight_through.hpp"

namespace {

using namespace gumbelcheck;
using Row = std::vector<double>;

// Everything that a straight-through sample depends on. The noise is an argument: it is frozen.
struct Frozen {
  Row logits, noise, cotangent;
  double temperature = 1;
};

const std::vector<double> kTemperatures = {.01, .1, .5, 1, 2, 10, 100};

rc::Gen<Frozen> frozen_cases() {
  return rc::gen::map(rc::gen::tuple(headline::moderate_logits(12), rc::gen::arbitrary<std::uint64_t>(),
                                     rc::gen::elementOf(kTemperatures)),
                      [](const std::tuple<Row, std::uint64_t, double>& drawn) {
                        const auto& [logits, seed, temperature] = drawn;
                        random::Stream noise({.seed = seed, .purpose = random::Purpose::subject_noise});
                        random::Stream cotangent({.seed = seed, .purpose = random::Purpose::cotangent});
                        Frozen made{.logits = logits,
                                    .noise = Row(logits.size()),
                                    .cotangent = gradient::random_cotangent(cotangent, logits.size()),
                                    .temperature = temperature};
                        sampling::fill_gumbel(std::span(made.noise), noise);
                        return made;
                      });
}

sampling::View<const double> row(const Row& values) { return sampling::contiguous(values.data(), {values.size()}); }
sampling::View<double> row(Row& values) { return sampling::contiguous(values.data(), {values.size()}); }

Row soft_sample(const Frozen& frozen) {
  Row sample(frozen.logits.size());
  sampling::gumbel_softmax<double>(row(frozen.logits), row(frozen.noise), {.temperature = frozen.temperature},
                                   row(sample));
  return sample;
}

Row hard_sample(const Frozen& frozen) {
  Row sample(frozen.logits.size());
  sampling::straight_through<double>(row(frozen.logits), row(frozen.noise), {.temperature = frozen.temperature},
                                     row(sample));
  return sample;
}

Row straight_through_gradient(const Frozen& frozen) {
  Row gradient(frozen.logits.size());
  sampling::straight_through_gradient<double>(row(frozen.logits), row(frozen.noise), row(frozen.cotangent),
                                              {.temperature = frozen.temperature}, row(gradient));
  return gradient;
}

double inner(const Row& a, const Row& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

gradient::SoftRow known(const Frozen& frozen) {
  return gradient::known_row(frozen.logits, frozen.noise, frozen.temperature, gradient::arithmetic_of<double>());
}

// Holds a gradient to the central differences of <cotangent, soft sample> along a direction of signs: logits are
// moved up and down, the noise stays. True when the difference says anything.
bool hold_to_differences(gradient::Agreement& agreement, const Frozen& frozen, const Row& gradient_under_test,
                         const Row& signs) {
  const double third = gradient::logits_third_derivative(frozen.temperature);
  const double step = gradient::best_step(third, gradient::evaluation_error(known(frozen), frozen.cotangent));
  const gradient::Moved moved = gradient::moved(frozen.logits, signs, step, [](double logit) { return logit; });
  Frozen above = frozen, below = frozen;
  above.logits = moved.above;
  below.logits = moved.below;
  const double error = (gradient::evaluation_error(known(above), frozen.cotangent) +
                        gradient::evaluation_error(known(below), frozen.cotangent)) /
                       2;
  const gradient::Difference slope = gradient::central_difference(
      inner(frozen.cotangent, soft_sample(above)), inner(frozen.cotangent, soft_sample(below)), step, third,
      error + moved.displacement / frozen.temperature);
  double rounding = 0;  // of the gradient itself
  for (const gradient::Expected& entry : gradient::expected_gradient(known(frozen), frozen.cotangent)) {
    rounding += entry.bound;
  }
  return agreement.compare(inner(gradient_under_test, signs), slope.value, slope.bound + rounding,
                           [&] { return fmt::format("temperature {}, {} classes", frozen.temperature, signs.size()); });
}

// Every generated case, along four directions each.
using GradientUnderTest = Row (*)(const Frozen&);
gradient::Agreement held_to_differences(GradientUnderTest under_test, std::size_t cases) {
  gradient::Agreement agreement{.witness = "finite differences of the soft sample, the noise frozen"};
  random::Stream directions({.seed = 3, .purpose = random::Purpose::randomisation});
  for (const Frozen& frozen : headline::generated(frozen_cases(), cases)) {
    const Row gradient = under_test(frozen);
    for (int direction = 0; direction < 4; ++direction) {
      agreement.informative_rows +=
          hold_to_differences(agreement, frozen, gradient, gradient::random_signs(directions, frozen.logits.size()));
    }
  }
  return agreement;
}

// ---- the statement

RC_GTEST_PROP(StraightThroughFiniteDifferencesProperty, ValueIsExactlyOneHotAtALargestEntryOfTheSoftSample, ()) {
  const Frozen frozen = *rc::gen::noShrink(frozen_cases());
  const Row hard = hard_sample(frozen);
  const Row soft = soft_sample(frozen);
  RC_ASSERT(std::ranges::count(hard, 1.0) == 1);
  RC_ASSERT(std::ranges::count(hard, 0.0) == static_cast<std::ptrdiff_t>(hard.size()) - 1);
  const std::size_t place = static_cast<std::size_t>(std::ranges::find(hard, 1.0) - hard.begin());
  RC_ASSERT(soft[place] == *std::ranges::max_element(soft));
}

TEST(StraightThroughFiniteDifferences, GradientIsTheSlopeOfTheSoftSample) {
  const gradient::Agreement agreement = held_to_differences(straight_through_gradient, 2000);
  EXPECT_TRUE(agreement.holds()) << gradient::describe(agreement);
  EXPECT_TRUE(agreement.informative()) << gradient::describe(agreement);
}

// ---- and the test can fail

// y (v - <y,v>) / temperature for whatever is taken for y.
Row gradient_at(const Row& y, const Frozen& frozen) {
  const double mean = inner(y, frozen.cotangent);
  Row gradient(y.size());
  for (std::size_t k = 0; k < y.size(); ++k) gradient[k] = y[k] * (frozen.cotangent[k] - mean) / frozen.temperature;
  return gradient;
}

TEST(StraightThroughFiniteDifferences, RefuteAGradientEvaluatedAtTheOneHotValue) {
  const gradient::Agreement agreement =
      held_to_differences([](const Frozen& frozen) { return gradient_at(hard_sample(frozen), frozen); }, 100);
  EXPECT_GT(agreement.worst, gradient::kInformativeRatio);
}

TEST(StraightThroughFiniteDifferences, RefuteAGradientThatForgetsTheNoise) {
  const gradient::Agreement agreement = held_to_differences(
      [](const Frozen& frozen) {
        Frozen silent = frozen;
        std::ranges::fill(silent.noise, 0);
        return gradient_at(soft_sample(silent), frozen);
      },
      100);
  EXPECT_GT(agreement.worst, gradient::kInformativeRatio);
}

TEST(StraightThroughFiniteDifferences, RefuteAGradientWithoutItsTemperature) {
  const gradient::Agreement agreement = held_to_differences(
      [](const Frozen& frozen) {
        Row gradient = straight_through_gradient(frozen);
        for (double& g : gradient) g *= frozen.temperature;
        return gradient;
      },
      100);
  EXPECT_GT(agreement.worst, gradient::kInformativeRatio);
}

}  // namespace
