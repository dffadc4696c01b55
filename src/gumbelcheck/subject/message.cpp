#include "gumbelcheck/subject/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace gumbelcheck::subject {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestError = 4000;

// Not of a list or an object: they may be nested deeper than a recursive writer can follow.
std::string shown(const Json& value) {
  return value.is_object() ? "an object" : value.is_array() ? "a list" : excerpt(value.dump());
}

// What a subject says in its refusal goes into findings and reports: it is cut where it is too long for them.
std::string error_text(const Json& error) {
  if (!error.is_string()) return shown(error);
  std::string text = error.get<std::string>();
  if (text.size() <= kLongestError) return text;
  std::size_t end = kLongestError;
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not within a character
  return fmt::format("{}... ({} bytes in all)", text.substr(0, end), text.size());
}

Json parsed(const std::string& line) {
  Json message = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (message.is_discarded()) throw Malformed(fmt::format("answered with a line that is not JSON: {}", excerpt(line)));
  if (!message.is_object()) {
    throw Malformed(fmt::format("answered with JSON that is not an object: {}", excerpt(line)));
  }
  return message;
}

std::string text_member(const Json& message, const char* member) {
  const auto found = message.find(member);
  if (found == message.end()) return {};
  if (!found->is_string()) throw Malformed(fmt::format("described itself with a \"{}\" that is not text", member));
  return found->get<std::string>();
}

void set_flag(const Json& described, std::string_view operation, const char* member, bool& flag) {
  const auto found = described.find(member);
  if (found == described.end()) return;
  if (!found->is_boolean()) {
    throw Malformed(fmt::format("described {} with a \"{}\" that is neither true nor false", operation, member));
  }
  flag = found->get<bool>();
}

Offer read_offer(const Json& described, std::string_view operation) {
  if (!described.is_object())
    throw Malformed(fmt::format("described {} by something that is not an object", operation));
  Offer offer;
  set_flag(described, operation, "gradient", offer.gradient);
  set_flag(described, operation, "temperature_gradient", offer.temperature_gradient);
  set_flag(described, operation, "maximum", offer.maximum);
  set_flag(described, operation, "axis", offer.axis);
  set_flag(described, operation, "frozen_noise", offer.frozen_noise);
  set_flag(described, operation, "noise", offer.noise);
  set_flag(described, operation, "endpoints", offer.endpoints);
  set_flag(described, operation, "hard", offer.hard);
  set_flag(described, operation, "soft", offer.soft);
  const auto refusal = described.find("refusal");
  offer.refusal_by_adapter = refusal != described.end() && *refusal == "adapter";
  return offer;
}

std::vector<std::string> array_names(const Json& message) {
  std::vector<std::string> names;
  const auto found = message.find("arrays");
  if (found == message.end()) return names;
  const bool right = found->is_array() &&
                     std::all_of(found->begin(), found->end(), [](const Json& entry) { return entry.is_string(); });
  if (!right) throw Malformed("answered with \"arrays\" that is not a list of names");
  std::set<std::string> seen;
  for (const Json& entry : *found) {
    names.push_back(entry.get<std::string>());
    if (!seen.insert(names.back()).second) {
      throw Malformed(fmt::format("answered with the array \"{}\" twice", excerpt(names.back())));
    }
  }
  return names;
}

// The arrays of one message, which together may not exceed what an answer may hold.
class ArrayReader {
 public:
  explicit ArrayReader(AnswerStream& stream) : stream_(stream) {}
  TypedArray next() {
    try {
      TypedArray found = read_npy([this](std::span<char> bytes) { stream_.read(bytes); }, left_);
      left_ -= found.array.size() * byte_width(found.type);
      return found;
    } catch (const MalformedArray& error) {
      throw Malformed(fmt::format("answered with an array that cannot be read: {}", error.what()));
    }
  }

 private:
  AnswerStream& stream_;
  std::size_t left_ = kLargestAnswerBytes;
};

