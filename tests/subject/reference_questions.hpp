#pragma once

// Questions to the built-in subject, and its answers unpacked.

#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "generators.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace gumbelcheck::subject {

using generators::Batch;

template <class T>
constexpr Dtype kDtype = std::is_same_v<T, float> ? Dtype::float32 : Dtype::float64;

template <class T>
Question asked(Operation call, const Batch<T>& batch, std::uint64_t seed) {
  Question question;
  question.call = call;
  question.dtype = kDtype<T>;
  question.seed = seed;
  question.axis = batch.axis;
  question.arrays.push_back({"logits", {batch.shape, batch.logits}});
  return question;
}

inline Answer answer_of(const Question& question) {
  const Reply reply = Reference().ask(question);
  if (const auto* refusal = std::get_if<Refusal>(&reply)) throw std::runtime_error("refused: " + refusal->error);
  return std::get<Answer>(reply);
}

inline std::string refusal_of(const Question& question) {
  const Reply reply = Reference().ask(question);
  const auto* refusal = std::get_if<Refusal>(&reply);
  return refusal == nullptr ? "answered" : refusal->error;
}

template <class T>
const std::vector<T>& values(const Answer& answer, std::string_view name) {
  const Array* found = answer.find(name);
  if (found == nullptr) throw std::runtime_error("no array " + std::string(name));
  return found->as<T>();
}

template <class T>
Question gumbel_question(std::uint64_t seed, std::uint64_t draws) {
  Question question;
  question.call = Operation::gumbel;
  question.dtype = kDtype<T>;
  question.seed = seed;
  question.draws = draws;
  return question;
}

}  // namespace gumbelcheck::subject
