// The adapters in src/python, asked through the protocol. What they answer is judged elsewhere: here only
// that each operation they describe is answered in the right shape, and what they claim about their noise.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

#include "gumbelcheck/subject/process.hpp"

namespace gumbelcheck::subject {
namespace {

bool can_import(const std::string& module) {
  // Found, not imported: that takes PyTorch seconds.
  const std::string program = "import importlib.util as u, sys; sys.exit(u.find_spec(\"" + module + "\") is None)";
  return std::system((GUMBELCHECK_PYTHON " -c '" + program + "' 2>/dev/null").c_str()) == 0;
}

std::vector<std::string> adapter(const std::string& library) {
  return {GUMBELCHECK_PYTHON, GUMBELCHECK_SOURCE_DIR "/src/python/" + library + "_subject.py"};
}

Array logits_of(Dtype dtype) { return real_array({2, 3}, {0.1, -1, 2, 0, 0.5, -3}, dtype); }

Question question(Operation call, Dtype dtype) {
  Question asked{.call = call, .dtype = dtype, .seed = 12345, .draws = 4, .arrays = {}};
  if (call != Operation::gumbel) asked.arrays.push_back({"logits", logits_of(dtype)});
  if (call == Operation::softmax || call == Operation::concrete_log_density) asked.draws = std::nullopt;
  if (call == Operation::softmax) asked.seed = std::nullopt;
  if (call == Operation::concrete_log_density) {
    asked.arrays.push_back({"value", real_array({2, 3}, {0.25, 0.25, 0.5, 0.5, 0.125, 0.375}, dtype)});
  }
  if (call == Operation::gumbel_softmax || call == Operation::log_concrete || call == Operation::concrete_log_density) {
    asked.temperature = 0.7;
  }
  if (call == Operation::gumbel_softmax) asked.hard = false;
  if (call == Operation::gumbel_top_k) asked.k = 2;
  return asked;
}

void answers_all_it_offers(const std::string& library) {
  if (!can_import("numpy") || !can_import(library)) GTEST_SKIP() << "Python's " << library << " is missing";
  Process process(adapter(library));
  ASSERT_FALSE(process.failure()) << process.failure()->reason << "\n" << process.failure()->last_stderr;
  const Description description = process.describe();
  EXPECT_EQ(description.name, library);
  for (const auto& [operation, offer] : description.operations) {
    for (const Dtype dtype : description.dtypes) {
      SCOPED_TRACE(std::string(name(operation)) + " " + std::string(name(dtype)));
      std::vector<Question> asked{question(operation, dtype)};
      if (offer.axis) {
        asked.push_back(asked.front());
        asked.back().axis = 0;
      }
      if (offer.gradient) {
        asked.push_back(asked.front());
        const bool drawn = operation == Operation::gumbel_softmax;
        const Shape shape = drawn ? Shape{4, 2, 3} : Shape{2, 3};
        asked.back().arrays.push_back(
            {"cotangent", real_array(shape, std::vector<double>(drawn ? 24 : 6, 0.5), dtype)});
      }
      for (const Question& each : asked) {
        const Reply reply = process.ask(each);
        if (const auto* broken = std::get_if<Breakdown>(&reply))
          FAIL() << broken->reason << "\n" << broken->last_stderr;
        if (const auto* refusal = std::get_if<Refusal>(&reply)) FAIL() << refusal->error;
        const Reply again = process.ask(each);
        const auto& first = std::get<Answer>(reply).arrays;
        const auto& second = std::get<Answer>(again).arrays;
        ASSERT_EQ(first.size(), second.size());
        for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].array.data, second[i].array.data);
      }
    }
  }
}

TEST(PythonAdapterSubject, torch_answers_all_it_offers) { answers_all_it_offers("torch"); }
TEST(PythonAdapterSubject, numpy_answers_all_it_offers) { answers_all_it_offers("numpy"); }

// A cotangent makes the adapter pass the temperature as a tensor; the sample must be that of a plain number.
TEST(PythonAdapterSubject, torch_samples_do_not_depend_on_the_cotangent) {
  if (!can_import("numpy") || !can_import("torch")) GTEST_SKIP() << "Python's torch is missing";
  Process process(adapter("torch"));
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    for (const double temperature : {0.01, 0.1, 0.7, 100.0}) {
      for (const bool hard : {false, true}) {
        Question plain = question(Operation::gumbel_softmax, dtype);
        plain.temperature = temperature;
        plain.hard = hard;
        Question with = plain;
        with.arrays.push_back({"cotangent", real_array({4, 2, 3}, std::vector<double>(24, 0.5), dtype)});
        const Reply one = process.ask(plain);
        const Reply two = process.ask(with);
        EXPECT_EQ(std::get<Answer>(one).find("sample")->data, std::get<Answer>(two).find("sample")->data);
      }
    }
  }
}

