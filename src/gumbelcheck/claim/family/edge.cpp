// edge/impossible and edge/refusal: what lies at the edge of the input.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const std::vector<double> kRow = {0, .5, -1};  // the good one of two rows

// ---- edge/impossible

// By what a draw costs: an index from cumulated probabilities, one from noise for every class, a whole
// sample.
std::uint64_t draws_of(const Path& path) {
  switch (path.operation) {
    case Operation::categorical:
      return std::uint64_t{1} << 23;
    case Operation::gumbel_max:
      return std::uint64_t{1} << 22;
    default:
      return std::uint64_t{1} << 18;
  }
}

// All paths that draw classes: of gumbel_softmax both.
std::vector<Path> class_paths(const subject::Description& description) {
  std::vector<Path> paths = random_paths(description);
  std::erase(paths, Path{.operation = Operation::gumbel});
  const subject::Offer* offer = description.offer(Operation::gumbel_softmax);
  if (offer != nullptr && offer->soft && offer->hard) {
    paths.push_back({.operation = Operation::gumbel_softmax, .hard = true});
  }
  return paths;
}

std::vector<Case> impossible_cases(const subject::Description& description, const Request& request) {
  const Request own = with_own_logits(request);  // the user's need not have an impossible class
  CaseList list("edge/impossible", own);
  // Impossible classes first, last and between, beside light and heavy ones: wherever a bucket edge may lie.
  const LogitsSet set = listed_logits({-kInfinity, 0, -kInfinity, -12, -kInfinity, 1, -kInfinity},
                                      "4 impossible among 7 classes");
  for (const subject::Dtype dtype : judged_dtypes(description)) {
    for (const Path& path : class_paths(description)) {
      const CasePlan plan{.draws = draws_of(path), .effect = 0, .statistical = true};
      list.add(set, dtype, 1, plan, name(path), false);
    }
  }
  return list.take();
}

CheckResult check_impossible(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const Path path = path_named(tried.variant);
    const bool sample =
        path.operation == Operation::gumbel_softmax || path.operation == Operation::log_concrete;
    const double nothing = path.operation == Operation::log_concrete ? -kInfinity : 0;
    const std::size_t classes = tried.logits.size();
    std::vector<bool> possible(classes);
    for (std::size_t k = 0; k < classes; ++k) possible[k] = tried.logits[k] > -kInfinity;
    const std::uint64_t most = draws_per_question(classes);
    Tally tally("softmax(logits), which is 0 there", "never");
    for (std::uint64_t number = 0; result.draws < tried.draws && tally.sound(); ++number) {
      const std::uint64_t draws = std::min(most, tried.draws - result.draws);
      const subject::Answer answer = inquiry.ask(question_of(inquiry, path, inquiry.seed(number), draws));
      if (sample) {
        const Reals values(array(answer, result_array(path)));
        for (std::size_t i = 0, k = 0; i < values.size(); ++i, k = k + 1 == classes ? 0 : k + 1) {
          if (possible[k]) continue;
          tally.require(values[i] == nothing, [&] {
            return fmt::format("draw {} has {:.9g} at class {}, which is impossible",
                               result.draws + i / classes, values[i], k);
          });
        }
      } else {
        const std::vector<std::int64_t>& indices = array(answer, result_array(path)).as<std::int64_t>();
        for (std::size_t i = 0; i < indices.size(); ++i) {
          const std::int64_t index = indices[i];
          const bool drawable = index >= 0 && index < static_cast<std::int64_t>(classes) &&
                                possible[static_cast<std::size_t>(index)];
          tally.require(drawable, [&] {
            return fmt::format("draw {} is class {}, which is impossible", result.draws + i, index);
          });
        }
      }
      result.draws += draws;
    }
    tally.conclude(result);
  });
}

std::string missing_impossible(const subject::Description& description) {
  if (judged_dtypes(description).empty()) return "The subject offers neither float32 nor float64.";
  return class_paths(description).empty() ? "The subject offers no operation that draws classes." : "";
}

// ---- edge/refusal

constexpr Operation kOperations[] = {Operation::softmax,      Operation::gumbel_max,
                                     Operation::categorical,  Operation::gumbel_softmax,
                                     Operation::log_concrete, Operation::concrete_log_density};

bool has_temperature(Operation operation) {
  return operation != Operation::gumbel_max && operation != Operation::categorical;
}

// Why bad input cannot be asked of this operation; "" when it can.
std::string not_asked(const subject::Description& description, Operation operation) {
  const subject::Offer* offer = description.offer(operation);
  if (offer == nullptr) return "not offered";
  return offer->refusal_by_adapter ? "the adapter, not the library, would meet the bad input" : "";
}

std::vector<Case> refusal_cases(const subject::Description& description, const Request& request) {
  CaseList list("edge/refusal", request);
  const LogitsSet set{"bad input in one of two rows", {2, kRow.size()}, {0, .5, -1, .25, 1, -.5}, -1};
  for (const Operation operation : kOperations) {
    if (!not_asked(description, operation).empty()) continue;
    list.add(set, judged_dtypes(description).front(), 1, {2, 0}, std::string(subject::name(operation)),
             false);
  }
  return list.take();
}

