#include "gumbelcheck/sampling/noise.hpp"

#include <cmath>

namespace gumbelcheck::sampling {

double gumbel(random::UniformPair uniform) {
  const double exponential = uniform.lower < 0.5 ? -std::log(uniform.lower) : -std::log1p(-uniform.upper);
  return -std::log(exponential);
}

template <class T>
void fill_gumbel(std::span<T> out, random::Stream& stream) {
  for (T& g : out) g = static_cast<T>(gumbel(random::uniform_pair(stream())));
}

template <class T>
void fill_gumbel(std::span<T> out, const random::UniformSource& source) {
  for (T& g : out) g = static_cast<T>(gumbel(source()));
}

template void fill_gumbel<float>(std::span<float>, random::Stream&);
template void fill_gumbel<double>(std::span<double>, random::Stream&);
template void fill_gumbel<float>(std::span<float>, const random::UniformSource&);
template void fill_gumbel<double>(std::span<double>, const random::UniformSource&);

}  // namespace gumbelcheck::sampling
