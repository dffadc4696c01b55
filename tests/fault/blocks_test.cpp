// The blocks that faults are made of: with nothing wrong put into them they are right, so that what a fault
// is refuted for is what the fault says.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/fault/straight_through_value.hpp"
#include "gumbelcheck/fault/with_density.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"
#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/sampling/noise.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace {

using namespace gumbelcheck;
using namespace gumbelcheck::fault;
using subject::Dtype;
using subject::Operation;

const std::vector<double> kLogits = {.5, 0, -1, .25, 1, -.5, 2, -2, 0, .125, .75, -.25};

subject::Question question(Operation operation, Dtype dtype, int axis = -1) {
  subject::Question asked;
  asked.call = operation;
  asked.dtype = dtype;
  asked.axis = axis;
  asked.temperature = .5;
  asked.seed = 11;
  asked.draws = 40;
  asked.arrays.push_back({"logits", subject::real_array({2, 3, 2}, kLogits, dtype)});
  return asked;
}

subject::Answer answer_of(subject::Subject subject, const subject::Question& asked) {
  return std::get<subject::Answer>(subject.ask(asked));
}

subject::Answer right_answer(const subject::Question& asked) { return answer_of(subject::Reference(), asked); }

bool refuses(subject::Subject subject, const subject::Question& asked) {
  return std::holds_alternative<subject::Refusal>(subject.ask(asked));
}

// ---- rows

TEST(Rows, LieAlongTheirAxisInCOrderOfTheOthers) {
  const Rows rows = rows_along({2, 3, 2}, 1);
  EXPECT_EQ(rows.classes, 3u);
  EXPECT_EQ(rows.stride, 2u);
  EXPECT_EQ(rows.elements, 12u);
  EXPECT_EQ(rows.starts, (std::vector<std::size_t>{0, 1, 6, 7}));
  EXPECT_EQ(rows.reduced, (subject::Shape{2, 2}));
  EXPECT_EQ(rows_along({2, 3, 2}, -2).starts, rows.starts);
  const subject::Array array = subject::real_array({2, 3, 2}, kLogits, Dtype::float64);
  EXPECT_EQ(row_of(array, rows, 0, 1), (std::vector<double>{0, .25, -.5}));
}

TEST(Rows, OfDrawsFollowEachOther) {
  const subject::Array array = subject::real_array({2, 3}, {0, 1, 2, 3, 4, 5}, Dtype::float64);
  const Rows rows = rows_along({3}, 0);
  EXPECT_EQ(row_of(array, rows, 1, 0), (std::vector<double>{3, 4, 5}));
}

TEST(Rows, RefuseWhatIsBadInput) {
  EXPECT_THROW(rows_along({2, 3}, 2), std::invalid_argument);
  const auto asked_with = [](std::vector<double> logits, double temperature, int axis) {
    subject::Question asked;
    asked.temperature = temperature;
    asked.axis = axis;
    asked.arrays.push_back({"logits", subject::real_array({logits.size()}, logits, Dtype::float64)});
    return asked_rows(asked);
  };
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_NO_THROW(asked_with({0, -infinity}, 1, 0));
  EXPECT_THROW(asked_with({0, std::nan("")}, 1, 0), std::invalid_argument);
  EXPECT_THROW(asked_with({0, infinity}, 1, 0), std::invalid_argument);
  EXPECT_THROW(asked_with({-infinity, -infinity}, 1, 0), std::invalid_argument);
  EXPECT_THROW(asked_with({0, 1}, 0, 0), std::invalid_argument);
  EXPECT_THROW(asked_with({0, 1}, -1, 0), std::invalid_argument);
  EXPECT_THROW(asked_with({0, 1}, 1, 1), std::invalid_argument);
}

// ---- altered

TEST(Altered, AnswersAsTheBuiltInImplementationWhereNothingIsChanged) {
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    const subject::Question asked = question(Operation::gumbel_softmax, dtype, 1);
    EXPECT_EQ(answer_of(altered({.operations = {Operation::gumbel_softmax}}), asked).arrays.at(0).array.data,
              right_answer(asked).arrays.at(0).array.data);
  }
}