// Where an array of the answer has the right shape and type, whether its values are of the dtype.
void check_array(const TypedArray& found, const Expected& expected, Dtype dtype) {
  if (found.type != expected.type) {
    throw Malformed(fmt::format("answered with \"{}\" of type {}, where {} was due", expected.name, name(found.type),
                                name(expected.type)));
  }
  if (expected.shape && found.array.shape != *expected.shape) {
    throw Malformed(fmt::format("answered with \"{}\" of shape {}, where {} was due", expected.name,
                                excerpt(text_of(found.array.shape)), text_of(*expected.shape)));
  }
  if (dtype != Dtype::bfloat16 || expected.type != ElementType::f4) return;
  const std::vector<float>& values = found.array.as<float>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = static_cast<double>(values[i]);
    if (!std::isnan(value) && rounded_to(Dtype::bfloat16, value) != value) {
      throw Malformed(fmt::format("answered with \"{}\" whose element {} is {}, which bfloat16 cannot hold",
                                  expected.name, i, values[i]));
    }
  }
}

std::optional<std::size_t> axis_position(const Question& question, const Shape& logits) {
  const auto rank = static_cast<long>(logits.size());
  const long axis = question.axis.value_or(-1);
  if (axis < -rank || axis >= rank) return std::nullopt;
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

ElementType travelling_type(const NamedArray& named, Dtype dtype) {
  return named.name == "uniform" ? ElementType::f8 : element_type_of(dtype);
}

}  // namespace

std::string describe_question() { return "{\"gumbelcheck\":1,\"call\":\"describe\"}\n"; }

std::string written_question(const Question& question, std::uint64_t id, const Description& description) {
  Json message = {{"call", name(question.call)}, {"id", id}, {"dtype", name(question.dtype)}};
  if (question.seed && description.seeding != Seeding::none) message["seed"] = fit_seed(*question.seed, description);
  if (question.draws) message["draws"] = *question.draws;
  if (question.temperature) {
    if (!std::isfinite(*question.temperature)) {
      throw std::invalid_argument(
          fmt::format("written_question: temperature is {}, which JSON cannot say", *question.temperature));
    }
    message["temperature"] = *question.temperature;
  }
  if (question.hard) message["hard"] = *question.hard;
  if (question.axis) message["axis"] = *question.axis;
  if (question.k) message["k"] = *question.k;
  if (question.endpoints) message["endpoints"] = true;
  std::string arrays;
  for (const NamedArray& named : question.arrays) {
    message["arrays"].push_back(named.name);
    arrays += written_npy(named.array, travelling_type(named, question.dtype));
  }
  return message.dump() + "\n" + arrays;
}

Description read_description(AnswerStream& stream) {
  const Json message = parsed(stream.line());
  if (message.contains("error")) {
    throw Malformed(fmt::format("refused to describe itself: {}", error_text(message["error"])));
  }
  if (!message.contains("gumbelcheck") || message["gumbelcheck"] != 1) {
    throw Malformed("described itself without \"gumbelcheck\":1, the protocol's version");
  }
  Description description{.name = text_member(message, "name"),
                          .version = text_member(message, "version"),
                          .device = text_member(message, "device"),
                          .dtypes = {},
                          .operations = {}};
  if (description.name.empty()) throw Malformed("described itself without a \"name\"");
  const auto dtypes = message.find("dtypes");
  if (dtypes == message.end() || !dtypes->is_array()) throw Malformed("described itself without a list of \"dtypes\"");
  for (const Json& entry : *dtypes) {
    if (!entry.is_string()) throw Malformed("described itself with a dtype that is not text");
    if (const auto dtype = dtype_from(entry.get<std::string>()); dtype && !description.has(*dtype)) {
      description.dtypes.push_back(*dtype);
    }
  }
  if (description.dtypes.empty()) {
    throw Malformed("described itself without any dtype of float16, bfloat16, float32 and float64");
  }
  const std::string seeding = text_member(message, "seeding");
  if (seeding == "call") {
    description.seeding = Seeding::call;
  } else if (seeding == "stream") {
    description.seeding = Seeding::stream;
  } else if (seeding == "none") {
    description.seeding = Seeding::none;
  } else {
    throw Malformed(
        fmt::format("described its \"seeding\" as \"{}\"; call, stream and none are allowed", excerpt(seeding)));
  }
  if (const auto bits = message.find("seed_bits"); bits != message.end()) {
    if (!bits->is_number_integer() || *bits < 1 || *bits > 53) {
      throw Malformed(fmt::format("described its \"seed_bits\" as {}; 1 to 53 are allowed", shown(*bits)));
    }
    description.seed_bits = bits->get<int>();
  }
  const auto operations = message.find("operations");
  if (operations == message.end() || !operations->is_object()) {
    throw Malformed("described itself without an object of \"operations\"");
  }
  for (const auto& [key, value] : operations->items()) {
    if (const auto operation = operation_from(key)) description.operations[*operation] = read_offer(value, key);
  }
  if (description.operations.empty()) throw Malformed("described itself without any operation of this protocol");
  // Arrays of a description are read and dropped, so that the streams stay in step.
  ArrayReader arrays(stream);
  for (std::size_t i = array_names(message).size(); i > 0; --i) arrays.next();
  return description;
}

