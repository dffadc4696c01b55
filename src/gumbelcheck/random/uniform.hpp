#pragma once

// Uniforms in the open interval (0, 1), at full resolution at both ends.

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
UniformPair uniform_pair(std::uint64_t word);

// A source of uniforms. The default one is a stream; tests inject their own.
using UniformSource = std::function<UniformPair()>;
UniformSource uniforms(StreamId id);

}  // namespace gumbelcheck::random
