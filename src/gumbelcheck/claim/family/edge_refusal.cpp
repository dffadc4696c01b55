// edge/refusal: bad input is refused, or answered with NaN.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>
#include <stdexcept>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tally.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t kDrawnOfThree = 2;  // by gumbel_top_k

constexpr Operation kOperations[] = {
    Operation::softmax,        Operation::gumbel_max,   Operation::categorical,         Operation::gumbel_top_k,
    Operation::gumbel_softmax, Operation::log_concrete, Operation::concrete_log_density};

bool has_temperature(Operation operation) {
  return operation != Operation::gumbel_max && operation != Operation::categorical &&
         operation != Operation::gumbel_top_k;
}

// Why bad input cannot be asked of this operation; "" when it can.
std::string not_asked(const subject::Description& description, Operation operation) {
  const subject::Offer* offer = description.offer(operation);
  if (offer == nullptr) return "not offered";
  return offer->refusal_by_adapter ? "the adapter, not the library, would meet the bad input" : "";
}

std::vector<Case> refusal_cases(const subject::Description& description, const Request& request) {
  CaseList list("edge/refusal", request);
  const LogitsSet set{"bad input in one of two rows", {2, 3}, {0, .5, -1, .25, 1, -.5}, -1};
  for (const Operation operation : kOperations) {
    if (!not_asked(description, operation).empty()) continue;
    list.add(set, every_dtype(description).front(), 1, {2, 0}, std::string(subject::name(operation)), false);
  }
  return list.take();
}

std::string missing_refusal(const subject::Description& description) {
  std::string reasons;
  for (const Operation operation : kOperations) {
    const std::string reason = not_asked(description, operation);
    if (reason.empty()) return "";
    reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", subject::name(operation), reason);
  }
  return fmt::format("Bad input cannot be asked ({}).", reasons);
}

// What is bad stands in the last row of the case's logits.
struct BadInput {
  std::string name;
  std::function<void(std::span<double> row)> spoil = [](std::span<double>) {};
  std::optional<double> temperature = {};
  bool wrong_shape = false;  // of the second array: a cotangent, or the value of a density
  bool axis_out_of_range = false;
  bool every_row = false;  // what is bad concerns all rows
};

std::vector<BadInput> bad_inputs(Operation operation, const subject::Offer& offer) {
  const auto impossible = [](std::span<double> row) { std::ranges::fill(row, -kInfinity); };
  std::vector<BadInput> inputs = {{.name = "a NaN logit", .spoil = [](std::span<double> row) { row[1] = kNaN; }},
                                  {.name = "a +inf logit", .spoil = [](std::span<double> row) { row[0] = kInfinity; }},
                                  {.name = "a row of -inf", .spoil = impossible}};
  if (has_temperature(operation)) {
    inputs.push_back({.name = "temperature 0", .temperature = 0.0, .every_row = true});
    inputs.push_back({.name = "temperature -1", .temperature = -1.0, .every_row = true});
  }
  if (operation == Operation::concrete_log_density) {
    inputs.push_back({.name = "a value of the wrong shape", .wrong_shape = true, .every_row = true});
  } else if (offer.gradient) {
    inputs.push_back({.name = "a cotangent of the wrong shape", .wrong_shape = true, .every_row = true});
  }
  if (operation == Operation::gumbel_top_k) {
    inputs.push_back({.name = "more draws than possible classes", .spoil = [](std::span<double> row) {
                        for (std::size_t k = 0; k < row.size(); ++k) row[k] = k == 1 ? row[k] : -kInfinity;
                      }});
  }
  if (offer.axis) inputs.push_back({.name = "an axis that is not there", .axis_out_of_range = true, .every_row = true});
  return inputs;
}

// The array of numbers that the operation answers with; indices have no NaN.
const char* numbers_of(Operation operation) {
  switch (operation) {
    case Operation::softmax:
      return "value";
    case Operation::gumbel_softmax:
      return "sample";
    case Operation::log_concrete:
      return "log_sample";
    case Operation::concrete_log_density:
      return "log_density";
    default:
      return nullptr;
  }
}

// NaN throughout what the bad input affects is as honest as an error; numbers and indices are not.
bool answered_nan(const subject::Answer& answer, Operation operation, const BadInput& bad,
                  const subject::Shape& shape) {
  if (numbers_of(operation) == nullptr || bad.wrong_shape || bad.axis_out_of_range) return false;
  const Reals values(array(answer, numbers_of(operation)));
  // The rows of a draw, one after the other: a number a row, or a number an entry.
  const std::size_t rows = subject::element_count(shape) / shape.back();
  const std::size_t row = operation == Operation::concrete_log_density ? 1 : shape.back();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool affected = bad.every_row || (i / row) % rows == rows - 1;
    if (affected && !std::isnan(values[i])) return false;
  }
  return values.size() > 0;
}

