#pragma once

// A subject that is right but for its noise: gumbel, gumbel_max and gumbel_softmax from any generator of
// words and any way from a word to a noise value. Infinite noise is let through, as a library without guards
// would.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::fault {

// Which noise value of an answer is wanted.
struct Place {
  std::uint64_t draw = 0;
  std::size_t row = 0;  // of the batch
  std::size_t rows = 1;
  std::size_t entry = 0;  // of the row
  std::size_t classes = 1;
};

// The words of one question, by position. A generator that only runs forward may ignore the position.
using Words = std::function<std::uint64_t(std::uint64_t position)>;
Words philox_words(std::uint64_t seed);

struct NoiseSampler {
  std::vector<subject::Operation> operations = {subject::Operation::gumbel};
  std::vector<subject::Dtype> dtypes = {subject::Dtype::float32};
  std::function<double(std::uint64_t word)> noise;      // rounded to the dtype afterwards
  std::function<double(double uniform)> injected = {};  // where it takes uniforms in place of its own
  bool endpoints = false;                               // its own uniforms may be 0 or 1
  int seed_bits = 53;
  bool subtract_maximum = true;   // in its softmax, as it must to be safe from overflow
  bool maximum_of_batch = false;  // and not that of each row
  std::function<Words(std::uint64_t seed)> words = philox_words;
  std::function<std::uint64_t(const Place&)> position = [](const Place& place) {
    return (place.draw * place.rows + place.row) * place.classes + place.entry;
  };
};

subject::Subject noise_sampler(NoiseSampler parts);

// rule  -log(-log(u)) as it stands, without any guard
double unguarded_gumbel(double uniform);

// rule  the leading bits of a word as k 2^-bits, k from 0 to 2^bits - 1: 0 is among them
double grid_uniform(std::uint64_t word, int bits);

}  // namespace gumbelcheck::fault
