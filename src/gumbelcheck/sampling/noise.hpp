#pragma once

// Standard Gumbel noise, maximum form, from uniforms in the open interval.

#include <span>

#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::sampling {

// Largest error of `gumbel` in units of 2^-52 max(1, |g|), against the real -log(-log(u)) of the midpoint
// u = (word + 1/2) 2^-64 that the pair was made from: the pair's rounding and the two logarithms.
constexpr double kGumbelUnits = 5;

// What 64-bit words can give: -log(65 log 2) and 65 log 2 bound every value.
constexpr double kGumbelSmallest = -3.8082;
constexpr double kGumbelLargest = 45.0547;

// rule    g = -log(-log(u)); from `lower` below one half and as -log(-log1p(-upper)) above, so that both
//         tails keep the resolution of the pair
// domain  both members of the pair in (0, 1): g is finite
// error   kGumbelUnits
// cost    two logarithms
// claim   gumbel/law, gumbel/tail
// source  Gumbel 1958, inverse transform
double gumbel(random::UniformPair uniform);

// rule    out_i = gumbel of the next uniform, computed in double and rounded once to T
// random  one word of the stream for each element, in order, whatever T is
// error   float: half a unit of the last place beside kGumbelUnits
template <class T>
void fill_gumbel(std::span<T> out, random::Stream& stream);

// As above from any source, such as injected uniforms.
template <class T>
void fill_gumbel(std::span<T> out, const random::UniformSource& source);

}  // namespace gumbelcheck::sampling
