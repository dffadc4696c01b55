#pragma once

// The built-in implementation with something changed on the way in or on the way out: most faults are this.

#include <functional>
#include <string_view>
#include <vector>

#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::fault {

struct Alteration {
  std::vector<subject::Operation> operations;  // offered; what the fault does not touch is left out, to keep it quick
  std::vector<subject::Dtype> dtypes = {subject::Dtype::float32, subject::Dtype::float64};
  std::function<void(subject::Description&)> description = {};
  std::function<void(subject::Question&)> question = {};  // may keep state from one question to the next
  // Sees the question as it was asked. A refusal is passed on as it is.
  std::function<void(const subject::Question& asked, subject::Answer&)> answer = {};
};

// throws  std::invalid_argument for an operation or dtype that the built-in implementation does not offer
subject::Subject altered(Alteration alteration);

// Every row of the logits, along the axis asked for, goes through `change`.
void change_logits(subject::Question& question, const std::function<void(std::vector<double>& row)>& change);

// Every row of every draw of an array of the answer, shaped as the logits, goes through `change`, which also
// sees the row of logits that it came from.
void change_rows(const subject::Question& asked, subject::Answer& answer, std::string_view name,
                 const std::function<void(const std::vector<double>& logits, std::vector<double>& row)>& change);

// The array of this name; throws std::invalid_argument when there is none.
subject::Array& array(std::vector<subject::NamedArray>& arrays, std::string_view name);

}  // namespace gumbelcheck::fault