std::string missing_refusal(const subject::Description& description) {
  if (judged_dtypes(description).empty()) return "The subject offers neither float32 nor float64.";
  std::string reasons;
  for (const Operation operation : kOperations) {
    const std::string reason = not_asked(description, operation);
    if (reason.empty()) return "";
    reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", subject::name(operation), reason);
  }
  return fmt::format("Bad input cannot be asked ({}).", reasons);
}

struct BadInput {
  std::string name;
  std::vector<double> second_row = {.25, 1, -.5};
  std::optional<double> temperature = {};
  bool wrong_shape = false;  // of the second array: a cotangent, or the value of a density
  bool axis_out_of_range = false;
  bool every_row = false;  // what is bad concerns both rows
};

std::vector<BadInput> bad_inputs(Operation operation, const subject::Offer& offer) {
  std::vector<BadInput> inputs = {
      {.name = "a NaN logit", .second_row = {.25, kNaN, -.5}},
      {.name = "a +inf logit", .second_row = {kInfinity, 1, -.5}},
      {.name = "a row of -inf", .second_row = {-kInfinity, -kInfinity, -kInfinity}}};
  if (has_temperature(operation)) {
    inputs.push_back({.name = "temperature 0", .temperature = 0.0, .every_row = true});
    inputs.push_back({.name = "temperature -1", .temperature = -1.0, .every_row = true});
  }
  if (operation == Operation::concrete_log_density) {
    inputs.push_back({.name = "a value of the wrong shape", .wrong_shape = true, .every_row = true});
  } else if (offer.gradient) {
    inputs.push_back({.name = "a cotangent of the wrong shape", .wrong_shape = true, .every_row = true});
  }
  if (offer.axis)
    inputs.push_back({.name = "axis 2 of two axes", .axis_out_of_range = true, .every_row = true});
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
bool answered_nan(const subject::Answer& answer, Operation operation, const BadInput& bad) {
  if (numbers_of(operation) == nullptr || bad.wrong_shape || bad.axis_out_of_range) return false;
  const Reals values(array(answer, numbers_of(operation)));
  // Both rows of a draw, one after the other: a number a row, or a number an entry.
  const std::size_t row = operation == Operation::concrete_log_density ? 1 : kRow.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool affected = bad.every_row || (i / row) % 2 == 1;
    if (affected && !std::isnan(values[i])) return false;
  }
  return values.size() > 0;
}

// The question with this input; with none of it bad, good input.
subject::Question question_with(const BadInput& bad, Inquiry& inquiry, Operation operation) {
  const Case& tried = inquiry.tried();
  subject::Question question = inquiry.question(operation);
  std::vector<double> logits = kRow;
  logits.insert(logits.end(), bad.second_row.begin(), bad.second_row.end());
  question.arrays = {{"logits", subject::real_array(tried.shape, logits, tried.dtype)}};
  const bool density = operation == Operation::concrete_log_density;
  if (density) {
    question.arrays.push_back(
        {"value", subject::real_array(tried.shape, {.5, .25, .25, .25, .5, .25}, tried.dtype)});
  } else if (operation != Operation::softmax) {
    question.seed = inquiry.seed(0);
    question.draws = tried.draws;
  }
  if (operation == Operation::gumbel_softmax) question.hard = !inquiry.offer(operation).soft;
  if (bad.temperature) question.temperature = bad.temperature;
  if (bad.axis_out_of_range) question.axis = 2;
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
    tally.require(!answered_nan(good, operation, nothing_bad),
                  [] { return "good input is answered with NaN"; });
    for (const BadInput& bad : bad_inputs(operation, inquiry.offer(operation))) {
      const auto reply = inquiry.ask_bad(question_with(bad, inquiry, operation));
      const auto* answer = std::get_if<subject::Answer>(&reply);
      const bool honest = answer == nullptr || answered_nan(*answer, operation, bad);
      if (!honest) silent += fmt::format("{}{}", silent.empty() ? "" : ", ", bad.name);
      tally.require(honest, [&] { return fmt::format("{} is answered as if it were good input", bad.name); });
    }
    tally.conclude(result);
    if (!silent.empty()) {
      result.finding =
          fmt::format("{} answers bad input with numbers: {}.", subject::name(operation), silent);
    }
  });
}

}  // namespace

Family edge() {
  return {
      {.sheet =
           {.id = "edge/impossible",
            .statement = "A class of probability zero (logit -inf) is never drawn.",
            .pivot = "none: exact",
            .test = "four impossible classes among seven, wherever a bucket edge may lie: 8 million draws of "
                    "categorical, 4 million of gumbel_max, a quarter of a million samples; one hit refutes",
            .power = "a class drawn 14 times as often as once in all draws is overlooked with probability "
                     "1e-6; blind to what is rarer. A constant output passes, so it counts only beside an "
                     "upheld law",
            .proof = "proofs/gumbel-max.md#edge-impossible",
            .source = "pytorch#4858",
            .beside = {"gumbel-max/law", "categorical/law", "concrete/law"}},
       .cases = impossible_cases,
       .missing = missing_impossible,
       .check = check_impossible},
      {.sheet = {.id = "edge/refusal",
                 .statement =
                     "NaN, +inf, a row that is all -inf, a temperature that is zero or negative, and "
                     "arrays of the wrong shape are answered with an error or with NaN throughout the "
                     "affected row, never with numbers or indices.",
                 .pivot = "none: exact",
                 .test =
                     "good input, which must be answered; then each bad input once of each operation, in the "
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
