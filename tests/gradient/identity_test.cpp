// The identity and its bound: exact on tables, equal to the high-precision law, wide enough for every right order
// of operations, and narrow enough to refuse every wrong gradient.

#include "gumbelcheck/gradient/identity.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gumbelcheck/gradient/agreement.hpp"
#include "gumbelcheck/law/softmax.hpp"
#include "row_cases.hpp"

namespace {

using namespace gumbelcheck;
using namespace gumbelcheck::gradient;
using namespace gumbelcheck::gradient::test;

std::vector<double> values(const std::vector<Expected>& expected) {
  std::vector<double> result;
  for (const Expected& e : expected) result.push_back(e.value);
  return result;
}

// ---- values

// y = (1/2, 1/4, 1/4) at logits log 2, 0, 0: with v = (1, 0, 0), s = 1/2.
TEST(Identity, OfARowThatCanBeWorkedByHand) {
  const SoftRow row = known_row(std::vector<double>{std::log(2.0), 0, 0}, {}, 1, {});
  const std::vector<double> gradient = values(expected_gradient(row, std::vector<double>{1, 0, 0}));
  EXPECT_DOUBLE_EQ(gradient[0], .25);
  EXPECT_DOUBLE_EQ(gradient[1], -.125);
  EXPECT_DOUBLE_EQ(gradient[2], -.125);
  // <v, y (<y,z> - z)>: <y,z> = log(2)/2, so 1/2 (log(2)/2 - log 2)
  EXPECT_DOUBLE_EQ(expected_temperature_gradient(row, std::vector<double>{1, 0, 0}).value, -std::log(2.0) / 4);
}

TEST(Identity, LeavesImpossibleClassesAlone) {
  const SoftRow row = known_row(std::vector<double>{0, -HUGE_VAL, 0}, {}, .5, {});
  const std::vector<Expected> gradient = expected_gradient(row, std::vector<double>{1, 1, -1});
  EXPECT_DOUBLE_EQ(gradient[0].value, 1);
  EXPECT_EQ(gradient[1].value, 0);
  EXPECT_LT(gradient[1].bound, 1e-300);
  EXPECT_EQ(expected_temperature_gradient(row, std::vector<double>{1, 1, -1}).value, 0);
}

// Far classes vanish and leave the bounds of the others alone, however coarse their own scores are.
TEST(Identity, IsNotBlurredByClassesThatVanish) {
  const Arithmetic single = arithmetic_of<float>();
  const std::vector<double> v = {1, -1, .5};
  const SoftRow far = known_row(std::vector<double>{0, .5, -1e9}, {}, .01, single);
  const SoftRow near = known_row(std::vector<double>{0, .5, -10}, {}, .01, single);
  EXPECT_TRUE(far.known_to_a_factor());
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_DOUBLE_EQ(expected_gradient(far, v)[k].value, expected_gradient(near, v)[k].value);
    EXPECT_LT(expected_gradient(far, v)[k].bound, 1.01 * expected_gradient(near, v)[k].bound);
  }
  EXPECT_TRUE(std::isfinite(expected_temperature_gradient(far, v).bound));
}

// Where float32 cannot tell the entries at all, neither can the bound: infinite, and never NaN.
TEST(Identity, KnowsNothingWhereTheScoresAreTooLarge) {
  const std::vector<double> v = {1, 1, -1};
  const SoftRow row = known_row(std::vector<double>{1e8, 1e8, 99999999}, {}, .01, arithmetic_of<float>());
  EXPECT_FALSE(row.known_to_a_factor());
  for (const Expected& e : expected_gradient(row, v)) EXPECT_EQ(e.bound, HUGE_VAL);
  EXPECT_EQ(expected_temperature_gradient(row, v).bound, HUGE_VAL);
  Agreement agreement;
  EXPECT_FALSE(agreement.compare(1.0, 2.0, HUGE_VAL, [] { return "entry"; })) << "not informative";
  EXPECT_TRUE(agreement.holds());
}