TEST(Altered, OffersWhatItWasToldAndNothingElse) {
  const subject::Subject subject = altered({.operations = {Operation::softmax}, .dtypes = {Dtype::float32}});
  EXPECT_EQ(subject.describe().operations.size(), 1u);
  EXPECT_NE(subject.describe().offer(Operation::softmax), nullptr);
  EXPECT_EQ(subject.describe().dtypes, std::vector{Dtype::float32});
  EXPECT_THROW(altered({.operations = {Operation::softmax}, .dtypes = {Dtype::float16}}), std::invalid_argument);
}

TEST(Altered, ChangesTheLogitsAlongTheAxisAskedFor) {
  subject::Question asked = question(Operation::softmax, Dtype::float64, 1);
  std::vector<std::vector<double>> seen;
  change_logits(asked, [&](std::vector<double>& row) {
    seen.push_back(row);
    row = {1, 2, 3};
  });
  EXPECT_EQ(seen, (std::vector<std::vector<double>>{{.5, -1, 1}, {0, .25, -.5}, {2, 0, .75}, {-2, .125, -.25}}));
  EXPECT_EQ(asked.find("logits")->as<double>(), (std::vector<double>{1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3}));
}

TEST(Altered, ChangesEachRowOfEachDrawBesideItsLogits) {
  const subject::Question asked = question(Operation::gumbel_softmax, Dtype::float64, 1);
  subject::Answer answer = right_answer(asked);
  std::size_t count = 0;
  change_rows(asked, answer, "sample", [&](const std::vector<double>& logits, std::vector<double>& row) {
    const std::vector<double> second_row = {0, .25, -.5};
    EXPECT_EQ(count % 4 == 1, logits == second_row);
    EXPECT_NEAR(row[0] + row[1] + row[2], 1, 1e-12);
    row = {static_cast<double>(count++), 0, 0};
  });
  EXPECT_EQ(count, 160u);
  // Row 1 of a draw begins at its element 1.
  EXPECT_EQ(answer.find("sample")->as<double>().at(12 * 5 + 1), 21);
}

TEST(Altered, RefusesBadInputThatItMeetsFirst) {
  const Alteration touching{.operations = {Operation::softmax},
                            .question = [](subject::Question& q) { change_logits(q, [](auto&) {}); }};
  EXPECT_TRUE(refuses(altered(touching), question(Operation::softmax, Dtype::float64, 3)));
}

// ---- noise_sampler

NoiseSampler right_noise(std::vector<Operation> operations) {
  return {.operations = std::move(operations), .dtypes = {Dtype::float32, Dtype::float64}, .noise = [](auto word) {
            return sampling::gumbel(random::uniform_pair(word));
          }};
}

TEST(NoiseSampler, DrawsOneWordAnEntryInOrder) {
  subject::Question asked = question(Operation::gumbel, Dtype::float64);
  asked.arrays.clear();
  const std::vector<double> noise =
      answer_of(noise_sampler(right_noise({Operation::gumbel})), asked).find("noise")->as<double>();
  ASSERT_EQ(noise.size(), 40u);
  random::Stream stream({.seed = 11, .purpose = random::Purpose::fault});
  for (const double g : noise) EXPECT_EQ(g, sampling::gumbel(random::uniform_pair(stream())));
}

TEST(NoiseSampler, PathsShareTheirNoise) {
  const std::vector<Operation> operations = {Operation::gumbel_max, Operation::gumbel_softmax};
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    const std::vector<std::int64_t> index =
        answer_of(noise_sampler(right_noise(operations)), question(Operation::gumbel_max, dtype, 1))
            .find("index")
            ->as<std::int64_t>();
    subject::Question asked = question(Operation::gumbel_softmax, dtype, 1);
    const subject::Array soft = *answer_of(noise_sampler(right_noise(operations)), asked).find("sample");
    asked.hard = true;
    const subject::Array hard = *answer_of(noise_sampler(right_noise(operations)), asked).find("sample");
    EXPECT_EQ(soft.shape, (subject::Shape{40, 2, 3, 2}));
    const Rows rows = rows_along({2, 3, 2}, 1);
    for (std::size_t draw = 0; draw < 40; ++draw) {
      for (std::size_t row = 0; row < 4; ++row) {
        const std::vector<double> y = row_of(soft, rows, draw, row);
        const auto chosen = static_cast<std::size_t>(index[draw * 4 + row]);
        EXPECT_EQ(y[chosen], *std::ranges::max_element(y));
        EXPECT_NEAR(y[0] + y[1] + y[2], 1, 1e-6);
        for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(row_of(hard, rows, draw, row)[k], k == chosen ? 1 : 0);
      }
    }
  }
}