// Rows of 1/2, 1/4, ..., the last two equal: exact in every dtype.
std::vector<double> on_the_simplex(const Case& tried) {
  std::vector<double> values(tried.logits.size());
  const std::size_t classes = tried.shape.back();
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = std::ldexp(1.0, -static_cast<int>(std::min(i % classes + 1, classes - 1)));
  }
  return values;
}

// The question with this input; with none of it bad, good input.
subject::Question question_with(const BadInput& bad, Inquiry& inquiry, Operation operation) {
  const Case& tried = inquiry.tried();
  subject::Question question = inquiry.question(operation);
  std::vector<double> logits = tried.logits;
  bad.spoil(std::span(logits).last(tried.shape.back()));
  question.arrays = {{"logits", subject::real_array(tried.shape, logits, tried.dtype)}};
  const bool density = operation == Operation::concrete_log_density;
  if (density) {
    question.arrays.push_back({"value", subject::real_array(tried.shape, on_the_simplex(tried), tried.dtype)});
  } else if (operation != Operation::softmax) {
    question.seed = inquiry.seed(0);
    question.draws = tried.draws;
  }
  if (operation == Operation::gumbel_softmax) question.hard = !inquiry.offer(operation).soft;
  if (operation == Operation::gumbel_top_k) question.k = kDrawnOfThree;
  if (bad.temperature) question.temperature = bad.temperature;
  if (bad.axis_out_of_range) question.axis = static_cast<int>(tried.shape.size());
  if (bad.wrong_shape) {
    if (density) question.arrays.pop_back();
    question.arrays.push_back(
        {density ? "value" : "cotangent", subject::real_array({5}, {.1, .2, .3, .15, .25}, tried.dtype)});
  }
  return question;
}

CheckResult check_refusal(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const std::optional<Operation> named = subject::operation_from(tried.variant);
    if (!named || std::ranges::find(kOperations, *named) == std::end(kOperations)) {
      throw std::invalid_argument(
          fmt::format("edge/refusal: the variant is \"{}\"; it must name an operation.", tried.variant));
    }
    const Operation operation = *named;
    std::string silent;
    Tally tally("an error, or NaN throughout the affected row", "never a number or an index");
    // The control: whoever refuses everything refuses this too, and is refuted by that.
    const BadInput nothing_bad{.name = "good input", .every_row = true};
    const subject::Answer good = inquiry.ask(question_with(nothing_bad, inquiry, operation));
    tally.require(!answered_nan(good, operation, nothing_bad, tried.shape),
                  [] { return "good input is answered with NaN"; });
    for (const BadInput& bad : bad_inputs(operation, inquiry.offer(operation))) {
      subject::Question question = question_with(bad, inquiry, operation);
      const auto reply = inquiry.ask_bad(question);
      const auto* answer = std::get_if<subject::Answer>(&reply);
      const bool honest = answer == nullptr || answered_nan(*answer, operation, bad, tried.shape);
      if (!honest) {
        silent += fmt::format("{}{}", silent.empty() ? "" : ", ", bad.name);
        if (!result.question_at_fault) result.question_at_fault = std::move(question);
      }
      tally.require(honest, [&] { return fmt::format("{} is answered as if it were good input", bad.name); });
    }
    tally.conclude(result);
    if (!silent.empty()) {
      result.finding = fmt::format("{} answers bad input with numbers: {}.", subject::name(operation), silent);
    }
  });
}

}  // namespace

Family edge_refusal() {
  return {{.sheet = {.id = "edge/refusal",
                     .statement = "NaN, +inf, a row that is all -inf or has fewer possible classes than are to be "
                                  "drawn, a temperature that is zero or negative, and arrays of the wrong shape are "
                                  "answered with an error or with NaN throughout the "
                                  "affected row, never with numbers or indices.",
                     .pivot = "none: exact",
                     .test = "good input, which must be answered; then each bad input once of each operation, in the "
                             "second of two rows where it concerns one row. Temperatures that are not finite "
                             "cannot be asked",
                     .power = "any of these inputs accepted in silence",
                     .proof = "proofs/streams.md#edge-refusal",
                     .source = "pytorch#22442"},
           .cases = refusal_cases,
           .missing = missing_refusal,
           .check = check_refusal}};
}

}  // namespace gumbelcheck::claim::family