RC_GTEST_PROP(IdentityProperty, EqualsTheLawInHighPrecision, ()) {
  const std::size_t classes = *rc::gen::inRange<std::size_t>(1, 9);
  const double temperature = *rc::gen::elementOf(kTemperatures);
  std::vector<double> logits, cotangent;
  for (std::size_t k = 0; k < classes; ++k) {
    logits.push_back(*rc::gen::inRange(-4000, 4001) / 1000.0);
    cotangent.push_back(*rc::gen::inRange(-1000, 1001) / 1000.0);
  }
  const std::vector<double> law = law::softmax_gradient_double(logits, temperature, cotangent);
  const std::vector<Expected> expected =
      expected_gradient(known_row(logits, {}, temperature, arithmetic_of<double>()), cotangent);
  Agreement agreement{.witness = "high precision"};
  for (std::size_t k = 0; k < classes; ++k) {
    agreement.compare(expected[k].value, law[k], expected[k].bound, [] { return "entry"; });
  }
  if (!agreement.holds()) RC_FAIL(describe(agreement));
}

RC_GTEST_PROP(IdentityProperty, IsLinearAndForgetsAConstant, ()) {
  const std::size_t classes = *rc::gen::inRange<std::size_t>(2, 9);
  random::Stream stream({.seed = *rc::gen::arbitrary<std::uint64_t>(), .purpose = random::Purpose::cotangent});
  const RowCase<double> given = random_case<double>(stream, classes, *rc::gen::elementOf(kTemperatures));
  const SoftRow row = given.known();
  std::vector<double> moved = given.cotangent;
  for (double& v : moved) v = 2 * v + 1;
  const std::vector<Expected> once = expected_gradient(row, given.cotangent);
  const std::vector<Expected> twice = expected_gradient(row, moved);
  double sum = 0, size = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    RC_ASSERT(std::abs(twice[k].value - 2 * once[k].value) <= twice[k].bound + 2 * once[k].bound);
    sum += once[k].value;
    size += once[k].bound;
  }
  RC_ASSERT(std::abs(sum) <= size);  // softmax has sum 1 wherever it is taken
}

// An observed row knows the noise from the sample alone, and says the same.
RC_GTEST_PROP(IdentityProperty, IsTheSameFromAnObservedSample, ()) {
  random::Stream stream({.seed = *rc::gen::arbitrary<std::uint64_t>(), .purpose = random::Purpose::cotangent});
  const RowCase<double> given = random_case<double>(stream, 5, *rc::gen::elementOf(std::vector<double>{.5, 1, 10}));
  const SoftRow known = given.known();
  const SoftRow observed = observed_row(known.sample, known.size, known.temperature, known.arithmetic);
  for (std::size_t k = 0; k < 5; ++k) RC_ASSERT(std::abs(observed.gap[k] - known.gap[k]) <= observed.gap_error[k]);
  const Expected a = expected_temperature_gradient(known, given.cotangent);
  const Expected b = expected_temperature_gradient(observed, given.cotangent);
  RC_ASSERT(std::abs(a.value - b.value) <= b.bound);
  RC_ASSERT(b.bound >= a.bound);
}

// ---- bounds

struct Judged {
  Agreement sample{.witness = "softmax"};
  Agreement gradient{.witness = "identity"};
  Agreement temperature{.witness = "identity for the temperature"};
};

template <class T>
void judge(Judged& judged, const RowCase<T>& given) {
  const SoftRow row = given.known();
  const std::vector<double> v = given.wide_cotangent();
  const std::vector<Expected> expected = expected_gradient(row, v);
  const Expected expected_temperature = expected_temperature_gradient(row, v);
  const auto place = [&] { return fmt::format("temperature {}", given.temperature); };
  for (const Order order : kOrders) {
    const std::vector<T> z = scores(given, order);
    const std::vector<T> y = softmax(z);
    for (std::size_t k = 0; k < y.size(); ++k) {
      const double floor = (static_cast<double>(y.size()) + 4) * row.arithmetic.smallest_normal;
      judged.sample.compare(y[k], row.sample[k], row.sample[k] * std::expm1(row.rounding[k]) + floor, place);
    }
    for (const Form form : kForms) {
      const std::vector<T> gradient = gradient_of(y, given.cotangent, given.temperature, form);
      for (std::size_t k = 0; k < y.size(); ++k) {
        judged.gradient.compare(gradient[k], expected[k].value, expected[k].bound, place);
      }
    }
    for (const TemperatureForm form : kTemperatureForms) {
      judged.temperature.compare(temperature_gradient_of(y, z, given.cotangent, given.temperature, form),
                                 expected_temperature.value, expected_temperature.bound, place);
    }
  }
}

