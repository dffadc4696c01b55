#pragma once

// A subject is the implementation under test: whatever answers the questions of the subject protocol
// (proofs aside, the contract is docs/protocol.md). In C++ it is any type with `describe` and `ask`.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gumbelcheck::subject {

enum class Dtype { float16, bfloat16, float32, float64 };
std::string_view name(Dtype dtype);
std::optional<Dtype> dtype_from(std::string_view name);
double unit_roundoff(Dtype dtype);             // 2^-11, 2^-8, 2^-24, 2^-53
double smallest_normal(Dtype dtype);           // 2^-14, 2^-126, 2^-126, 2^-1022
double rounded_to(Dtype dtype, double value);  // to nearest even, overflow to infinity

using Shape = std::vector<std::size_t>;
std::size_t element_count(const Shape& shape);  // throws std::length_error on overflow

// An array in C order. Values of float16, bfloat16 and float32 travel as float, which holds them exactly.
struct Array {
  Shape shape;
  std::variant<std::vector<float>, std::vector<double>, std::vector<std::int64_t>> data;

  std::size_t size() const;
  // The data as a vector of T; throws std::bad_variant_access when it is of another type.
  template <class T>
  const std::vector<T>& as() const {
    return std::get<std::vector<T>>(data);
  }
  double real(std::size_t i) const;  // element i as double, whatever the type
};

// `values` rounded to dtype, stored as float (or double for float64).
Array real_array(Shape shape, const std::vector<double>& values, Dtype dtype);

struct NamedArray {
  std::string name;
  Array array;
};

enum class Operation {
  softmax,
  gumbel,
  gumbel_max,
  categorical,
  gumbel_softmax,
  concrete_log_density,
  log_concrete,
  gumbel_top_k
};
std::string_view name(Operation operation);
std::optional<Operation> operation_from(std::string_view name);

// What an operation was described with.
struct Offer {
  bool gradient = false;
  bool temperature_gradient = false;
  bool maximum = false;
  bool axis = false;
  bool frozen_noise = false;
  bool noise = false;      // takes injected uniforms
  bool endpoints = false;  // among them 0 and 1
  bool hard = true;        // gumbel_softmax has the hard path
  bool soft = true;        // and the soft one
  bool refusal_by_adapter = false;
};

enum class Seeding { call, stream, none };

struct Description {
  std::string name = {};
  std::string version = {};
  std::string device = {};
  std::vector<Dtype> dtypes = {};
  Seeding seeding = Seeding::call;
  int seed_bits = 53;
  std::map<Operation, Offer> operations = {};

  const Offer* offer(Operation operation) const;  // nullptr when it is not offered
  bool has(Dtype dtype) const;
};

// The lowest `seed_bits` bits of seed: what a subject with narrower seeds is asked with.
std::uint64_t fit_seed(std::uint64_t seed, const Description& description);

// One question. `axis` counts in the logits. Seed, draws and k are absent where the question has none.
struct Question {
  Operation call = Operation::softmax;
  Dtype dtype = Dtype::float64;
  std::optional<std::uint64_t> seed = {};
  std::optional<std::uint64_t> draws = {};
  std::optional<double> temperature = {};
  std::optional<bool> hard = {};
  std::optional<int> axis = {};
  std::optional<std::uint64_t> k = {};
  bool endpoints = false;
  std::vector<NamedArray> arrays = {};

  const Array* find(std::string_view array_name) const;
};

struct Answer {
  std::vector<NamedArray> arrays;
  const Array* find(std::string_view array_name) const;
};
// The subject refuses: for bad input this is the right answer.
struct Refusal {
  std::string error;
};
// The conversation has ended: a crash, a hang, a malformed answer. Whoever still needed it is `broken`.
struct Breakdown {
  std::string reason;            // one sentence
  std::string last_stderr = {};  // its last lines, possibly empty
};
using Reply = std::variant<Answer, Refusal, Breakdown>;

template <class S>
concept Testable = requires(S s, const Question& question) {
  { s.describe() } -> std::convertible_to<Description>;
  { s.ask(question) } -> std::same_as<Reply>;
};

// Any Testable, by value. Not shared between threads: each worker opens its own.
class Subject {
 public:
  template <Testable S>
  requires(!std::same_as<S, Subject>)
      Subject(S subject)  // NOLINT(google-explicit-constructor): a handle is meant to be made from any subject
      : model_(std::make_unique<Model<S>>(std::move(subject))) {}

  const Description& describe() const { return model_->description; }
  Reply ask(const Question& question) { return model_->ask(question); }

 private:
  struct Interface {
    Description description;
    virtual ~Interface() = default;
    virtual Reply ask(const Question& question) = 0;
  };
  template <Testable S>
  struct Model final : Interface {
    explicit Model(S s) : subject(std::move(s)) { this->description = subject.describe(); }
    Reply ask(const Question& question) override { return subject.ask(question); }
    S subject;
  };
  std::unique_ptr<Interface> model_;
};

}  // namespace gumbelcheck::subject