std::vector<Expected> expected_arrays(const Question& question, const Offer& offer) {
  const ElementType real = element_type_of(question.dtype);
  const Array* logits = question.find("logits");
  Shape leading;
  if (question.draws) leading.push_back(*question.draws);
  // The shapes of the logits with the axis kept, taken out, and replaced by k, after the leading axis.
  std::optional<Shape> whole;
  std::optional<Shape> without;
  std::optional<Shape> chosen;
  if (logits != nullptr) {
    if (const auto axis = axis_position(question, logits->shape)) {
      whole = leading;
      whole->insert(whole->end(), logits->shape.begin(), logits->shape.end());
      without = whole;
      without->erase(without->begin() + static_cast<std::ptrdiff_t>(leading.size() + *axis));
      chosen = whole;
      if (question.k) chosen->at(leading.size() + *axis) = *question.k;
    }
  }
  const bool cotangent = question.find("cotangent") != nullptr;
  std::vector<Expected> expected;
  switch (question.call) {
    case Operation::softmax:
      expected.push_back({"value", whole, real});
      if (offer.gradient && cotangent) expected.push_back({"gradient", whole, real});
      break;
    case Operation::gumbel:
      expected.push_back({"noise", leading, real});
      break;
    case Operation::gumbel_max:
      expected.push_back({"index", without, ElementType::i8});
      if (offer.maximum) expected.push_back({"maximum", without, real});
      break;
    case Operation::categorical:
      expected.push_back({"index", without, ElementType::i8});
      break;
    case Operation::gumbel_softmax:
      expected.push_back({"sample", whole, real});
      if (offer.gradient && cotangent) expected.push_back({"gradient", whole, real});
      if (offer.temperature_gradient && cotangent) expected.push_back({"temperature_gradient", without, real});
      break;
    case Operation::concrete_log_density:
      expected.push_back({"log_density", without, real});
      break;
    case Operation::log_concrete:
      expected.push_back({"log_sample", whole, real});
      break;
    case Operation::gumbel_top_k:
      expected.push_back({"index", chosen, ElementType::i8});
      break;
  }
  return expected;
}

Reply read_reply(AnswerStream& stream, const Question& question, std::uint64_t id, const Description& description) {
  const std::string line = stream.line();
  const Json message = parsed(line);
  const auto given_id = message.find("id");
  if (given_id == message.end()) throw Malformed(fmt::format("answered without the id {}: {}", id, excerpt(line)));
  if (!given_id->is_number_integer() || *given_id != id) {
    throw Malformed(fmt::format("answered with id {}, where {} was due", shown(*given_id), id));
  }
  const Offer* offer = description.offer(question.call);
  std::vector<Expected> expected = expected_arrays(question, offer == nullptr ? Offer{} : *offer);
  const auto error = message.find("error");
  if (error != message.end()) expected.clear();
  Answer answer;
  ArrayReader arrays(stream);
  for (const std::string& array_name : array_names(message)) {
    TypedArray found = arrays.next();
    const auto wanted =
        std::find_if(expected.begin(), expected.end(), [&](const Expected& e) { return e.name == array_name; });
    if (wanted == expected.end()) continue;
    check_array(found, *wanted, question.dtype);
    answer.arrays.push_back({array_name, std::move(found.array)});
  }
  if (error != message.end()) return Refusal{error_text(*error)};
  for (const Expected& wanted : expected) {
    if (answer.find(wanted.name) == nullptr) {
      throw Malformed(fmt::format("answered {} without the array \"{}\"", name(question.call), wanted.name));
    }
  }
  return answer;
}

}  // namespace gumbelcheck::subject