template <class T>
class IdentityBound : public testing::Test {};
using Dtypes = testing::Types<float, double>;
TYPED_TEST_SUITE(IdentityBound, Dtypes);

// More than 100,000 entries, in every order that a framework uses, at every temperature: none beyond its bound,
// and some near enough to show that the bound is not idle.
TYPED_TEST(IdentityBound, HoldsForEveryOrderOfOperations) {
  random::Stream stream({.seed = 5, .purpose = random::Purpose::calibration});
  Judged judged;
  for (const double temperature : kTemperatures) {
    for (int n = 0; n < 1000; ++n) {
      judge(judged, random_case<TypeParam>(stream, 2 + static_cast<std::size_t>(n) % 9, temperature));
    }
  }
  EXPECT_GT(judged.gradient.comparisons, 100000u);
  for (const Agreement* agreement : {&judged.sample, &judged.gradient, &judged.temperature}) {
    EXPECT_TRUE(agreement->holds()) << describe(*agreement);
    EXPECT_GT(agreement->worst, .02) << agreement->witness << ": the bound is far from anything that happens";
  }
}

// Where the largest score is near zero, the rounding of the others is not small against it: a bound that counted
// only u (|z_i| + |z_max| + |z_i - z_max|) is exceeded here, in float32, by an implementation that divides first.
TYPED_TEST(IdentityBound, HoldsWhereTheLargestScoreIsNearZero) {
  random::Stream stream({.seed = 6, .purpose = random::Purpose::calibration});
  Judged judged;
  bool narrower_fails = false;
  for (const double temperature : {.01, .1}) {
    for (int n = 0; n < 20000; ++n) {
      const RowCase<TypeParam> given =
          with_largest_score_at_zero(random_case<TypeParam>(stream, 2 + static_cast<std::size_t>(n) % 5, temperature));
      judge(judged, given);
      const SoftRow row = given.known();
      const std::vector<TypeParam> y = softmax(scores(given, Order::divide_first));
      const double u = row.arithmetic.unit_roundoff;
      for (std::size_t k = 0; k < y.size(); ++k) {
        const double score = row.gap[k];  // the largest is (nearly) zero
        const double narrower = 2 * u * score + static_cast<double>(y.size() + 5) * u;
        narrower_fails |= row.sample[k] > 1e-30 && std::abs(y[k] - row.sample[k]) > 1.1 * narrower * row.sample[k];
      }
    }
  }
  for (const Agreement* agreement : {&judged.sample, &judged.gradient, &judged.temperature}) {
    EXPECT_TRUE(agreement->holds()) << describe(*agreement);
  }
  if (std::is_same_v<TypeParam, float>) {
    EXPECT_TRUE(narrower_fails);
  }
}

