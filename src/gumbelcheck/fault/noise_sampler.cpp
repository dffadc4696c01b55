#include "gumbelcheck/fault/noise_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault {

namespace {

using subject::Dtype;
using subject::Operation;

// One noise value after another, of the question's own words or from the uniforms that it brings.
class Noise {
 public:
  Noise(const NoiseSampler& parts, const subject::Question& question)
      : parts_(parts), words_(parts.words(question.seed.value_or(0))), uniform_(question.find("uniform")) {}

  double at(const Place& place) {
    if (uniform_ != nullptr) return parts_.injected(uniform_->real(next_++));
    return parts_.noise(words_(parts_.position(place)));
  }

 private:
  const NoiseSampler& parts_;
  Words words_;
  const subject::Array* uniform_;
  std::size_t next_ = 0;  // injected uniforms come in C order of the noise
};

// In place, in the arithmetic of the dtype. Infinite scores make NaN here, as they do everywhere.
template <class T>
void softmax(std::vector<T>& scores, T temperature, T maximum) {
  T sum = 0;
  for (T& score : scores) {
    score = std::exp((score - maximum) / temperature);
    sum += score;
  }
  for (T& score : scores) score /= sum;
}

class Sampler {
 public:
  explicit Sampler(NoiseSampler parts) : parts_(std::move(parts)) {}

  subject::Description describe() const {
    subject::Description description{
        .name = "fault", .version = "1", .device = "cpu", .dtypes = parts_.dtypes, .operations = {}};
    description.seed_bits = parts_.seed_bits;
    for (const Operation operation : parts_.operations) {
      const bool rows = operation != Operation::gumbel;
      description.operations[operation] = {.axis = rows,
                                           .frozen_noise = rows,
                                           .noise = static_cast<bool>(parts_.injected),
                                           .endpoints = parts_.endpoints};
    }
    return description;
  }

  subject::Reply ask(const subject::Question& question) const {
    try {
      return question.dtype == Dtype::float32 ? answered<float>(question) : answered<double>(question);
    } catch (const std::invalid_argument& error) {
      return subject::Refusal{error.what()};
    }
  }

 private:
  template <class T>
  subject::Answer answered(const subject::Question& question) const {
    return question.call == Operation::gumbel ? gumbel<T>(question) : perturbed<T>(question);
  }

  template <class T>
  subject::Answer gumbel(const subject::Question& question) const {
    Noise noise(parts_, question);
    std::vector<T> values(question.draws.value_or(1));
    for (std::uint64_t draw = 0; draw < values.size(); ++draw) {
      values[draw] = static_cast<T>(noise.at({.draw = draw}));
    }
    return {.arrays = {{"noise", {with_draws(question, {}), std::move(values)}}}};
  }

  template <class T>
  subject::Answer perturbed(const subject::Question& question) const {
    const AskedRows asked = asked_rows(question);
    const std::uint64_t draws = question.draws.value_or(1);
    const Rows& rows = asked.rows;
    const std::size_t batch = rows.starts.size();
    const bool index = question.call != Operation::gumbel_softmax;
    std::vector<Place> places(rows.elements);
    for (std::size_t row = 0; row < batch; ++row) {
      for (std::size_t k = 0; k < rows.classes; ++k) {
        places[rows.at(row, k)] = {.row = row, .rows = batch, .entry = k, .classes = rows.classes};
      }
    }
    Noise noise(parts_, question);
    std::vector<T> drawn(rows.elements);
    std::vector<T> scores(rows.classes);
    std::vector<T> samples(index ? 0 : draws * rows.elements);
    std::vector<std::int64_t> indices(index ? draws * batch : 0);
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
      for (std::size_t i = 0; i < places.size(); ++i) {
        places[i].draw = draw;
        drawn[i] = static_cast<T>(noise.at(places[i]));
      }
      for (std::size_t row = 0; row < batch; ++row) {
        for (std::size_t k = 0; k < rows.classes; ++k) drawn[rows.at(row, k)] += static_cast<T>(asked.logits[row][k]);
      }
      const T of_batch = *std::ranges::max_element(drawn);
      for (std::size_t row = 0; row < batch; ++row) {
        for (std::size_t k = 0; k < rows.classes; ++k) scores[k] = drawn[rows.at(row, k)];
        const auto winner = std::ranges::max_element(scores) - scores.begin();  // the first of equals
        if (index) {
          indices[draw * batch + row] = winner;
          continue;
        }
        if (question.hard.value_or(false)) {
          std::ranges::fill(scores, T{0});
          scores[static_cast<std::size_t>(winner)] = 1;
        } else {
          const T of_row = scores[static_cast<std::size_t>(winner)];
          const T maximum = !parts_.subtract_maximum ? T{0} : parts_.maximum_of_batch ? of_batch : of_row;
          softmax(scores, static_cast<T>(*question.temperature), maximum);
        }
        for (std::size_t k = 0; k < rows.classes; ++k) samples[draw * rows.elements + rows.at(row, k)] = scores[k];
      }
    }
    if (index) return {.arrays = {{"index", {with_draws(question, rows.reduced), std::move(indices)}}}};
    return {.arrays = {{"sample", {with_draws(question, question.find("logits")->shape), std::move(samples)}}}};
  }

  NoiseSampler parts_;
};

}  // namespace

Words philox_words(std::uint64_t seed) {
  return [stream = random::Stream({.seed = seed, .purpose = random::Purpose::fault})](std::uint64_t position) mutable {
    if (position != stream.position()) stream.seek(position);
    return stream();
  };
}

subject::Subject noise_sampler(NoiseSampler parts) { return Sampler(std::move(parts)); }

double unguarded_gumbel(double uniform) { return -std::log(-std::log(uniform)); }

double grid_uniform(std::uint64_t word, int bits) {
  return std::ldexp(static_cast<double>(word >> (64 - bits)), -bits);
}

}  // namespace gumbelcheck::fault
