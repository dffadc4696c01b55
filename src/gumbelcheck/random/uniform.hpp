#pragma once

// Uniforms in the open interval (0, 1), at full resolution at both ends.

#include <bit>
#include <cstdint>
#include <functional>

#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::random {

// u and 1 - u. No double holds both exactly, so both are made from the integer and its complement: a
// caller that needs log(u) takes `lower`, one that needs log(1 - u) takes `upper`; log1p of the other is
// right wherever that other one is small.
struct UniformPair {
  double lower = 0.5;  // u
  double upper = 0.5;  // 1 - u
};

// rule    lower = (word + 1/2) 2^-64, upper = (~word + 1/2) 2^-64, each rounded toward zero to a double
// domain  both in [2^-65, 1 - 2^-53]: never 0, never 1
// error   below one unit of the last place (kUniformUlp) of each
constexpr double kUniformUlp = 1.0;
constexpr UniformPair uniform_pair(std::uint64_t word);

// A source of uniforms. The default one is a stream; tests inject their own.
using UniformSource = std::function<UniformPair()>;
UniformSource uniforms(StreamId id);

// ---------------------------------------------------------------------------------------------------------
// Here and not in uniform.cpp, for speed: a run draws some 1e8 of them.

// (word + 1/2) 2^-64, rounded toward zero: the bits below the leading 53 are cut before the conversion,
// which is then exact. Rounding to nearest would make 1 out of the last words.
constexpr double midpoint(std::uint64_t word) {
  const int width = static_cast<int>(std::bit_width(word));
  if (width < 53) return static_cast<double>(2 * word + 1) * 0x1p-65;
  const int cut = width - 53;
  const auto leading = static_cast<double>(static_cast<std::int64_t>(word >> cut));
  return leading * static_cast<double>(std::int64_t{1} << cut) * 0x1p-64;
}

constexpr UniformPair uniform_pair(std::uint64_t word) { return {midpoint(word), midpoint(~word)}; }

}  // namespace gumbelcheck::random