// Sample and gradient may come from two paths that round differently, and the noise need not be known: the bound
// of an observed row allows for both.
TYPED_TEST(IdentityBound, HoldsBetweenTwoPathsOfOneImplementation) {
  random::Stream stream({.seed = 13, .purpose = random::Purpose::calibration});
  Agreement entries{.witness = "identity on an observed sample"};
  Agreement temperatures{.witness = "identity for the temperature on an observed sample"};
  for (const double temperature : kTemperatures) {
    for (int n = 0; n < 1000; ++n) {
      const RowCase<TypeParam> given = random_case<TypeParam>(stream, 2 + static_cast<std::size_t>(n) % 9, temperature);
      const SoftRow known = given.known();
      const std::vector<double> v = given.wide_cotangent();
      for (const Order of_sample : kOrders) {
        const std::vector<TypeParam> sample = softmax(scores(given, of_sample));
        const SoftRow row = observed_row({sample.begin(), sample.end()}, known.size, temperature, known.arithmetic);
        const std::vector<Expected> expected = expected_gradient(row, v);
        const Expected expected_temperature = expected_temperature_gradient(row, v);
        const auto place = [&] { return fmt::format("temperature {}", temperature); };
        for (const Order of_gradient : kOrders) {
          const std::vector<TypeParam> z = scores(given, of_gradient);
          const std::vector<TypeParam> y = softmax(z);
          const std::vector<TypeParam> gradient = gradient_of(y, given.cotangent, temperature, Form::spread);
          for (std::size_t k = 0; k < y.size(); ++k) {
            entries.compare(gradient[k], expected[k].value, expected[k].bound, place);
          }
          temperatures.compare(
              temperature_gradient_of(y, z, given.cotangent, temperature, TemperatureForm::through_the_scores),
              expected_temperature.value, expected_temperature.bound, place);
        }
      }
    }
  }
  for (const Agreement* agreement : {&entries, &temperatures}) {
    EXPECT_TRUE(agreement->holds()) << describe(*agreement);
    EXPECT_GT(agreement->worst, .02) << agreement->witness << ": the bound is far from anything that happens";
  }
}

TYPED_TEST(IdentityBound, IsExceededByWrongGradients) {
  for (const WrongGradient<TypeParam>& wrong : wrong_gradients<TypeParam>()) {
    for (const double temperature : {.1, .5, 2.0, 10.0}) {
      random::Stream stream({.seed = 7, .purpose = random::Purpose::calibration});
      Agreement agreement{.witness = wrong.name};
      for (int n = 0; n < 100; ++n) {
        const RowCase<TypeParam> given = random_case<TypeParam>(stream, 6, temperature);
        const std::vector<Expected> expected = expected_gradient(given.known(), given.wide_cotangent());
        const std::vector<TypeParam> gradient = wrong.of(given, softmax(scores(given, Order::divide_first)));
        for (std::size_t k = 0; k < gradient.size(); ++k) {
          agreement.compare(gradient[k], expected[k].value, expected[k].bound, [] { return "entry"; });
        }
      }
      EXPECT_GT(agreement.worst, kInformativeRatio) << wrong.name << " at temperature " << temperature;
    }
  }
}

// Why cotangents are never constant: with a constant one the right gradient is zero, and so is each of these.
TYPED_TEST(IdentityBound, IsBlindWithAConstantCotangent) {
  std::size_t blind = 0;
  for (const WrongGradient<TypeParam>& wrong : wrong_gradients<TypeParam>()) {
    random::Stream stream({.seed = 8, .purpose = random::Purpose::calibration});
    Agreement agreement{.witness = wrong.name};
    bool informative = false;
    for (int n = 0; n < 100; ++n) {
      RowCase<TypeParam> given = random_case<TypeParam>(stream, 6, .5);
      std::ranges::fill(given.cotangent, TypeParam(1));
      const std::vector<Expected> expected = expected_gradient(given.known(), given.wide_cotangent());
      const std::vector<TypeParam> gradient = wrong.of(given, softmax(scores(given, Order::divide_first)));
      // What is left of zero is rounding, but of the wrong formula: that of the row's largest entry, and twice that
      // where 1/temperature, which is 2, comes once too often.
      double rounding = 0;
      for (const Expected& e : expected) rounding = std::max(rounding, 2 * e.bound);
      for (std::size_t k = 0; k < gradient.size(); ++k) {
        informative |= agreement.compare(gradient[k], expected[k].value, rounding, [] { return "entry"; });
      }
    }
    EXPECT_FALSE(informative) << "a constant cotangent shows nothing";
    blind += agreement.holds();
  }
  EXPECT_EQ(blind, wrong_gradients<TypeParam>().size()) << "every one of them passes";
}

}  // namespace