TEST(NoiseSampler, TakesInjectedUniformsInCOrderAndLetsInfinitiesThrough) {
  NoiseSampler parts = right_noise({Operation::gumbel, Operation::gumbel_softmax});
  parts.injected = unguarded_gumbel;
  parts.endpoints = true;
  subject::Question asked = question(Operation::gumbel, Dtype::float64);
  asked.draws = 4;
  asked.arrays = {{"uniform", {.shape = {4}, .data = std::vector<double>{0, .25, .75, 1}}}};
  const std::vector<double> noise = answer_of(noise_sampler(parts), asked).find("noise")->as<double>();
  EXPECT_EQ(noise[0], -HUGE_VAL);
  EXPECT_DOUBLE_EQ(noise[1], -std::log(-std::log(.25)));
  EXPECT_DOUBLE_EQ(noise[2], -std::log(-std::log(.75)));
  EXPECT_EQ(noise[3], HUGE_VAL);

  subject::Question soft = question(Operation::gumbel_softmax, Dtype::float64);
  soft.draws = 1;
  soft.arrays = {{"logits", subject::real_array({2}, {0, 0}, Dtype::float64)},
                 {"uniform", {.shape = {1, 2}, .data = std::vector<double>{.5, 1}}}};
  const std::vector<double> sample = answer_of(noise_sampler(parts), soft).find("sample")->as<double>();
  EXPECT_TRUE(std::isnan(sample[1]));  // inf - inf
}

TEST(NoiseSampler, RefusesBadInput) {
  subject::Question asked = question(Operation::gumbel_softmax, Dtype::float64, 3);
  EXPECT_TRUE(refuses(noise_sampler(right_noise({Operation::gumbel_softmax})), asked));
  asked.axis = 1;
  asked.temperature = 0;
  EXPECT_TRUE(refuses(noise_sampler(right_noise({Operation::gumbel_softmax})), asked));
}

TEST(NoiseSampler, UniformsOfAGridAreMultiplesOfIt) {
  EXPECT_EQ(grid_uniform(0, 24), 0);
  EXPECT_EQ(grid_uniform(~std::uint64_t{0}, 24), 1 - 0x1p-24);
  EXPECT_EQ(grid_uniform(std::uint64_t{1} << 63, 1), .5);
  EXPECT_EQ(grid_uniform(~std::uint64_t{0}, 53), 1 - 0x1p-53);
}

// ---- index_sampler

TEST(IndexSampler, DrawsEachRowOfTheBatchByItsOwnLogits) {
  std::vector<std::vector<double>> asked_for;
  const subject::Answer answer =
      answer_of(index_sampler({.draw = [&](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
                  asked_for.push_back(batch[row]);
                  return [row](random::Stream&) { return static_cast<std::int64_t>(row); };
                }}),
                question(Operation::categorical, Dtype::float32, 0));
  EXPECT_EQ(asked_for.size(), 6u);
  EXPECT_EQ(asked_for[1], (std::vector<double>{0, -2}));
  const std::vector<std::int64_t>& index = answer.find("index")->as<std::int64_t>();
  EXPECT_EQ(answer.find("index")->shape, (subject::Shape{40, 3, 2}));
  for (std::size_t i = 0; i < index.size(); ++i) EXPECT_EQ(index[i], static_cast<std::int64_t>(i % 6));
}

TEST(IndexSampler, FloatRunningSumStopsBehindAHeavyClass) {
  std::vector<double> logits(1000, -17.375);
  logits[0] = 1;
  const std::vector<float> after = float32_running_sum(logits);
  EXPECT_EQ(after.front(), after.back());
  std::ranges::reverse(logits);
  const std::vector<float> before = float32_running_sum(logits);
  EXPECT_GT(before[998], 900 * std::exp(-18.375));
}

// ---- with_gradient, with_density

