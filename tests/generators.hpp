#pragma once

// RapidCheck generators for what samplers are asked: logits with extremes, ties and -inf, temperatures from
// cold to hot, noise from any word of the generator, arrays of many shapes and axes.
//
// Every value is made from one small number whose zero is the plainest case, so that a failing case shrinks
// to few classes, zero logits, temperature 1.

#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ostream>
#include <vector>

#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/sampling/noise.hpp"
#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::generators {

// 0, 1, -1, 2, -2, ... for 0, 1, 2, 3, 4, ...
inline int zigzag(int code) { return code % 2 == 0 ? -(code / 2) : (code + 1) / 2; }

// Codes below kFiniteCodes are finite logits: often one of three values (ties), mostly between -8 and 8 on a
// grid, now and then an extreme. float and double get the same numbers. Codes from there on are -inf.
constexpr int kFiniteCodes = 1000;
constexpr int kAnyCodes = 1143;

template <class T>
T logit_of(int code) {
  static const std::vector<float> extremes = {1e4f,  -1e4f,  88.5f,  -88.5f,  700.f,  -745.f, 16777216.f,
                                              1e30f, -1e30f, 1e-30f, -1e-45f, 1e-45f, 104.f,  -0.f};
  if (code < 200) return static_cast<T>(zigzag(code % 3));
  if (code < 900) return static_cast<T>(zigzag(code - 200)) / 44;
  if (code < kFiniteCodes) return static_cast<T>(extremes[static_cast<std::size_t>(code) % extremes.size()]);
  return -std::numeric_limits<T>::infinity();
}

template <class T>
rc::Gen<T> finite_logit() {
  return rc::gen::map(rc::gen::inRange(0, kFiniteCodes), logit_of<T>);
}

// One class in eight is impossible.
template <class T>
rc::Gen<T> any_logit() {
  return rc::gen::map(rc::gen::inRange(0, kAnyCodes), logit_of<T>);
}

// Between -3 and 3 on a grid of 1/256.
template <class T>
rc::Gen<T> moderate_logit() {
  return rc::gen::map(rc::gen::inRange(0, 1537), [](int code) { return static_cast<T>(zigzag(code)) / 256; });
}

template <class T>
bool some_finite(const std::vector<T>& row) {
  return std::any_of(row.begin(), row.end(), [](T logit) { return std::isfinite(logit); });
}

// Between `least` and `most` entries.
template <class T>
rc::Gen<std::vector<T>> row_of(const rc::Gen<T>& entry, std::size_t least = 1, std::size_t most = 40) {
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(least, most + 1),
                         [entry](std::size_t classes) { return rc::gen::container<std::vector<T>>(classes, entry); });
}

// A row of logits, some of them possible.
template <class T>
rc::Gen<std::vector<T>> logits_row(std::size_t least = 1, std::size_t most = 40) {
  return rc::gen::suchThat(row_of(any_logit<T>(), least, most), some_finite<T>);
}

// The cold, the usual and the hot.
inline rc::Gen<double> temperature() {
  return rc::gen::elementOf(std::vector<double>{1, .5, 2, .1, 10, .01, 100, 1. / 3, 1.5, 1e-3, 1e3});
}

// A word of the generator: any, small, large, near one half, a single bit, all ones.
inline rc::Gen<std::uint64_t> word() {
  return rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(),
                        rc::gen::map(rc::gen::pair(rc::gen::inRange(0, 64), rc::gen::inRange(0, 8)),
                                     [](const std::pair<int, int>& at) {
                                       const std::uint64_t bit = std::uint64_t{1} << at.first;
                                       switch (at.second) {
                                         case 0:
                                           return bit - 1;  // all-zero among them
                                         case 1:
                                           return bit;
                                         case 2:
                                           return bit + 1;
                                         case 3:
                                           return ~bit;
                                         case 4:
                                           return ~(bit - 1);  // all-one among them
                                         case 5:
                                           return std::uint64_t{0} - bit;
                                         case 6:
                                           return (std::uint64_t{1} << 63) - bit;
                                         default:
                                           return (std::uint64_t{1} << 63) + bit;
                                       }
                                     }),
                        // Full-range words: `arbitrary` prefers small ones.
                        rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t x) {
                          x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
                          x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
                          return x ^ (x >> 31);
                        }));
}

// Standard Gumbel noise from such words: as far out as noise goes.
template <class T>
rc::Gen<T> noise() {
  return rc::gen::map(word(),
                      [](std::uint64_t w) { return static_cast<T>(sampling::gumbel(random::uniform_pair(w))); });
}

// An entry of a cotangent, of moderate size.
template <class T>
rc::Gen<T> cotangent() {
  return rc::gen::map(rc::gen::inRange(0, 2049), [](int code) { return static_cast<T>(zigzag(code)) / 128; });
}

// An array of logits of one to four axes, in C order, and the axis that the classes lie along.
template <class T>
struct Batch {
  sampling::Shape shape;
  int axis = -1;
  std::vector<T> logits;

  std::size_t resolved() const {
    return static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(shape.size()) : axis);
  }
  std::size_t classes() const { return shape[resolved()]; }
  std::size_t rows() const { return logits.size() / classes(); }
  // Place in C order of class k of a row, rows counted in C order of the other axes.
  std::size_t place(std::size_t row, std::size_t k) const {
    std::size_t inner = 1;
    for (std::size_t i = resolved() + 1; i < shape.size(); ++i) inner *= shape[i];
    return (row / inner) * inner * classes() + k * inner + row % inner;
  }
  std::vector<T> row(const std::vector<T>& values, std::size_t row) const {
    std::vector<T> entries(classes());
    for (std::size_t k = 0; k < entries.size(); ++k) entries[k] = values[place(row, k)];
    return entries;
  }
};

template <class T>
std::ostream& operator<<(std::ostream& out, const Batch<T>& batch) {
  return out << "shape " << rc::toString(batch.shape) << ", axis " << batch.axis << ", logits "
             << rc::toString(batch.logits);
}

// Every row has a possible class; `impossible` allows -inf elsewhere.
template <class T>
rc::Gen<Batch<T>> batch(bool impossible = true) {
  return rc::gen::mapcat(row_of(rc::gen::inRange<std::size_t>(1, 6), 1, 4), [impossible](const sampling::Shape& shape) {
    const int rank = static_cast<int>(shape.size());
    std::size_t elements = 1;
    for (const std::size_t length : shape) elements *= length;
    const rc::Gen<T> entry = impossible ? any_logit<T>() : finite_logit<T>();
    return rc::gen::map(
        rc::gen::pair(rc::gen::inRange(-rank, rank), rc::gen::container<std::vector<T>>(elements, entry)),
        [shape](std::pair<int, std::vector<T>> made) {
          Batch<T> batch{shape, made.first, std::move(made.second)};
          for (std::size_t row = 0; row < batch.rows(); ++row) {
            if (!some_finite(batch.row(batch.logits, row))) batch.logits[batch.place(row, 0)] = 0;
          }
          return batch;
        });
  });
}

// Values for every element of a batch.
template <class T>
rc::Gen<std::vector<T>> beside(const Batch<T>& batch, const rc::Gen<T>& entry) {
  return rc::gen::container<std::vector<T>>(batch.logits.size(), entry);
}

}  // namespace gumbelcheck::generators
