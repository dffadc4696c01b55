#include "gumbelcheck/claim/inquiry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tolerance.hpp"
#include "gumbelcheck/subject/message.hpp"

namespace gumbelcheck::claim {

using subject::Operation;

namespace {

bool holds(const subject::Array& array, subject::ElementType type) {
  switch (type) {
    case subject::ElementType::f2:
    case subject::ElementType::f4:
      return std::holds_alternative<std::vector<float>>(array.data);
    case subject::ElementType::f8:
      return std::holds_alternative<std::vector<double>>(array.data);
    case subject::ElementType::i8:
      return std::holds_alternative<std::vector<std::int64_t>>(array.data);
  }
  return false;
}

// A program's answers were looked at when they were read; a subject in this process is held to the same.
void require_answer(const subject::Answer& answer, const subject::Question& question, const subject::Offer& offer) {
  for (const subject::Expected& expected : subject::expected_arrays(question, offer)) {
    const subject::Array& found = array(answer, expected.name);
    const auto complain = [&](const std::string& what) {
      throw Ended{Verdict::broken, fmt::format("The subject answered {} with \"{}\" {}.", subject::name(question.call),
                                               expected.name, what)};
    };
    if (!holds(found, expected.type)) {
      complain(fmt::format("of another type than {}, which was due", subject::name(expected.type)));
    }
    if (expected.shape && found.shape != *expected.shape) {
      complain(fmt::format("of shape {}, where {} was due", subject::text_of(found.shape),
                           subject::text_of(*expected.shape)));
    }
    if (half_precision(question.dtype) && expected.type != subject::ElementType::i8 &&
        expected.type != subject::ElementType::f8) {
      const Reals values(found);
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i]) || subject::rounded_to(question.dtype, values[i]) == values[i]) continue;
        complain(
            fmt::format("whose element {} is {}, which {} cannot hold", i, values[i], subject::name(question.dtype)));
      }
    }
    if (found.size() != subject::element_count(found.shape)) {
      complain(fmt::format("of shape {} that holds {} elements", subject::text_of(found.shape), found.size()));
    }
  }
}

// A one-to-one map of the numbers of `bits` bits, keyed by the stream: three rounds of odd multiplication,
// shift and addition, each of which can be undone.
std::uint64_t permuted(std::uint64_t n, int bits, random::Stream keys) {
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  for (int round = 0; round < 3; ++round) {
    n = (n * (keys() | 1)) & mask;
    n ^= n >> std::max(1, bits / 2);
    n = (n + keys()) & mask;
  }
  return n;
}

}  // namespace

Ended impossible(std::string finding) {
  return {.verdict = Verdict::refuted, .finding = std::move(finding), .impossible = true};
}

CheckResult concluded(const Case& tried, const std::function<void(CheckResult&)>& body) {
  CheckResult result;
  result.tried = tried;
  result.held_to = held_to(tried);
  try {
    body(result);
  } catch (const Ended& ended) {
    if (ended.verdict == Verdict::unsupported || ended.verdict == Verdict::broken) result.held_to.clear();
    result.verdict = ended.verdict;
    result.finding = ended.finding;
    result.last_stderr = ended.last_stderr;
    result.impossible = ended.impossible;
  }
  return result;
}

const subject::Offer& Inquiry::offer(Operation operation) const {
  const subject::Offer* offer = subject_.describe().offer(operation);
  if (offer == nullptr) {
    throw Ended{Verdict::unsupported, fmt::format("The subject does not offer {}.", subject::name(operation))};
  }
  return *offer;
}

std::optional<std::uint64_t> Inquiry::seed(std::uint64_t n) const {
  if (description().seeding == subject::Seeding::none) return std::nullopt;
  const int bits = std::clamp(description().seed_bits, 1, 53);
  if (n >> bits != 0) {
    throw Ended{Verdict::inconclusive,
                fmt::format("The subject has {} seeds (seed_bits is {}), and this check needs more.",
                            std::uint64_t{1} << bits, bits)};
  }
  return permuted(n, bits, random::Stream(stream(random::Purpose::question_seed)));
}

