// Bad input: every function of the folder refuses it with a sentence that names the function, the argument,
// the value and the rule, and touches no result.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>

#include "gumbelcheck/sampling/categorical.hpp"
#include "gumbelcheck/sampling/concrete_density.hpp"
#include "gumbelcheck/sampling/gumbel_max.hpp"
#include "gumbelcheck/sampling/gumbel_softmax.hpp"
#include "gumbelcheck/sampling/gumbel_top_k.hpp"
#include "gumbelcheck/sampling/softmax.hpp"
#include "gumbelcheck/sampling/straight_through.hpp"

namespace gumbelcheck::sampling {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// One array for every argument; a test spoils some of it. Two rows of three classes.
struct Arguments {
  std::vector<float> logits = {0, 1, 2, 3, -kInf, 5};
  std::vector<float> noise = {.5, 0, -.5, 1, 2, 3};
  std::vector<float> cotangent = {1, -1, 2, 0, .5, 1};
  std::vector<float> value = {.5, .25, .25, .5, 0, .5};
  std::vector<float> log_value = {std::log(.5f), std::log(.25f), std::log(.25f), std::log(.5f), -kInf, std::log(.5f)};
  std::vector<float> out = std::vector<float>(6, 77);
  std::vector<float> reduced = std::vector<float>(2, 77);
  std::vector<std::int64_t> index = std::vector<std::int64_t>(6, 77);
  Shape shape = {2, 3};
  Shape noise_shape = {2, 3};
  Shape cotangent_shape = {2, 3};
  Shape value_shape = {2, 3};
  Shape out_shape = {2, 3};
  Shape reduced_shape = {2};
  std::size_t k = 1;
  int axis = -1;
  double temperature = 1;

