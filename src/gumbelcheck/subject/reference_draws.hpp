#pragma once

// What the operations of the built-in subject share: the arrays of a question as views, the noise of its
// seed, and the blocks that its draws are made in. Private to reference.cpp.

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "gumbelcheck/sampling/noise.hpp"
#include "gumbelcheck/sampling/validation.hpp"
#include "gumbelcheck/sampling/view.hpp"
#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::subject::reference {

using sampling::View;

constexpr std::uint64_t kLargestQuestion = std::uint64_t{1} << 28;  // draws times elements, as the protocol says
constexpr std::size_t kNoiseAtOnce = std::size_t{1} << 13;          // elements: near enough to stay in cache

template <class T>
constexpr Dtype kDtype = std::is_same_v<T, float> ? Dtype::float32 : Dtype::float64;

template <class Value>
const Value& member(const Question& question, const std::optional<Value>& value, const char* member_name) {
  if (!value) {
    throw std::invalid_argument(
        fmt::format("{}: the question must have a {}, but it has none", name(question.call), member_name));
  }
  return *value;
}

template <class T>
View<const T> array_view(const Question& question, const char* array_name, const Array& array) {
  const auto* values = std::get_if<std::vector<T>>(&array.data);
  if (values == nullptr) {
    throw std::invalid_argument(fmt::format("{}: {} must hold {} numbers, but it holds others", name(question.call),
                                            array_name, name(kDtype<T>)));
  }
  if (element_count(array.shape) != values->size()) {
    throw std::invalid_argument(fmt::format("{}: {} must have the {} elements of its shape, but it has {}",
                                            name(question.call), array_name, element_count(array.shape),
                                            values->size()));
  }
  return sampling::contiguous(values->data(), array.shape);
}

template <class T>
View<const T> array_view(const Question& question, const char* array_name) {
  const Array* array = question.find(array_name);
  if (array == nullptr) {
    throw std::invalid_argument(
        fmt::format("{}: the question must have the array {}, but it has none", name(question.call), array_name));
  }
  return array_view<T>(question, array_name, *array);
}

// A question's logits and what is drawn from them, with one leading axis for the draws whether or not the
// answer has one.
template <class T>
struct Batch {
  const Question& question;
  View<const T> logits;  // of one draw
  int axis = -1;         // in the logits, counted from the front
  std::size_t draws = 1;
  std::size_t elements = 1;  // of one draw
  random::Generator generator;

  explicit Batch(const Question& asked, random::Generator used = random::Generator::philox)
      : question(asked), logits(array_view<T>(asked, "logits")), draws(asked.draws.value_or(1)), generator(used) {
    const std::string function(name(asked.call));
    axis = static_cast<int>(sampling::resolved_axis(function.c_str(), logits.shape, asked.axis.value_or(-1)));
    elements = element_count(logits.shape);
    check_size(question, draws, elements);
  }

  static void check_size(const Question& question, std::size_t draws, std::size_t elements) {
    if (draws <= kLargestQuestion && elements <= kLargestQuestion && draws * elements <= kLargestQuestion) return;
    throw std::invalid_argument(
        fmt::format("{}: draws times elements must be at most {}, but draws is {} and there "
                    "are {} elements",
                    name(question.call), kLargestQuestion, draws, elements));
  }

  Shape rows() const { return sampling::without_axis(logits.shape, static_cast<std::size_t>(axis)); }
  Shape chosen(std::size_t k) const {
    Shape shape = logits.shape;
    shape[static_cast<std::size_t>(axis)] = k;
    return shape;
  }
  // The shape of an array of the answer whose part of one draw has shape `of_draw`.
  Shape drawn(Shape of_draw) const {
    if (question.draws) of_draw.insert(of_draw.begin(), draws);
    return of_draw;
  }
};

template <class T>
View<T> some_draws(T* first, std::size_t count, Shape of_draw) {
  of_draw.insert(of_draw.begin(), count);
  return sampling::contiguous(first, std::move(of_draw));
}

// The same array for every draw: its leading stride is 0.
template <class T>
View<T> repeated(View<T> view, std::size_t count) {
  view.shape.insert(view.shape.begin(), count);
  view.strides.insert(view.strides.begin(), 0);
  return view;
}

inline random::StreamId noise_stream(const Question& question, random::Generator generator) {
  return {.seed = member(question, question.seed, "seed"), .generator = generator};
}

// Gumbel noise, element after element: from the stream of the question's seed, or from its injected uniforms.
class Noise {
 public:
  Noise(const Question& question, const Shape& shape, random::Generator generator)
      : uniform_(question.find("uniform")) {
    if (uniform_ == nullptr) {
      stream_.emplace(noise_stream(question, generator));
      return;
    }
    const std::string function(name(question.call));
    uniforms_ = array_view<double>(question, "uniform", *uniform_).data;
    sampling::check_shape(function.c_str(), "uniform", uniform_->shape, shape);
    for (std::size_t i = 0; i < uniform_->size(); ++i) {
      if (!(uniforms_[i] > 0 && uniforms_[i] < 1)) {
        throw std::invalid_argument(fmt::format(
            "{}: uniform must lie in the open interval (0, 1), but element {} is {}", function, i, uniforms_[i]));
      }
    }
  }

  template <class T>
  void fill(std::span<T> out) {
    if (stream_) return sampling::fill_gumbel(out, *stream_);
    // 1 - u is exact where the noise is made from it, at u of one half and more.
    for (T& g : out) {
      const double u = *uniforms_++;
      g = static_cast<T>(sampling::gumbel({.lower = u, .upper = 1 - u}));
    }
  }

 private:
  const Array* uniform_;
  const double* uniforms_ = nullptr;
  std::optional<random::Stream> stream_;
};

// Calls use(first draw, number of draws, noise of those draws) until all draws are made; also once for no
// draws at all, so that bad input is refused whatever their number.
template <class T, class Use>
void each_block(const Batch<T>& batch, Use use) {
  Noise source(batch.question, batch.drawn(batch.logits.shape), batch.generator);
  const std::size_t most = std::max<std::size_t>(1, kNoiseAtOnce / std::max<std::size_t>(1, batch.elements));
  std::vector<T> noise(std::min(most, batch.draws) * batch.elements);
  std::size_t first = 0;
  do {
    const std::size_t count = std::min(most, batch.draws - first);
    source.fill(std::span(noise).first(count * batch.elements));
    use(first, count, View<const T>(some_draws(noise.data(), count, batch.logits.shape)));
    first += count;
  } while (first < batch.draws);
}

template <class Value>
struct Result {
  Shape of_draw;
  std::size_t elements;  // of one draw
  std::vector<Value> values;

  Result(Shape shape, std::size_t draws)
      : of_draw(std::move(shape)), elements(element_count(of_draw)), values(draws * elements) {}
  View<Value> part(std::size_t first, std::size_t count) {
    return some_draws(values.data() + first * elements, count, of_draw);
  }
};

}  // namespace gumbelcheck::subject::reference