subject::Question Inquiry::question(Operation operation) const {
  const subject::Offer& offered = offer(operation);
  subject::Question question;
  question.call = operation;
  question.dtype = case_.dtype;
  if (operation == Operation::gumbel) return question;
  question.arrays.push_back({"logits", subject::real_array(case_.shape, case_.logits, case_.dtype)});
  if (offered.axis) question.axis = case_.axis;
  if (operation == Operation::softmax || operation == Operation::gumbel_softmax ||
      operation == Operation::log_concrete || operation == Operation::concrete_log_density) {
    question.temperature = case_.temperature;
  }
  return question;
}

std::variant<subject::Answer, subject::Refusal> Inquiry::ask_bad(const subject::Question& question) {
  const subject::Offer& offered = offer(question.call);
  subject::Reply reply;
  try {
    reply = subject_.ask(question);
  } catch (const std::exception& thrown) {
    throw Ended{Verdict::broken, fmt::format("The subject threw an exception: {}", thrown.what())};
  }
  if (auto* breakdown = std::get_if<subject::Breakdown>(&reply)) {
    throw Ended{Verdict::broken, breakdown->reason, breakdown->last_stderr};
  }
  if (auto* refusal = std::get_if<subject::Refusal>(&reply)) return std::move(*refusal);
  require_answer(std::get<subject::Answer>(reply), question, offered);
  return std::get<subject::Answer>(std::move(reply));
}

subject::Answer Inquiry::ask(const subject::Question& question) {
  auto reply = ask_bad(question);
  if (auto* refusal = std::get_if<subject::Refusal>(&reply)) {
    throw Ended{Verdict::refuted,
                fmt::format("The subject refused good input ({}): {}", subject::name(question.call), refusal->error)};
  }
  return std::get<subject::Answer>(std::move(reply));
}

random::StreamId Inquiry::stream(random::Purpose purpose, std::uint32_t block) const {
  return {.seed = case_.seed,
          .purpose = purpose,
          .claim = random::claim_number(case_.claim),
          .case_index = case_.index,
          .block = block};
}

const subject::Array& array(const subject::Answer& answer, std::string_view name) {
  const subject::Array* found = answer.find(name);
  if (found == nullptr) {
    throw Ended{Verdict::broken, fmt::format("The answer has no array named \"{}\".", name)};
  }
  return *found;
}

std::vector<double> rounded_logits(const Case& tried) {
  std::vector<double> rounded = tried.logits;
  for (double& logit : rounded) logit = subject::rounded_to(tried.dtype, logit);
  return rounded;
}

RowLayout row_layout(const subject::Shape& shape, int axis) {
  const int rank = static_cast<int>(shape.size());
  const int at = axis < 0 ? axis + rank : axis;
  if (rank == 0 || at < 0 || at >= rank) {
    throw std::invalid_argument(
        fmt::format("row_layout: axis is {}; it must lie in [{}, {}) for {} axes", axis, -rank, rank, rank));
  }
  RowLayout layout;
  layout.classes = shape[static_cast<std::size_t>(at)];
  layout.elements = subject::element_count(shape);
  for (std::size_t i = static_cast<std::size_t>(at) + 1; i < shape.size(); ++i) layout.stride *= shape[i];
  const std::size_t span = layout.stride * layout.classes;
  for (std::size_t outer = 0; outer < layout.elements; outer += span) {
    for (std::size_t inner = 0; inner < layout.stride; ++inner) layout.starts.push_back(outer + inner);
  }
  return layout;
}

std::string row_text(std::span<const double> row) {
  constexpr std::size_t kShown = 8;
  const std::span<const double> shown = row.first(std::min(row.size(), kShown));
  return fmt::format("({:.6g}{})", fmt::join(shown, ", "),
                     row.size() > kShown ? fmt::format(", ... {} entries", row.size()) : "");
}

std::vector<std::vector<double>> rows_of(const std::vector<double>& values, const RowLayout& layout) {
  std::vector<std::vector<double>> rows;
  for (const std::size_t start : layout.starts) {
    std::vector<double>& row = rows.emplace_back(layout.classes);
    for (std::size_t k = 0; k < layout.classes; ++k) row[k] = values[start + k * layout.stride];
  }
  return rows;
}

}  // namespace gumbelcheck::claim