  View<const float> o() const { return contiguous(logits.data(), shape); }
  View<const float> g() const { return contiguous(noise.data(), noise_shape); }
  View<const float> v() const { return contiguous(cotangent.data(), cotangent_shape); }
  View<const float> x() const { return contiguous(value.data(), value_shape); }
  View<const float> log_x() const { return contiguous(log_value.data(), value_shape); }
  View<float> y() { return contiguous(out.data(), out_shape); }
  View<float> r() { return contiguous(reduced.data(), reduced_shape); }
  View<std::int64_t> i() { return contiguous(index.data(), reduced_shape); }
  View<std::int64_t> ik() { return contiguous(index.data(), {2, k}); }
};

struct Function {
  std::string name;      // as its sentences give it
  std::set<char> takes;  // t temperature, g noise, v cotangent, x value, l log_value, y whole, r reduced result
  std::function<void(Arguments&)> call;
};

const std::vector<Function>& functions() {
  static const std::vector<Function> list = {
      {"softmax",
       {'t', 'y'},
       [](Arguments& a) { softmax<float>(a.o(), {.temperature = a.temperature, .axis = a.axis}, a.y()); }},
      {"log_softmax",
       {'t', 'y'},
       [](Arguments& a) { log_softmax<float>(a.o(), {.temperature = a.temperature, .axis = a.axis}, a.y()); }},
      {"softmax_gradient",
       {'t', 'v', 'y'},
       [](Arguments& a) {
         softmax_gradient<float>(a.o(), a.v(), {.temperature = a.temperature, .axis = a.axis}, a.y());
       }},
      {"gumbel_max", {'g', 'r'}, [](Arguments& a) { gumbel_max<float>(a.o(), a.g(), a.axis, a.i(), a.r()); }},
      {"gumbel_top_k", {'g'}, [](Arguments& a) { gumbel_top_k<float>(a.o(), a.g(), a.k, a.axis, a.ik()); }},
      {"categorical",
       {'r'},
       [](Arguments& a) {
         categorical<float>(
             a.o(), a.axis, [] { return random::UniformPair{}; }, a.i());
       }},
      {"gumbel_softmax",
       {'t', 'g', 'y'},
       [](Arguments& a) {
         gumbel_softmax<float>(a.o(), a.g(), {.temperature = a.temperature, .axis = a.axis}, a.y());
       }},
      {"gumbel_softmax",
       {'t', 'g', 'y'},
       [](Arguments& a) {
         straight_through<float>(a.o(), a.g(), {.temperature = a.temperature, .axis = a.axis}, a.y());
       }},
      {"log_gumbel_softmax",
       {'t', 'g', 'y'},
       [](Arguments& a) {
         log_gumbel_softmax<float>(a.o(), a.g(), {.temperature = a.temperature, .axis = a.axis}, a.y());
       }},
      {"gumbel_softmax_gradient",
       {'t', 'g', 'v', 'y', 'r'},
       [](Arguments& a) {
         gumbel_softmax_gradient<float>(a.o(), a.g(), a.v(), {.temperature = a.temperature, .axis = a.axis}, a.y(),
                                        a.r());
       }},
      {"concrete_log_density",
       {'t', 'x', 'r'},
       [](Arguments& a) {
         concrete_log_density<float>(a.o(), a.x(), {.temperature = a.temperature, .axis = a.axis}, a.r());
       }},
      {"log_concrete_log_density",
       {'t', 'l', 'r'},
       [](Arguments& a) {
         log_concrete_log_density<float>(a.o(), a.log_x(), {.temperature = a.temperature, .axis = a.axis}, a.r());
       }},
      {"concrete_log_density_gradient",
       {'t', 'x', 'y', 'r'},
       [](Arguments& a) {
         concrete_log_density_gradient<float>(a.o(), a.x(), {.temperature = a.temperature, .axis = a.axis},
                                              {.logits = a.y(), .value = a.y(), .temperature = a.r()});
       }},
      {"log_concrete_log_density_gradient", {'t', 'l', 'y', 'r'}, [](Arguments& a) {
         log_concrete_log_density_gradient<float>(a.o(), a.log_x(), {.temperature = a.temperature, .axis = a.axis},
                                                  {.logits = a.y(), .value = a.y(), .temperature = a.r()});
       }}};
  return list;
}

// Spoils the arguments, and expects of each function that takes all of `needed` a sentence with each of
// `words`.
void refuses(const std::string& needed, const std::function<void(Arguments&)>& spoil,
             const std::vector<std::string>& words) {
  int asked = 0;
  for (const Function& function : functions()) {
    if (!std::ranges::all_of(needed, [&](char c) { return function.takes.contains(c); })) continue;
    ++asked;
    SCOPED_TRACE(function.name);
    Arguments good;
    ASSERT_NO_THROW(function.call(good));
    Arguments arguments;
    spoil(arguments);
    try {
      function.call(arguments);
      ADD_FAILURE() << "accepted";
    } catch (const std::invalid_argument& error) {
      const std::string sentence = error.what();
      EXPECT_TRUE(sentence.starts_with(function.name + ": ")) << sentence;
      for (const std::string& word : words)
        EXPECT_NE(sentence.find(word), std::string::npos) << sentence << "\nhas no " << word;
    }
  }
  EXPECT_GT(asked, 0);
}

TEST(Refusal, Logits) {
  refuses("", [](Arguments& a) { a.logits[5] = kNaN; }, {"logits must be finite or -inf", "row 1", "nan", "class 2"});
  refuses("", [](Arguments& a) { a.logits[1] = kInf; }, {"logits must be finite or -inf", "row 0", "inf", "class 1"});
  refuses("", [](Arguments& a) { a.logits = {0, 1, 2, -kInf, -kInf, -kInf}; },
          {"logits must be finite for at least one class", "row 1", "-inf", "3 classes"});
}

TEST(Refusal, Temperature) {
  for (const double bad : {0.0, -1.0, -0.0}) {
    refuses("t", [bad](Arguments& a) { a.temperature = bad; },
            {"temperature must be positive and finite", "but it is"});
  }
  refuses("t", [](Arguments& a) { a.temperature = -2.5; }, {"-2.5"});
  refuses("t", [](Arguments& a) { a.temperature = kNaN; }, {"temperature", "nan"});
  refuses("t", [](Arguments& a) { a.temperature = kInf; }, {"temperature", "inf"});
  // Positive and finite, but not as the float that it becomes.
  refuses("t", [](Arguments& a) { a.temperature = 1e-60; }, {"temperature", "float32", "1e-60"});
  refuses("t", [](Arguments& a) { a.temperature = 1e60; }, {"temperature", "float32", "1e+60"});
}

TEST(Refusal, Axis) {
  for (const int bad : {2, -3, 1000}) {
    refuses("", [bad](Arguments& a) { a.axis = bad; },
            {"axis must be at least -2 and below 2", "2 axes", "it is " + std::to_string(bad)});
  }
  refuses("",
          [](Arguments& a) {
            a.shape = a.noise_shape = a.cotangent_shape = a.value_shape = a.out_shape = {2, 0};
          },
          {"logits must have at least one class along axis -1"});
}

TEST(Refusal, Shapes) {
  refuses("g", [](Arguments& a) { a.noise_shape = {3, 2}; }, {"noise must have shape (2, 3)", "it has (3, 2)"});
  refuses("v", [](Arguments& a) { a.cotangent_shape = {6}; }, {"cotangent must have shape (2, 3)", "it has (6)"});
  refuses("x", [](Arguments& a) { a.value_shape = {1, 3}; }, {"value must have shape (2, 3)", "it has (1, 3)"});
  refuses("l", [](Arguments& a) { a.value_shape = {1, 3}; }, {"log_value must have shape (2, 3)", "it has (1, 3)"});
  refuses("y", [](Arguments& a) { a.out_shape = {2, 2}; }, {"must have shape (2, 3)", "it has (2, 2)"});
  refuses("r", [](Arguments& a) { a.reduced_shape = {1}; }, {"must have shape (2)", "it has (1)"});
}

TEST(Refusal, NumbersBesideTheLogits) {
  refuses("g", [](Arguments& a) { a.noise[4] = kInf; }, {"noise must be finite", "row 1", "inf", "class 1"});
  refuses("g", [](Arguments& a) { a.noise[0] = kNaN; }, {"noise must be finite", "row 0", "nan", "class 0"});
  refuses("v", [](Arguments& a) { a.cotangent[2] = kNaN; }, {"cotangent must be finite", "row 0", "nan", "class 2"});
}

TEST(Refusal, PointsOffTheSimplex) {
  refuses("x", [](Arguments& a) { a.value[0] = -.25f; },
          {"value must be finite and not negative", "row 0", "-0.25", "class 0"});
  refuses("x", [](Arguments& a) { a.value[3] = kNaN; }, {"value must be finite and not negative", "row 1", "nan"});
  refuses("x", [](Arguments& a) { a.value[0] = .6f; }, {"value must lie on the simplex", "the sum of row 0 is 1.1"});
  refuses("l", [](Arguments& a) { a.log_value[0] = .5f; }, {"log_value must be at most 0", "row 0", "0.5", "class 0"});
  refuses("l", [](Arguments& a) { a.log_value[0] = -9; }, {"log_value must lie on the simplex", "row 0"});
  // Where there is no derivative.
  refuses("xy", [](Arguments& a) { a.value = {.5, .5, 0, .5, 0, .5}; },
          {"value must be positive where the logit is finite", "row 0 has 0 at class 2"});
  refuses("xy", [](Arguments& a) { a.value = {.5, .25, .25, .5, .25, .25}; },
          {"value must be zero where the logit is -inf", "row 1 has 0.25 at class 1"});
  refuses("ly", [](Arguments& a) { a.log_value = {0, -kInf, -kInf, 0, -kInf, -kInf}; },
          {"log_value must be finite where the logit is finite", "row 0 has -inf at class 1"});
}

template <class Call>
std::string sentence_of(Call call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Refusal, TopK) {
  Arguments a;
  a.k = 0;
  EXPECT_EQ(sentence_of([&] { functions()[4].call(a); }),
            "gumbel_top_k: k must be at least 1 and at most 3, the number of classes, but it is 0");
  a.k = 4;
  a.index.resize(8);
  EXPECT_EQ(sentence_of([&] { functions()[4].call(a); }),
            "gumbel_top_k: k must be at least 1 and at most 3, the number of classes, but it is 4");
  a.k = 3;  // one class of the second row is impossible
  EXPECT_EQ(sentence_of([&] { functions()[4].call(a); }),
            "gumbel_top_k: k must be at most 2, the number of classes of row 1 whose logit is not -inf, but "
            "it is 3");
}

TEST(Refusal, Views) {
  Arguments a;
  View<const float> logits = a.o();
  logits.strides = {1};
  EXPECT_EQ(sentence_of([&] { softmax<float>(logits, {}, a.y()); }),
            "softmax: logits must have one stride for each of its 2 axes, but it has 1");
  logits = a.o();
  logits.data = nullptr;
  EXPECT_EQ(sentence_of([&] { softmax<float>(logits, {}, a.y()); }),
            "softmax: logits must point at its elements, but it is null");
  View<float> out = a.y();
  out.strides = {0, 1};
  EXPECT_EQ(sentence_of([&] { softmax<float>(a.o(), {}, out); }),
            "softmax: out must have a place for each result, but its stride is 0 along axis 0 of length 2");
  EXPECT_EQ(sentence_of([&] {
              softmax<float>({a.logits.data(), {}, {}}, {}, {a.out.data(), {}, {}});
            }),
            "softmax: axis must be at least 0 and below 0 for an array of 0 axes, but it is -1");
}

TEST(Refusal, SizesThatOverflow) {
  const std::size_t huge = std::size_t{1} << 40;
  const View<const float> logits{Arguments().logits.data(), {huge, huge, 2}, {0, 0, 1}};
  std::vector<float> out(2);
  EXPECT_EQ(sentence_of([&] {
              softmax<float>(logits, {}, {out.data(), {huge, huge, 2}, {0, 0, 1}});
            }),
            "element_count: shape must have a product of at most 9223372036854775807, but axis 1 of length "
            "1099511627776 exceeds it");
}

TEST(Refusal, HardLogarithm) {
  Arguments a;
  EXPECT_EQ(sentence_of([&] { log_gumbel_softmax<float>(a.o(), a.g(), {.hard = true}, a.y()); }),
            "log_gumbel_softmax: hard must be false, but it is true: a hard sample has no logarithm");
}

TEST(Refusal, Composed) {
  const float half[1] = {.5f}, two[1] = {2}, one[1] = {1};
  float out[1] = {};
  EXPECT_EQ(sentence_of([&] {
              composed_straight_through<float>(contiguous(half, {1}), contiguous(half, {1}), contiguous(out, {1}));
            }),
            "composed_straight_through: hard must be 0 or 1, but element 0 is 0.5");
  EXPECT_EQ(sentence_of([&] {
              composed_straight_through<float>(contiguous(one, {1}), contiguous(two, {1}), contiguous(out, {1}));
            }),
            "composed_straight_through: soft must lie in [0, 1], but element 0 is 2");
  EXPECT_EQ(sentence_of([&] {
              straight_through_tangent<float>(contiguous(half, {1}), contiguous(half, {1}),
                                              View<const float>(contiguous(half, {})), {}, contiguous(out, {1}));
            }),
            "straight_through_tangent: logits_tangent must have shape (1), but it has ()");
}

}  // namespace
}  // namespace gumbelcheck::sampling
