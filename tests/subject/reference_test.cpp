// The built-in implementation as a subject: what it answers is what sampling gives for the noise of the seed.

#include "gumbelcheck/subject/reference.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>

#include "gumbelcheck/sampling/categorical.hpp"
#include "gumbelcheck/sampling/concrete_density.hpp"
#include "gumbelcheck/sampling/gumbel_max.hpp"
#include "gumbelcheck/sampling/gumbel_softmax.hpp"
#include "gumbelcheck/sampling/gumbel_top_k.hpp"
#include "gumbelcheck/sampling/noise.hpp"
#include "gumbelcheck/sampling/softmax.hpp"
#include "gumbelcheck/sampling/straight_through.hpp"
#include "reference_questions.hpp"

namespace gumbelcheck::subject {
namespace {

using sampling::contiguous;
using sampling::View;

// The noise of the data sheet: word number draw times elements plus position of the seed's stream.
template <class T>
std::vector<T> noise_of(std::uint64_t seed, std::size_t draw, std::size_t elements) {
  random::Stream stream({.seed = seed, .purpose = random::Purpose::subject_noise}, draw * elements);
  std::vector<T> noise(elements);
  sampling::fill_gumbel(std::span(noise), stream);
  return noise;
}

template <class T>
bool same_part(const std::vector<T>& all, std::size_t draw, const std::vector<T>& part) {
  return std::equal(part.begin(), part.end(), all.begin() + static_cast<std::ptrdiff_t>(draw * part.size()));
}

template <class Property>
void holds_for_both_types(Property property) {
  EXPECT_TRUE(rc::check("float32", [&] { property.template operator()<float>(); }));
  EXPECT_TRUE(rc::check("float64", [&] { property.template operator()<double>(); }));
}

struct Draws {
  std::optional<std::uint64_t> asked;  // absent: no leading axis
  std::size_t count;
};
Draws any_draws() {
  const auto count = *rc::gen::inRange<std::size_t>(0, 9);
  if (count == 0) return {std::nullopt, 1};
  return {count, count};
}

TEST(ReferenceProperty, SamplesAreThoseOfSampling) {
  holds_for_both_types([]<class T>() {
    const auto batch = *generators::batch<T>();
    const auto seed = *rc::gen::arbitrary<std::uint64_t>() >> 11;
    const double temperature = *generators::temperature();
    const bool hard = *rc::gen::arbitrary<bool>();
    const Draws draws = any_draws();
    const std::size_t elements = batch.logits.size();
    const auto cotangent = *rc::gen::container<std::vector<T>>(draws.count * elements, generators::cotangent<T>());
    Question question = asked(Operation::gumbel_softmax, batch, seed);
    question.temperature = temperature;
    question.hard = hard;
    question.draws = draws.asked;
    Shape whole = batch.shape, rows = sampling::without_axis(batch.shape, batch.resolved());
    if (draws.asked) {
      whole.insert(whole.begin(), draws.count);
      rows.insert(rows.begin(), draws.count);
    }
    const std::vector<T> plain = values<T>(answer_of(question), "sample");
    question.arrays.push_back({"cotangent", {whole, cotangent}});
    const Answer answer = answer_of(question);
    RC_ASSERT(answer.find("sample")->shape == whole);
    RC_ASSERT(answer.find("gradient")->shape == whole);
    RC_ASSERT(answer.find("temperature_gradient")->shape == rows);
    RC_ASSERT(values<T>(answer, "sample") == plain);  // a cotangent changes no sample
    question.arrays.pop_back();
    question.call = Operation::log_concrete;
    const Answer log_answer = answer_of(question);
    RC_ASSERT(log_answer.find("log_sample")->shape == whole);
    for (std::size_t draw = 0; draw < draws.count; ++draw) {
      const std::vector<T> g = noise_of<T>(seed, draw, elements);
      std::vector<T> sample(elements), gradient(elements), log_sample(elements), by_temperature(batch.rows());
      const View<const T> o = contiguous(batch.logits.data(), batch.shape), noise = contiguous(g.data(), batch.shape);
      const sampling::GumbelSoftmaxOptions options{.temperature = temperature, .hard = hard, .axis = batch.axis};
      sampling::gumbel_softmax<T>(o, noise, options, contiguous(sample.data(), batch.shape));
      sampling::gumbel_softmax_gradient<T>(
          o, noise, contiguous(cotangent.data() + draw * elements, batch.shape), options,
          contiguous(gradient.data(), batch.shape),
          contiguous(by_temperature.data(), sampling::without_axis(batch.shape, batch.resolved())));
      sampling::log_gumbel_softmax<T>(o, noise, {.temperature = temperature, .axis = batch.axis},
                                      contiguous(log_sample.data(), batch.shape));
      RC_ASSERT(same_part(plain, draw, sample));
      RC_ASSERT(same_part(values<T>(answer, "gradient"), draw, gradient));
      RC_ASSERT(same_part(values<T>(answer, "temperature_gradient"), draw, by_temperature));
      RC_ASSERT(same_part(values<T>(log_answer, "log_sample"), draw, log_sample));
    }
  });
}

TEST(ReferenceProperty, IndicesAreThoseOfSampling) {
  holds_for_both_types([]<class T>() {
    const auto batch = *generators::batch<T>();
    const auto seed = *rc::gen::arbitrary<std::uint64_t>() >> 11;
    const Draws draws = any_draws();
    const std::size_t elements = batch.logits.size();
    std::size_t possible = batch.classes();
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const std::vector<T> entries = batch.row(batch.logits, row);
      possible = std::min<std::size_t>(possible, static_cast<std::size_t>(std::ranges::count_if(
                                                     entries, [](T logit) { return std::isfinite(logit); })));
    }
    Question question = asked(Operation::gumbel_max, batch, seed);
    question.draws = draws.asked;
    question.k = possible;
    const Answer max = answer_of(question);
    question.call = Operation::gumbel_top_k;
    const Answer top = answer_of(question);
    question.call = Operation::categorical;
    const Answer interval = answer_of(question);
    Shape rows = sampling::without_axis(batch.shape, batch.resolved()), chosen = batch.shape;
    chosen[batch.resolved()] = possible;
    Shape drawn_rows = rows, drawn_chosen = chosen;
    if (draws.asked) {
      drawn_rows.insert(drawn_rows.begin(), draws.count);
      drawn_chosen.insert(drawn_chosen.begin(), draws.count);
    }
    RC_ASSERT(max.find("index")->shape == drawn_rows);
    RC_ASSERT(max.find("maximum")->shape == drawn_rows);
    RC_ASSERT(interval.find("index")->shape == drawn_rows);
    RC_ASSERT(top.find("index")->shape == drawn_chosen);
    random::Stream stream({.seed = seed, .purpose = random::Purpose::subject_noise});
    for (std::size_t draw = 0; draw < draws.count; ++draw) {
      const std::vector<T> g = noise_of<T>(seed, draw, elements);
      const View<const T> o = contiguous(batch.logits.data(), batch.shape), noise = contiguous(g.data(), batch.shape);
      std::vector<std::int64_t> index(batch.rows()), order(sampling::element_count(chosen)), place(batch.rows());
      std::vector<T> maximum(batch.rows());
      sampling::gumbel_max<T>(o, noise, batch.axis, contiguous(index.data(), rows), contiguous(maximum.data(), rows));
      sampling::gumbel_top_k<T>(o, noise, possible, batch.axis, contiguous(order.data(), chosen));
      sampling::categorical<T>(
          o, batch.axis, [&] { return random::uniform_pair(stream()); }, contiguous(place.data(), rows));
      RC_ASSERT(same_part(values<std::int64_t>(max, "index"), draw, index));
      RC_ASSERT(same_part(values<T>(max, "maximum"), draw, maximum));
      RC_ASSERT(same_part(values<std::int64_t>(top, "index"), draw, order));
      RC_ASSERT(same_part(values<std::int64_t>(interval, "index"), draw, place));
    }
  });
}

TEST(ReferenceProperty, SoftmaxAndDensityAreThoseOfSampling) {
  holds_for_both_types([]<class T>() {
    const auto batch = *generators::batch<T>();
    const auto cotangent = *generators::beside(batch, generators::cotangent<T>());
    const double temperature = *generators::temperature();
    const View<const T> o = contiguous(batch.logits.data(), batch.shape);
    std::vector<T> value(batch.logits.size()), gradient = value;
    const sampling::SoftmaxOptions options{.temperature = temperature, .axis = batch.axis};
    sampling::softmax<T>(o, options, contiguous(value.data(), batch.shape));
    sampling::softmax_gradient<T>(o, contiguous(cotangent.data(), batch.shape), options,
                                  contiguous(gradient.data(), batch.shape));
    Question question = asked(Operation::softmax, batch, 0);
    question.seed.reset();
    question.temperature = temperature;
    question.arrays.push_back({"cotangent", {batch.shape, cotangent}});
    const Answer answer = answer_of(question);
    RC_ASSERT(answer.find("value")->shape == batch.shape);
    RC_ASSERT(values<T>(answer, "value") == value);
    RC_ASSERT(values<T>(answer, "gradient") == gradient);
    // Softmax's values are points of the simplex, zeros among them.
    std::vector<T> density(batch.rows());
    const Shape rows = sampling::without_axis(batch.shape, batch.resolved());
    sampling::concrete_log_density<T>(o, contiguous(value.data(), batch.shape),
                                      {.temperature = temperature, .axis = batch.axis},
                                      contiguous(density.data(), rows));
    question.call = Operation::concrete_log_density;
    question.arrays.back() = {"value", {batch.shape, value}};
    const Answer density_answer = answer_of(question);
    RC_ASSERT(density_answer.find("log_density")->shape == rows);
    RC_ASSERT(values<T>(density_answer, "log_density") == density);
  });
}

// ---- noise

TEST(Reference, NoiseIsThatOfTheSeed) {
  const Answer answer = answer_of(gumbel_question<float>(77, 20000));
  EXPECT_EQ(answer.find("noise")->shape, Shape{20000});
  EXPECT_EQ(values<float>(answer, "noise"), noise_of<float>(77, 0, 20000));
  Question one = gumbel_question<float>(77, 1);
  one.draws.reset();
  const Answer alone = answer_of(one);
  EXPECT_EQ(alone.find("noise")->shape, Shape{});
  EXPECT_EQ(values<float>(alone, "noise"), noise_of<float>(77, 0, 1));
}

// Many more draws than are held at once, by two shapes of the same number of elements.
TEST(Reference, NoiseDoesNotDependOnHowDrawsAreGrouped) {
  const Batch<double> batch{{4}, -1, {0, 1, 2, 3}};
  Question question = asked(Operation::gumbel_max, batch, 5);
  question.draws = 10000;
  const Answer many = answer_of(question);
  question.draws = 9999;
  const Answer fewer = answer_of(question);
  const auto& index = values<std::int64_t>(many, "index");
  EXPECT_TRUE(std::equal(index.begin(), index.end() - 1, values<std::int64_t>(fewer, "index").begin()));
  for (const std::size_t draw : {0u, 2047u, 2048u, 2049u, 9999u}) {
    const std::vector<double> g = noise_of<double>(5, draw, 4);
    double largest = -1e9;
    for (std::size_t k = 0; k < 4; ++k) largest = std::max(largest, batch.logits[k] + g[k]);
    EXPECT_EQ(values<double>(many, "maximum")[draw], largest);
  }
}

// Each draw's gradient is with its own noise and its own cotangent, also far into a long question.
TEST(Reference, GradientsOfManyDraws) {
  const Batch<double> batch{{3}, -1, {.5, 0, -1}};
  constexpr std::size_t kDraws = 6000;
  std::vector<double> cotangent(kDraws * 3);
  for (std::size_t i = 0; i < cotangent.size(); ++i) cotangent[i] = std::sin(static_cast<double>(i));
  Question question = asked(Operation::gumbel_softmax, batch, 31);
  question.temperature = .5;
  question.draws = kDraws;
  question.arrays.push_back({"cotangent", {{kDraws, 3}, cotangent}});
  for (const bool hard : {false, true}) {
    question.hard = hard;
    const Answer answer = answer_of(question);
    for (const std::size_t draw :
         {std::size_t{0}, std::size_t{2729}, std::size_t{2730}, std::size_t{2731}, kDraws - 1}) {
      const std::vector<double> g = noise_of<double>(31, draw, 3);
      std::vector<double> gradient(3), by_temperature(1);
      sampling::gumbel_softmax_gradient<double>(
          contiguous(batch.logits.data(), {3}), contiguous(g.data(), {3}), contiguous(cotangent.data() + draw * 3, {3}),
          {.temperature = .5}, contiguous(gradient.data(), {3}), contiguous(by_temperature.data(), {}));
      EXPECT_TRUE(same_part(values<double>(answer, "gradient"), draw, gradient)) << "draw " << draw;
      EXPECT_TRUE(same_part(values<double>(answer, "temperature_gradient"), draw, by_temperature)) << "draw " << draw;
    }
  }
}

TEST(ReferenceProperty, NoiseIsFrozen) {
  EXPECT_TRUE(rc::check([] {
    // Logits that differ, temperatures that differ: the hard sample of zero logits gives the noise's argmax,
    // and differences of log samples give the noise itself.
    const auto classes = *rc::gen::inRange<std::size_t>(2, 9);
    const auto logits = *rc::gen::container<std::vector<double>>(classes, generators::moderate_logit<double>());
    const double temperature = *rc::gen::element(.25, .5, 1.0, 2.0, 4.0);
    const auto seed = *rc::gen::arbitrary<std::uint64_t>() >> 11;
    Question question = asked(Operation::log_concrete, Batch<double>{{classes}, -1, logits}, seed);
    question.temperature = temperature;
    question.draws = 3;
    const std::vector<double> log_sample = values<double>(answer_of(question), "log_sample");
    for (std::size_t draw = 0; draw < 3; ++draw) {
      const std::vector<double> g = noise_of<double>(seed, draw, classes);
      for (std::size_t k = 1; k < classes; ++k) {
        const auto recovered = [&](std::size_t i) { return temperature * log_sample[draw * classes + i] - logits[i]; };
        RC_ASSERT(std::abs(recovered(k) - recovered(0) - (g[k] - g[0])) < 1e-12);
      }
    }
  }));
}

TEST(Reference, ReplaysWhateverWasAskedBetween) {
  const Batch<float> batch{{2, 3}, -1, {0, 1, 2, .5, .25, -1}};
  for (const Operation call : {Operation::gumbel_max, Operation::categorical}) {
    Question question = asked(call, batch, 9);
    question.draws = 500;
    const std::vector<std::int64_t> first = values<std::int64_t>(answer_of(question), "index");
    Question other = question;
    other.seed = 10;
    EXPECT_NE(values<std::int64_t>(answer_of(other), "index"), first);
    EXPECT_EQ(values<std::int64_t>(answer_of(question), "index"), first);
  }
}

// ---- injected uniforms

TEST(Reference, InjectedUniformsTakeTheSeedsPlace) {
  const std::vector<double> uniform = {.5, .25, 0x1p-126, 1 - 0x1p-24, .75, 0x1p-60};
  Question question = gumbel_question<float>(1, 6);
  question.seed.reset();
  question.arrays.push_back({"uniform", {{6}, uniform}});
  const std::vector<float> noise = values<float>(answer_of(question), "noise");
  for (std::size_t i = 0; i < uniform.size(); ++i) {
    const long double exact = -std::log(-std::log(static_cast<long double>(uniform[i])));
    EXPECT_FLOAT_EQ(noise[i], static_cast<float>(exact));
  }
  const Batch<float> batch{{3}, -1, {0, 0, 0}};
  Question max = asked(Operation::gumbel_max, batch, 1);
  max.draws = 2;
  max.arrays.push_back({"uniform", {{2, 3}, uniform}});
  EXPECT_EQ(values<std::int64_t>(answer_of(max), "index"), (std::vector<std::int64_t>{0, 0}));
  EXPECT_EQ(values<float>(answer_of(max), "maximum"), (std::vector<float>{noise[0], noise[3]}));
}

}  // namespace
}  // namespace gumbelcheck::subject
