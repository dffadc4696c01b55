#pragma once

// Questions and answers as bytes: a line of JSON and the arrays that it names.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gumbelcheck/subject/npy.hpp"
#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::subject {

// What a subject did that ends the conversation: the rest of a sentence that begins with "The subject".
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Where an answer is read from. Both throw Malformed when the stream ends first.
class AnswerStream {
 public:
  virtual ~AnswerStream() = default;
  virtual std::string line() = 0;  // without its newline
  virtual void read(std::span<char> bytes) = 0;
};

std::string describe_question();

// rule    seeds fit the subject's `seed_bits`, and are left out where its seeding is `none`
// throws  std::invalid_argument for what JSON cannot say (a temperature that is not finite) and for arrays of
//         another kind of number than the dtype's
std::string written_question(const Question& question, std::uint64_t id, const Description& description);

// throws  Malformed
Description read_description(AnswerStream& stream);

// The answer to `question`, its arrays checked for presence, shape and type.
// rule    a result that the shapes of the question do not determine (an axis outside the logits) may have any
//         shape; arrays that nobody asked for are read and dropped
// throws  Malformed
Reply read_reply(AnswerStream& stream, const Question& question, std::uint64_t id, const Description& description);

// What the answer to a question must hold.
struct Expected {
  std::string name;
  std::optional<Shape> shape;  // absent: not determined
  ElementType type;
};
std::vector<Expected> expected_arrays(const Question& question, const Offer& offer);

}  // namespace gumbelcheck::subject
