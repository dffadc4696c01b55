#pragma once

// How a check talks to a subject: questions with seeds that belong to the case, and answers that are
// answers. Anything else ends the check with a verdict.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::claim {

// Thrown inside a check where it can go no further; `concluded` turns it into the check's result. It is not
// a statistical outcome: those are values.
struct Ended {
  Verdict verdict = Verdict::broken;
  std::string finding;
  std::string last_stderr = {};
  bool impossible = false;  // CheckResult's
};
// What a right subject does with probability zero, whatever its draws: no class of that number, a NaN. Not for what is
// only improbable, or beyond a bound that rounding could in theory reach.
Ended impossible(std::string finding);

// Runs the body of a check; an Ended becomes its verdict.
CheckResult concluded(const Case& tried, const std::function<void(CheckResult&)>& body);

class Inquiry {
 public:
  Inquiry(const Case& tried, subject::Subject& subject) : case_(tried), subject_(subject) {}

  const Case& tried() const { return case_; }
  const subject::Description& description() const { return subject_.describe(); }
  // throws Ended(unsupported) when the operation is not offered
  const subject::Offer& offer(subject::Operation operation) const;

  // The n-th seed of this case; absent for a subject that takes none. Different n give different seeds: draws
  // of one seed counted twice are not independent, and narrow seeds would soon repeat by chance. throws
  // Ended(inconclusive) when the subject has no n + 1 seeds
  std::optional<std::uint64_t> seed(std::uint64_t n) const;

  // A question in the case's dtype. With logits, the case's own, rounded to the dtype; axis where the
  // operation takes one; temperature where it has one.
  subject::Question question(subject::Operation operation) const;

  // What comes back holds every array that the question asks for, of the right type and shape, from whatever
  // kind of subject.
  // throws Ended: broken for a breakdown and for an answer that is none, refuted for a refusal of good input
  subject::Answer ask(const subject::Question& question);
  // A refusal is an answer here; a breakdown still ends the check.
  std::variant<subject::Answer, subject::Refusal> ask_bad(const subject::Question& question);

  random::StreamId stream(random::Purpose purpose, std::uint32_t block = 0) const;

 private:
  const Case& case_;
  subject::Subject& subject_;
};

// The array of this name; throws Ended(broken) when it is missing.
const subject::Array& array(const subject::Answer& answer, std::string_view name);

// The case's logits as the subject sees them.
std::vector<double> rounded_logits(const Case& tried);

// Where the rows along `axis` lie in an array of this shape.
struct RowLayout {
  std::size_t classes = 0;
  std::size_t stride = 1;           // between the entries of a row
  std::vector<std::size_t> starts;  // of each row of the batch
  std::size_t elements = 0;         // of one draw
};
RowLayout row_layout(const subject::Shape& shape, int axis);

// A row for a sentence: at most its first eight values.
std::string row_text(std::span<const double> row);

// The rows of `values` (one draw), one vector each.
std::vector<std::vector<double>> rows_of(const std::vector<double>& values, const RowLayout& layout);

}  // namespace gumbelcheck::claim
