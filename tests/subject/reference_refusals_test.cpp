// What the built-in subject refuses, in the sentences of sampling, and that it answers all that it describes.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gumbelcheck/subject/message.hpp"
#include "reference_questions.hpp"

namespace gumbelcheck::subject {
namespace {

Question good_question(Operation call) {
  Question question = asked(call, Batch<float>{{2, 3}, -1, {0, 1, 2, 3, 4, 5}}, 3);
  question.draws = 2;
  question.temperature = 1;
  question.k = 2;
  if (call == Operation::concrete_log_density) {
    question.arrays.push_back({"value", {{2, 3}, std::vector<float>{.5, .25, .25, .5, .25, .25}}});
  }
  return question;
}

const std::vector<Operation> kWithLogits = {
    Operation::softmax,      Operation::gumbel_max,   Operation::categorical,         Operation::gumbel_softmax,
    Operation::log_concrete, Operation::gumbel_top_k, Operation::concrete_log_density};

TEST(Reference, RefusesBadLogitsWithTheSentenceOfSampling) {
  for (const Operation call : kWithLogits) {
    SCOPED_TRACE(name(call));
    ASSERT_EQ(refusal_of(good_question(call)), "answered");
    const auto with = [&](std::vector<float> logits) {
      Question question = good_question(call);
      question.arrays[0].array.data = std::move(logits);
      return refusal_of(question);
    };
    EXPECT_NE(with({0, 1, 2, 3, NAN, 5}).find("row 1 has nan at class 1"), std::string::npos);
    EXPECT_NE(with({0, 1, INFINITY, 3, 4, 5}).find("row 0 has inf at class 2"), std::string::npos);
    EXPECT_NE(with({0, 1, 2, -INFINITY, -INFINITY, -INFINITY}).find("row 1 is -inf"), std::string::npos);
    EXPECT_NE(with({0, 1, 2}).find("6 elements of its shape, but it has 3"), std::string::npos);
    Question question = good_question(call);
    question.axis = 2;
    EXPECT_EQ(refusal_of(question),
              std::string(name(call)) + ": axis must be at least -2 and below 2 for an array of 2 axes, but it is 2");
    question.axis = -3;
    EXPECT_NE(refusal_of(question).find("but it is -3"), std::string::npos);
  }
}

TEST(Reference, RefusesBadTemperatures) {
  for (const Operation call :
       {Operation::softmax, Operation::gumbel_softmax, Operation::log_concrete, Operation::concrete_log_density}) {
    for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity(), 1e-60}) {
      Question question = good_question(call);
      question.temperature = bad;
      EXPECT_NE(refusal_of(question).find("temperature must be positive and finite"), std::string::npos) << name(call);
      question.draws = 0;
      EXPECT_NE(refusal_of(question).find("temperature must be positive and finite"), std::string::npos) << name(call);
    }
  }
}

TEST(Reference, RefusesWhatTheQuestionLacksOrHasTooMuchOf) {
  Question question = good_question(Operation::gumbel_softmax);
  question.arrays.push_back({"cotangent", {{5}, std::vector<float>(5)}});
  EXPECT_EQ(refusal_of(question), "gumbel_softmax: cotangent must have shape (2, 2, 3), but it has (5)");
  question = good_question(Operation::gumbel_softmax);
  question.temperature.reset();
  EXPECT_EQ(refusal_of(question), "gumbel_softmax: the question must have a temperature, but it has none");
  question = good_question(Operation::gumbel_max);
  question.seed.reset();
  EXPECT_EQ(refusal_of(question), "gumbel_max: the question must have a seed, but it has none");
  question = good_question(Operation::gumbel_top_k);
  question.k.reset();
  EXPECT_EQ(refusal_of(question), "gumbel_top_k: the question must have a k, but it has none");
  question.k = std::uint64_t{1} << 60;
  EXPECT_NE(refusal_of(question).find("k must be at least 1 and at most 3"), std::string::npos);
  question = good_question(Operation::gumbel_max);
  question.arrays.clear();
  EXPECT_EQ(refusal_of(question), "gumbel_max: the question must have the array logits, but it has none");
  question = good_question(Operation::gumbel_max);
  question.dtype = Dtype::float64;  // the array holds floats
  EXPECT_EQ(refusal_of(question), "gumbel_max: logits must hold float64 numbers, but it holds others");
  question = good_question(Operation::gumbel_max);
  question.dtype = Dtype::bfloat16;
  EXPECT_EQ(refusal_of(question), "gumbel_max: dtype must be float32 or float64, but it is bfloat16");
  question = good_question(Operation::gumbel_max);
  question.draws = std::uint64_t{1} << 60;
  EXPECT_EQ(refusal_of(question),
            "gumbel_max: draws times elements must be at most 268435456, but draws is 1152921504606846976 "
            "and there "
            "are 6 elements");
  Question noise = gumbel_question<float>(1, std::uint64_t{1} << 40);
  EXPECT_NE(refusal_of(noise).find("gumbel: draws times elements"), std::string::npos);
  noise.draws = 2;
  noise.arrays.push_back({"uniform", {{2}, std::vector<double>{.5, 1}}});
  EXPECT_EQ(refusal_of(noise), "gumbel: uniform must lie in the open interval (0, 1), but element 1 is 1");
  noise.arrays[0].array = {{3}, std::vector<double>{.5, .5, .5}};
  EXPECT_EQ(refusal_of(noise), "gumbel: uniform must have shape (2), but it has (3)");
}

// ---- description

// Every operation of the protocol is offered, and every answer has the arrays that the protocol then expects.
TEST(Reference, AnswersWhatItDescribes) {
  const Description description = Reference().describe();
  EXPECT_EQ(description.operations.size(), 8u);
  EXPECT_EQ(description.seeding, Seeding::call);
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) EXPECT_TRUE(description.has(dtype));
  for (const auto& [call, offer] : description.operations) {
    SCOPED_TRACE(name(call));
    for (const bool hard : {false, true}) {
      Question question = call == Operation::gumbel ? gumbel_question<float>(3, 2) : good_question(call);
      const bool deterministic = call == Operation::softmax || call == Operation::concrete_log_density;
      if (deterministic) question.draws.reset();
      question.hard = hard;
      if (offer.gradient) {
        const Shape shape = deterministic ? Shape{2, 3} : Shape{2, 2, 3};
        question.arrays.push_back({"cotangent", {shape, std::vector<float>{.5, -1, 2, 0, 1, 3, .5, -1, 2, 0, 1, 3}}});
        if (deterministic) std::get<std::vector<float>>(question.arrays.back().array.data).resize(6);
      }
      const Answer answer = answer_of(question);
      for (const Expected& expected : expected_arrays(question, offer)) {
        const Array* found = answer.find(expected.name);
        ASSERT_NE(found, nullptr) << expected.name;
        EXPECT_EQ(found->shape, expected.shape.value_or(found->shape)) << expected.name;
        EXPECT_EQ(element_count(found->shape), found->size()) << expected.name;
        EXPECT_EQ(std::holds_alternative<std::vector<std::int64_t>>(found->data), expected.type == ElementType::i8);
      }
    }
  }
}

}  // namespace
}  // namespace gumbelcheck::subject
