#include "gumbelcheck/fault/altered.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace gumbelcheck::fault {

namespace {

class Altered {
 public:
  explicit Altered(Alteration alteration) : alteration_(std::move(alteration)) {}

  subject::Description describe() const {
    const subject::Description whole = inner_.describe();
    subject::Description description = whole;
    description.name = "fault";
    description.dtypes = alteration_.dtypes;
    for (const subject::Dtype dtype : alteration_.dtypes) {
      if (!whole.has(dtype)) {
        throw std::invalid_argument(fmt::format(
            "altered: dtypes must be offered by the built-in implementation, but {} is not", subject::name(dtype)));
      }
    }
    description.operations.clear();
    for (const subject::Operation operation : alteration_.operations) {
      const subject::Offer* offer = whole.offer(operation);
      if (offer == nullptr) {
        throw std::invalid_argument(
            fmt::format("altered: operations must be offered by the built-in implementation, but {} is not",
                        subject::name(operation)));
      }
      description.operations.emplace(operation, *offer);
    }
    if (alteration_.description) alteration_.description(description);
    return description;
  }

  subject::Reply ask(const subject::Question& asked) {
    subject::Question question = asked;
    try {
      if (alteration_.question) alteration_.question(question);
    } catch (const std::invalid_argument& error) {  // bad input that the change met first
      return subject::Refusal{error.what()};
    }
    subject::Reply reply = inner_.ask(question);
    if (auto* answer = std::get_if<subject::Answer>(&reply); answer != nullptr && alteration_.answer) {
      alteration_.answer(asked, *answer);
    }
    return reply;
  }

 private:
  Alteration alteration_;
  subject::Reference inner_;
};

}  // namespace

subject::Subject altered(Alteration alteration) { return Altered(std::move(alteration)); }

subject::Array& array(std::vector<subject::NamedArray>& arrays, std::string_view name) {
  for (subject::NamedArray& named : arrays) {
    if (named.name == name) return named.array;
  }
  throw std::invalid_argument(fmt::format("array: there must be an array named \"{}\", but there is none", name));
}

void change_logits(subject::Question& question, const std::function<void(std::vector<double>& row)>& change) {
  subject::Array& logits = array(question.arrays, "logits");
  const Rows rows = rows_along(logits.shape, question.axis.value_or(-1));
  std::vector<double> changed(logits.size());
  for (std::size_t row = 0; row < rows.starts.size(); ++row) {
    std::vector<double> entries = row_of(logits, rows, 0, row);
    change(entries);
    for (std::size_t k = 0; k < rows.classes; ++k) changed[rows.at(row, k)] = entries[k];
  }
  logits = subject::real_array(logits.shape, changed, question.dtype);
}

void change_rows(const subject::Question& asked, subject::Answer& answer, std::string_view name,
                 const std::function<void(const std::vector<double>& logits, std::vector<double>& row)>& change) {
  subject::Array& values = array(answer.arrays, name);
  const subject::Array& logits = *asked.find("logits");
  const Rows rows = rows_along(logits.shape, asked.axis.value_or(-1));
  std::vector<double> changed(values.size());
  for (std::size_t draw = 0; draw < values.size() / rows.elements; ++draw) {
    for (std::size_t row = 0; row < rows.starts.size(); ++row) {
      std::vector<double> entries = row_of(values, rows, draw, row);
      change(row_of(logits, rows, 0, row), entries);
      for (std::size_t k = 0; k < rows.classes; ++k) changed[draw * rows.elements + rows.at(row, k)] = entries[k];
    }
  }
  values = subject::real_array(values.shape, changed, asked.dtype);
}

}  // namespace gumbelcheck::fault
