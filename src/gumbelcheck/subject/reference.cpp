#include "gumbelcheck/subject/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/sampling/categorical.hpp"
#include "gumbelcheck/sampling/concrete_density.hpp"
#include "gumbelcheck/sampling/gumbel_max.hpp"
#include "gumbelcheck/sampling/gumbel_softmax.hpp"
#include "gumbelcheck/sampling/gumbel_top_k.hpp"
#include "gumbelcheck/sampling/softmax.hpp"
#include "gumbelcheck/sampling/straight_through.hpp"
#include "gumbelcheck/subject/reference_draws.hpp"

namespace gumbelcheck::subject {

namespace {

using namespace reference;
using random::Generator;

template <class T>
Answer softmax(const Question& question) {
  const Batch<T> batch(question);
  const sampling::SoftmaxOptions options{.temperature = question.temperature.value_or(1), .axis = batch.axis};
  Answer answer;
  std::vector<T> value(batch.elements);
  sampling::softmax<T>(batch.logits, options, sampling::contiguous(value.data(), batch.logits.shape));
  answer.arrays.push_back({"value", {batch.logits.shape, std::move(value)}});
  if (question.find("cotangent") != nullptr) {
    std::vector<T> gradient(batch.elements);
    sampling::softmax_gradient<T>(batch.logits, array_view<T>(question, "cotangent"), options,
                                  sampling::contiguous(gradient.data(), batch.logits.shape));
    answer.arrays.push_back({"gradient", {batch.logits.shape, std::move(gradient)}});
  }
  return answer;
}

template <class T>
Answer gumbel(const Question& question, Generator generator) {
  const std::size_t draws = question.draws.value_or(1);
  Batch<T>::check_size(question, draws, 1);
  const Shape shape = question.draws ? Shape{draws} : Shape{};
  std::vector<T> noise(draws);
  Noise(question, shape, generator).fill(std::span(noise));
  return {{{"noise", {shape, std::move(noise)}}}};
}

template <class T>
Answer gumbel_max(const Question& question, Generator generator) {
  const Batch<T> batch(question, generator);
  Result<std::int64_t> index(batch.rows(), batch.draws);
  Result<T> maximum(batch.rows(), batch.draws);
  each_block(batch, [&](std::size_t first, std::size_t count, const View<const T>& noise) {
    sampling::gumbel_max<T>(repeated(batch.logits, count), noise, batch.axis + 1, index.part(first, count),
                            maximum.part(first, count));
  });
  return {{{"index", {batch.drawn(batch.rows()), std::move(index.values)}},
           {"maximum", {batch.drawn(batch.rows()), std::move(maximum.values)}}}};
}

template <class T>
Answer categorical(const Question& question, Generator generator) {
  const Batch<T> batch(question, generator);
  const std::size_t axis = sampling::checked_axis<T>("categorical", batch.logits, batch.axis);
  const std::size_t rows = batch.elements / batch.logits.shape[axis];
  std::vector<sampling::IntervalTable<T>> tables;
  sampling::RowWalk<const T> walk(batch.logits, axis);
  for (std::size_t row = 0; row < rows; ++row, walk.next()) tables.emplace_back(walk.read(), row);
  random::Stream stream(noise_stream(question, generator));
  std::vector<std::int64_t> index;
  index.reserve(batch.draws * rows);
  for (std::size_t draw = 0; draw < batch.draws; ++draw) {
    for (const sampling::IntervalTable<T>& table : tables) {
      index.push_back(static_cast<std::int64_t>(table.draw(random::uniform_pair(stream()))));
    }
  }
  return {{{"index", {batch.drawn(batch.rows()), std::move(index)}}}};
}

template <class T>
Answer gumbel_softmax(const Question& question, Generator generator) {
  const Batch<T> batch(question, generator);
  const double temperature = member(question, question.temperature, "temperature");
  const bool hard = question.hard.value_or(false);
  const sampling::GumbelSoftmaxOptions soft_options{.temperature = temperature, .axis = batch.axis + 1};
  const sampling::StraightThroughOptions hard_options{.temperature = temperature, .axis = batch.axis + 1};
  const bool differentiated = question.find("cotangent") != nullptr;
  View<const T> cotangent;
  if (differentiated) {
    cotangent = array_view<T>(question, "cotangent");
    sampling::check_shape("gumbel_softmax", "cotangent", cotangent.shape, batch.drawn(batch.logits.shape));
  }
  Result<T> sample(batch.logits.shape, batch.draws);
  Result<T> gradient(batch.logits.shape, differentiated ? batch.draws : 0);
  Result<T> temperature_gradient(batch.rows(), differentiated ? batch.draws : 0);
  each_block(batch, [&](std::size_t first, std::size_t count, const View<const T>& noise) {
    const View<const T> logits = repeated(batch.logits, count);
    if (hard) {
      sampling::straight_through<T>(logits, noise, hard_options, sample.part(first, count));
    } else {
      sampling::gumbel_softmax<T>(logits, noise, soft_options, sample.part(first, count));
    }
    if (!differentiated) return;
    const View<const T> v = some_draws(cotangent.data + first * batch.elements, count, batch.logits.shape);
    if (hard) {
      sampling::straight_through_gradient<T>(logits, noise, v, hard_options, gradient.part(first, count),
                                             temperature_gradient.part(first, count));
    } else {
      sampling::gumbel_softmax_gradient<T>(logits, noise, v, soft_options, gradient.part(first, count),
                                           temperature_gradient.part(first, count));
    }
  });
  Answer answer{{{"sample", {batch.drawn(batch.logits.shape), std::move(sample.values)}}}};
  if (differentiated) {
    answer.arrays.push_back({"gradient", {batch.drawn(batch.logits.shape), std::move(gradient.values)}});
    answer.arrays.push_back(
        {"temperature_gradient", {batch.drawn(batch.rows()), std::move(temperature_gradient.values)}});
  }
  return answer;
}

template <class T>
Answer concrete_log_density(const Question& question) {
  const Batch<T> batch(question);
  std::vector<T> log_density(element_count(batch.rows()));
  sampling::concrete_log_density<T>(
      batch.logits, array_view<T>(question, "value"),
      {.temperature = member(question, question.temperature, "temperature"), .axis = batch.axis},
      sampling::contiguous(log_density.data(), batch.rows()));
  return {{{"log_density", {batch.rows(), std::move(log_density)}}}};
}

template <class T>
Answer log_concrete(const Question& question, Generator generator) {
  const Batch<T> batch(question, generator);
  const sampling::GumbelSoftmaxOptions options{.temperature = member(question, question.temperature, "temperature"),
                                               .axis = batch.axis + 1};
  Result<T> log_sample(batch.logits.shape, batch.draws);
  each_block(batch, [&](std::size_t first, std::size_t count, const View<const T>& noise) {
    sampling::log_gumbel_softmax<T>(repeated(batch.logits, count), noise, options, log_sample.part(first, count));
  });
  return {{{"log_sample", {batch.drawn(batch.logits.shape), std::move(log_sample.values)}}}};
}

template <class T>
Answer gumbel_top_k(const Question& question, Generator generator) {
  const Batch<T> batch(question, generator);
  const std::uint64_t k = member(question, question.k, "k");
  const std::size_t classes = batch.logits.shape[static_cast<std::size_t>(batch.axis)];
  // More is refused by the sampler, and is given no room here.
  Result<std::int64_t> index(batch.chosen(std::min<std::size_t>(k, classes)), batch.draws);
  each_block(batch, [&](std::size_t first, std::size_t count, const View<const T>& noise) {
    sampling::gumbel_top_k<T>(repeated(batch.logits, count), noise, k, batch.axis + 1, index.part(first, count));
  });
  return {{{"index", {batch.drawn(index.of_draw), std::move(index.values)}}}};
}

template <class T>
Answer answered(const Question& question, Generator generator) {
  switch (question.call) {
    case Operation::softmax:
      return softmax<T>(question);
    case Operation::gumbel:
      return gumbel<T>(question, generator);
    case Operation::gumbel_max:
      return gumbel_max<T>(question, generator);
    case Operation::categorical:
      return categorical<T>(question, generator);
    case Operation::gumbel_softmax:
      return gumbel_softmax<T>(question, generator);
    case Operation::concrete_log_density:
      return concrete_log_density<T>(question);
    case Operation::log_concrete:
      return log_concrete<T>(question, generator);
    case Operation::gumbel_top_k:
      return gumbel_top_k<T>(question, generator);
  }
  throw std::invalid_argument(fmt::format("ask: there is no operation number {}", static_cast<int>(question.call)));
}

}  // namespace

Description Reference::describe() const {
  Description description{.name = generator_ == Generator::philox ? "reference" : "reference on Threefry",
                          .version = GUMBELCHECK_VERSION,
                          .device = "cpu",
                          .dtypes = {Dtype::float32, Dtype::float64},
                          .seeding = Seeding::call,
                          .operations = {}};
  // `noise` is for Gumbel noise: the uniform of categorical is an interval's place and has no protocol.
  const Offer drawn{.axis = true, .frozen_noise = true, .noise = true};
  description.operations[Operation::softmax] = {.gradient = true, .axis = true};
  description.operations[Operation::gumbel] = {.frozen_noise = true, .noise = true};
  description.operations[Operation::gumbel_max] = {.maximum = true, .axis = true, .frozen_noise = true, .noise = true};
  description.operations[Operation::categorical] = {.axis = true, .frozen_noise = true};
  description.operations[Operation::gumbel_softmax] = {
      .gradient = true, .temperature_gradient = true, .axis = true, .frozen_noise = true, .noise = true};
  description.operations[Operation::concrete_log_density] = {.axis = true};
  description.operations[Operation::log_concrete] = drawn;
  description.operations[Operation::gumbel_top_k] = drawn;
  return description;
}

Reply Reference::ask(const Question& question) const {
  try {
    switch (question.dtype) {
      case Dtype::float32:
        return answered<float>(question, generator_);
      case Dtype::float64:
        return answered<double>(question, generator_);
      default:
        throw std::invalid_argument(fmt::format("{}: dtype must be float32 or float64, but it is {}",
                                                name(question.call), name(question.dtype)));
    }
  } catch (const std::exception& refused) {
    return Refusal{refused.what()};
  }
}

}  // namespace gumbelcheck::subject