TEST(WithGradient, IsTheBuiltInGradientWhereTheBackwardPassIsRight) {
  subject::Question asked = question(Operation::gumbel_softmax, Dtype::float64, 1);
  std::vector<double> cotangent(40 * 12);
  random::Stream stream({.seed = 3, .purpose = random::Purpose::cotangent});
  for (double& v : cotangent) v = random::uniform_pair(stream()).lower;
  asked.arrays.push_back({"cotangent", subject::real_array({40, 2, 3, 2}, cotangent, Dtype::float64)});
  for (const bool hard : {false, true}) {
    asked.hard = hard;
    const subject::Answer right = right_answer(asked);
    const subject::Answer same = answer_of(
        with_gradient({.gradient = [](const ForwardRow& row) { return softmax_backward(row.soft, row); }}), asked);
    const subject::Answer fresh =
        answer_of(with_gradient({.gradient = [](const ForwardRow& row) { return softmax_backward(row.soft, row); },
                                 .seed = [](std::uint64_t seed) { return seed + 1; }}),
                  asked);
    EXPECT_EQ(same.find("sample")->data, right.find("sample")->data);
    EXPECT_EQ(fresh.find("sample")->data, right.find("sample")->data);
    double largest_difference = 0;
    for (std::size_t i = 0; i < cotangent.size(); ++i) {
      EXPECT_NEAR(same.find("gradient")->real(i), right.find("gradient")->real(i), 1e-13);
      largest_difference =
          std::max(largest_difference, std::abs(fresh.find("gradient")->real(i) - right.find("gradient")->real(i)));
    }
    EXPECT_GT(largest_difference, .1);
  }
}

TEST(WithDensity, SeesThePointThatTheDensityIsOf) {
  subject::Question asked = question(Operation::concrete_log_density, Dtype::float64, 1);
  asked.draws.reset();
  const std::vector<double> value = {.5, .25, .25, .25, .25, .5, .125, .5, .375, .25, .5, .25};
  asked.arrays.push_back({"value", subject::real_array({2, 3, 2}, value, Dtype::float64)});
  const subject::Answer right = right_answer(asked);
  std::vector<std::vector<double>> points;
  const subject::Answer changed = answer_of(with_density([&](double log_density, const DensityPoint& at) {
                                              EXPECT_EQ(at.temperature, .5);
                                              points.push_back(at.value);
                                              return log_density + 1;
                                            }),
                                            asked);
  EXPECT_EQ(points,
            (std::vector<std::vector<double>>{{.5, .25, .25}, {.25, .25, .5}, {.125, .375, .5}, {.5, .25, .25}}));
  for (std::size_t row = 0; row < 4; ++row) {
    EXPECT_DOUBLE_EQ(changed.find("log_density")->real(row), right.find("log_density")->real(row) + 1);
  }
}

// ---- straight_through

TEST(StraightThroughValue, DependsOnTheOrderOfTheSum) {
  subject::Question asked = question(Operation::gumbel_softmax, Dtype::float32, 1);
  asked.draws = 4000;
  asked.hard = true;
  const subject::Array right = *right_answer(asked).find("sample");
  const subject::Array exact =
      *answer_of(straight_through([](auto hard, auto y) { return (hard - y) + y; }), asked).find("sample");
  const subject::Array inexact =
      *answer_of(straight_through([](auto hard, auto y) { return (hard + y) - y; }), asked).find("sample");
  EXPECT_EQ(exact.data, right.data);
  EXPECT_NE(inexact.data, right.data);
  for (std::size_t i = 0; i < right.size(); ++i) EXPECT_NEAR(inexact.real(i), right.real(i), 1e-7);
  asked.hard = false;
  EXPECT_EQ(answer_of(straight_through([](auto, auto) { return 0.f; }), asked).find("sample")->data,
            right_answer(asked).find("sample")->data);
}

// y uniform on (0, 1): (1 + y) - y is not 1 for about one value in five.
TEST(StraightThroughValue, AddedBeforeSubtractingIsWrongForOneInFive) {
  random::Stream stream({.seed = 7, .purpose = random::Purpose::randomisation});
  int wrong = 0;
  constexpr int kValues = 100000;
  for (int i = 0; i < kValues; ++i) {
    const auto y = static_cast<float>(random::uniform_pair(stream()).lower);
    const float sum = 1.f + y;
    const float value = sum - y;
    wrong += value != 1.f;
    const float back = 1.f - y;
    EXPECT_EQ(back + y, 1.f);
  }
  EXPECT_NEAR(static_cast<double>(wrong) / kValues, .2, .05);
}

}  // namespace
