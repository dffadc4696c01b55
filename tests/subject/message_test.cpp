#include "gumbelcheck/subject/message.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

namespace gumbelcheck::subject {
namespace {

class Text final : public AnswerStream {
 public:
  explicit Text(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string line() override {
    const std::size_t end = bytes_.find('\n', at_);
    if (end == std::string::npos) throw Malformed("ended early");
    std::string found = bytes_.substr(at_, end - at_);
    at_ = end + 1;
    return found;
  }
  void read(std::span<char> wanted) override {
    if (bytes_.size() - at_ < wanted.size()) throw Malformed("ended early");
    std::memcpy(wanted.data(), bytes_.data() + at_, wanted.size());
    at_ += wanted.size();
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

std::string complaint(const Question& question, const std::string& bytes, const Description& description = {}) {
  Text text(bytes);
  try {
    read_reply(text, question, 7, description);
  } catch (const Malformed& error) {
    return error.what();
  }
  return "no complaint";
}

std::string description_complaint(const std::string& line) {
  Text text(line + "\n");
  try {
    read_description(text);
  } catch (const Malformed& error) {
    return error.what();
  }
  return "no complaint";
}

const Question kQuestion{.call = Operation::gumbel_softmax,
                         .dtype = Dtype::float32,
                         .seed = 300,
                         .draws = 2,
                         .temperature = 0.5,
                         .arrays = {{"logits", real_array({3, 4}, std::vector<double>(12, 0.25), Dtype::float32)}}};

TEST(Message, a_question_is_a_line_and_its_arrays) {
  const std::string bytes = written_question(kQuestion, 7, {.seed_bits = 8});
  EXPECT_EQ(
      bytes.substr(0, bytes.find('\n')),
      R"({"arrays":["logits"],"call":"gumbel_softmax","draws":2,"dtype":"float32","id":7,"seed":44,"temperature":0.5})");
  EXPECT_EQ(bytes.size(), bytes.find('\n') + 1 + 128 + 48);
  EXPECT_EQ(written_question(kQuestion, 7, {.seeding = Seeding::none}).find("seed"), std::string::npos);
  Question endless = kQuestion;
  endless.temperature = std::numeric_limits<double>::infinity();
  EXPECT_THROW(written_question(endless, 7, {}), std::invalid_argument);
}

TEST(Message, shapes_follow_from_the_question) {
  Question question = kQuestion;
  question.axis = 0;
  question.call = Operation::gumbel_max;
  EXPECT_EQ(expected_arrays(question, {}).at(0).shape, (Shape{2, 4}));
  question.call = Operation::gumbel_top_k;
  question.k = 2;
  EXPECT_EQ(expected_arrays(question, {}).at(0).shape, (Shape{2, 2, 4}));
  question.axis = 2;
  EXPECT_EQ(expected_arrays(question, {}).at(0).shape, std::nullopt);
  question.axis = -2;
  question.draws = std::nullopt;
  question.call = Operation::concrete_log_density;
  EXPECT_EQ(expected_arrays(question, {}).at(0).shape, (Shape{4}));
}

TEST(Message, malformed_answers_are_named) {
  const std::string good = R"({"id":7,"arrays":["sample"]})"
                           "\n";
  const auto answer = [&](Shape shape, Dtype dtype) {
    const std::size_t count = element_count(shape);
    return good + written_npy(real_array(shape, std::vector<double>(count, 0.1), dtype), element_type_of(dtype));
  };
  EXPECT_EQ(complaint(kQuestion, answer({2, 3, 4}, Dtype::float32)), "no complaint");
  EXPECT_EQ(complaint(kQuestion, "[1]\n"), "answered with JSON that is not an object: [1]");
  EXPECT_EQ(complaint(kQuestion, "oh\x01no\n"), "answered with a line that is not JSON: oh?no");
  EXPECT_EQ(complaint(kQuestion, "{\"id\":8}\n"), "answered with id 8, where 7 was due");
  EXPECT_EQ(complaint(kQuestion, "{}\n"), "answered without the id 7: {}");
  EXPECT_EQ(complaint(kQuestion, "{\"id\":7}\n"), "answered gumbel_softmax without the array \"sample\"");
  EXPECT_EQ(complaint(kQuestion, answer({3, 2, 4}, Dtype::float32)),
            "answered with \"sample\" of shape (3, 2, 4), where (2, 3, 4) was due");
  EXPECT_EQ(complaint(kQuestion, answer({2, 3, 4}, Dtype::float64)),
            "answered with \"sample\" of type <f8, where <f4 was due");
  Question coarse = kQuestion;
  coarse.dtype = Dtype::bfloat16;
  EXPECT_EQ(complaint(coarse, answer({2, 3, 4}, Dtype::float32)),
            "answered with \"sample\" whose element 0 is 0.1, which bfloat16 cannot hold");
  EXPECT_EQ(complaint(coarse, answer({2, 3, 4}, Dtype::bfloat16)), "no complaint");
  EXPECT_EQ(complaint(kQuestion, R"({"id":7,"arrays":["a","a"]})"
                                 "\n"),
            "answered with the array \"a\" twice");
}

TEST(Message, an_error_is_a_refusal) {
  Text text("{\"id\":7,\"error\":\"no\"}\n");
  const Reply reply = read_reply(text, kQuestion, 7, {});
  ASSERT_TRUE(std::holds_alternative<Refusal>(reply));
  EXPECT_EQ(std::get<Refusal>(reply).error, "no");
}

TEST(Message, a_long_or_deep_error_is_cut) {
  const auto refusal = [](const std::string& error) {
    Text text("{\"id\":7,\"error\":" + error + "}\n");
    const Reply reply = read_reply(text, kQuestion, 7, {});
    return std::get<Refusal>(reply).error;
  };
  // 3999 ASCII bytes, then a character of two bytes across the limit.
  EXPECT_EQ(refusal("\"" + std::string(3999, 'x') + "\u00e9yz\""), std::string(3999, 'x') + "... (4003 bytes in all)");
  EXPECT_EQ(refusal("null"), "null");
  // Deeper than a recursive writer can follow.
  EXPECT_EQ(refusal(std::string(400000, '[') + std::string(400000, ']')), "a list");
  EXPECT_EQ(complaint(kQuestion, "{\"id\":" + std::string(400000, '[') + std::string(400000, ']') + "}\n"),
            "answered with id a list, where 7 was due");
}

TEST(Message, an_answer_may_hold_64_MiB_in_all) {
  const std::string half =
      written_npy(real_array({5000000}, std::vector<double>(5000000, 0.0), Dtype::float64), ElementType::f8);
  EXPECT_EQ(complaint(kQuestion, R"({"id":7,"arrays":["a","b"]})"
                                 "\n" +
                                     half + half),
            "answered with an array that cannot be read: it has shape (5000000,) of <f8, more than the 27108864 "
            "bytes that are allowed");
  EXPECT_EQ(complaint(kQuestion, R"({"id":7,"arrays":["a"]})"
                                 "\n" +
                                     half),
            "answered gumbel_softmax without the array \"sample\"");
}

TEST(Message, descriptions) {
  Text text(R"({"gumbelcheck":1,"name":"n","dtypes":["float32","int3"],"seeding":"stream","seed_bits":32,"x":1,)"
            R"("operations":{"softmax":{"gradient":true,"refusal":"adapter"},"gumbel_softmax":{"hard":false}}})"
            "\n");
  const Description found = read_description(text);
  EXPECT_EQ(found.dtypes, std::vector<Dtype>{Dtype::float32});
  EXPECT_EQ(found.seeding, Seeding::stream);
  EXPECT_EQ(fit_seed((1ULL << 40) + 5, found), 5U);
  EXPECT_TRUE(found.offer(Operation::softmax)->gradient);
  EXPECT_TRUE(found.offer(Operation::softmax)->refusal_by_adapter);
  EXPECT_FALSE(found.offer(Operation::gumbel_softmax)->hard);
  EXPECT_TRUE(found.offer(Operation::gumbel_softmax)->soft);
  EXPECT_EQ(found.offer(Operation::gumbel), nullptr);

  EXPECT_EQ(description_complaint("{}"), "described itself without \"gumbelcheck\":1, the protocol's version");
  EXPECT_EQ(description_complaint(R"({"gumbelcheck":1,"name":"n","dtypes":["int3"]})"),
            "described itself without any dtype of float16, bfloat16, float32 and float64");
  EXPECT_EQ(description_complaint(R"({"gumbelcheck":1,"name":"n","dtypes":["float32"],"seeding":"often"})"),
            "described its \"seeding\" as \"often\"; call, stream and none are allowed");
  EXPECT_EQ(
      description_complaint(
          R"({"gumbelcheck":1,"name":"n","dtypes":["float32"],"seeding":"call","operations":{"softmax":{"axis":1}}})"),
      "described softmax with a \"axis\" that is neither true nor false");
  EXPECT_EQ(description_complaint(
                R"({"gumbelcheck":1,"name":"n","dtypes":["float32"],"seeding":"call","operations":{"dance":{}}})"),
            "described itself without any operation of this protocol");
  EXPECT_EQ(
      description_complaint(R"({"gumbelcheck":1,"name":"n","dtypes":["float32"],"seeding":"call","seed_bits":[64]})"),
      "described its \"seed_bits\" as a list; 1 to 53 are allowed");
  EXPECT_EQ(description_complaint(R"({"error":"not today"})"), "refused to describe itself: not today");
}

}  // namespace
}  // namespace gumbelcheck::subject