// With noise g behind the seed, log y_i - log y_j = (o_i - o_j + g_i - g_j) / temperature: the same g
// whatever the logits are, impossible classes and large ones among them.
TEST(PythonAdapterSubject, torch_noise_depends_on_the_shape_alone) {
  if (!can_import("numpy") || !can_import("torch")) GTEST_SKIP() << "Python's torch is missing";
  Process process(adapter("torch"));
  const double infinity = std::numeric_limits<double>::infinity();
  const auto noise = [&](const std::vector<double>& logits, double temperature) {
    Question asked = question(Operation::gumbel_softmax, Dtype::float64);
    asked.arrays.front().array = real_array({2, 3}, logits, Dtype::float64);
    asked.temperature = temperature;
    const Reply reply = process.ask(asked);
    const Array& sample = *std::get<Answer>(reply).find("sample");
    std::vector<double> differences;  // of the first two classes, which stay possible
    for (std::size_t row = 0; row < 8; ++row) {
      const std::size_t first = (row % 2) * 3;
      differences.push_back(temperature * (std::log(sample.real(3 * row)) - std::log(sample.real(3 * row + 1))) -
                            (logits[first] - logits[first + 1]));
    }
    return differences;
  };
  const std::vector<double> base = noise({0, 0, 0, 0, 0, 0}, 1);
  for (const auto& other : {noise({1, -1, -infinity, 3, 2, 5}, 1), noise({1000, 1001, 900, -1000, -999, 0}, 4),
                            noise({0, 0, 0, 0, 0, 0}, 0.5)}) {
    for (std::size_t row = 0; row < 8; ++row) {
      if (!std::isfinite(other[row])) continue;  // an entry that no double holds
      EXPECT_NEAR(other[row], base[row], 1e-9) << row;
    }
  }
}

TEST(PythonAdapterSubject, a_question_without_draws_has_no_leading_axis) {
  for (const char* library : {"torch", "numpy"}) {
    if (!can_import("numpy") || !can_import(library)) GTEST_SKIP() << "Python's " << library << " is missing";
    Process process(adapter(library));
    const Description description = process.describe();
    for (const auto& [operation, offer] : description.operations) {
      Question asked = question(operation, Dtype::float64);
      asked.draws = std::nullopt;
      EXPECT_TRUE(std::holds_alternative<Answer>(process.ask(asked))) << library << " " << name(operation);
    }
  }
}

// An impossible class is good input; an axis outside the logits, also one that would be an axis of the
// result, a cotangent of another shape and a temperature that is not positive are bad.
TEST(PythonAdapterSubject, torch_input_good_and_bad) {
  if (!can_import("numpy") || !can_import("torch")) GTEST_SKIP() << "Python's torch is missing";
  Process process(adapter("torch"));
  const double infinity = std::numeric_limits<double>::infinity();
  for (const Operation operation :
       {Operation::softmax, Operation::gumbel_softmax, Operation::categorical, Operation::log_concrete}) {
    Question impossible = question(operation, Dtype::float32);
    impossible.arrays.front().array = real_array({2, 3}, {0, -infinity, 2, -infinity, 0, 1}, Dtype::float32);
    EXPECT_TRUE(std::holds_alternative<Answer>(process.ask(impossible))) << name(operation);
  }
  for (const Operation operation : {Operation::softmax, Operation::gumbel_softmax}) {
    for (const int axis : {2, -3}) {
      Question asked = question(operation, Dtype::float32);
      asked.axis = axis;
      EXPECT_TRUE(std::holds_alternative<Refusal>(process.ask(asked))) << name(operation) << " axis " << axis;
    }
    Question asked = question(operation, Dtype::float32);
    asked.arrays.push_back({"cotangent", real_array({5}, {1, 2, 3, 4, 5}, Dtype::float32)});
    EXPECT_TRUE(std::holds_alternative<Refusal>(process.ask(asked))) << name(operation);
  }
  Question asked = question(Operation::softmax, Dtype::float32);
  asked.temperature = 0.0;
  EXPECT_TRUE(std::holds_alternative<Refusal>(process.ask(asked)));
}

TEST(PythonAdapterSubject, an_exception_is_a_refusal) {
  if (!can_import("numpy")) GTEST_SKIP() << "Python's numpy is missing";
  Process process(adapter("numpy"));
  Question bad = question(Operation::categorical, Dtype::float64);
  bad.arrays.front().array = real_array({1, 2}, {std::strtod("nan", nullptr), 0}, Dtype::float64);
  const Reply reply = process.ask(bad);
  ASSERT_TRUE(std::holds_alternative<Refusal>(reply));
  EXPECT_NE(std::get<Refusal>(reply).error.find("ValueError"), std::string::npos);
}

// The listing in the documentation is the program that the tests run.
TEST(PythonAdapterSubject, the_listing_in_the_protocol_works) {
  const auto contents = [](const std::string& file) {
    std::ifstream stream(GUMBELCHECK_SOURCE_DIR + ("/" + file), std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(stream), {}};
  };
  const std::string program = contents("tests/subject/programs/minimal.py");
  ASSERT_FALSE(program.empty());
  EXPECT_NE(contents("docs/protocol.md").find("```python\n" + program + "```"), std::string::npos)
      << "docs/protocol.md must hold tests/subject/programs/minimal.py as it is";
  Process process({GUMBELCHECK_PYTHON, GUMBELCHECK_SOURCE_DIR "/tests/subject/programs/minimal.py"});
  ASSERT_FALSE(process.failure()) << process.failure()->reason;
  Question asked = question(Operation::gumbel_max, Dtype::float64);
  const Reply reply = process.ask(asked);
  ASSERT_TRUE(std::holds_alternative<Answer>(reply));
  EXPECT_EQ(std::get<Answer>(reply).find("index")->shape, (Shape{4, 2}));
}

}  // namespace
}  // namespace gumbelcheck::subject
