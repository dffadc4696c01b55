#pragma once

// A peer: Gumbel noise by boost::random::extreme_value_distribution. It stands beside noise.hpp as a second
// implementation of the same law, and nothing else uses it: the differences below are why.
//
// Boost makes u = word / (largest word + 1) from one engine word, redraws where that rounds to 1, and returns
// -log(-log(u)). So, for a float64:
//
//                    lowest u   noise there   highest u   noise there   grid of u near 1
//   32-bit engine    0          -inf          1 - 2^-32   22.18         2^-32
//   64-bit engine    0          -inf          1 - 2^-53   36.74         2^-53
//   noise.hpp        2^-65      -3.81         1 - 2^-65   45.05         finer than the noise's own spacing
//
// u = 0 comes once in 2^32 or 2^64 words: noise of -inf, a class that cannot be drawn. At the upper end there
// is no infinity but a cap, and below it a grid: a class whose odds are near 2^-32 gets a multiple of that,
// or nothing. In float32, u = 1 - 2^-24 is the largest, so the noise ends at 16.64, and words are redrawn, so
// the number of words a value takes is not always one.

#include <cstdint>
#include <functional>
#include <span>

#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::sampling {

// The largest noise of the table above, in float64 (a stream has 64-bit words).
constexpr double kBoostLargest32 = 22.1808;
constexpr double kBoostLargest64 = 36.7369;

// rule    g = -log(-log(u)), u = word 2^-64 rounded to nearest
// random  one word of the stream for each element, and another where u rounds to 1
// error   none is stated: log(u) loses all relative precision as u nears 1
// cost    two logarithms
// source  Boost.Random, extreme_value_distribution with location 0 and scale 1 (its default location is 1)
template <class T>
void fill_boost_gumbel(std::span<T> out, random::Stream& stream);

// The words of a 32-bit engine, one at a time.
using NarrowWords = std::function<std::uint32_t()>;

// As above with u = word 2^-32.
template <class T>
void fill_boost_gumbel(std::span<T> out, const NarrowWords& words);

}  // namespace gumbelcheck::sampling
