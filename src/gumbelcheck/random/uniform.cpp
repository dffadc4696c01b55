#include "gumbelcheck/random/uniform.hpp"

#include <bit>
#include <cmath>

namespace gumbelcheck::random {

namespace {

// (word + 1/2) 2^-64, rounded toward zero: the bits below the leading 53 are cut before the conversion,
// which is then exact. Rounding to nearest would make 1 out of the last words.
double midpoint(std::uint64_t word) {
  const int width = static_cast<int>(std::bit_width(word));
  if (width < 53) return std::ldexp(static_cast<double>(2 * word + 1), -65);
  const int cut = width - 53;
  return std::ldexp(static_cast<double>(word >> cut), cut - 64);
}

}  // namespace

UniformPair uniform_pair(std::uint64_t word) { return {midpoint(word), midpoint(~word)}; }

UniformSource uniforms(StreamId id) {
  return [stream = Stream(id)]() mutable { return uniform_pair(stream()); };
}

}  // namespace gumbelcheck::random
