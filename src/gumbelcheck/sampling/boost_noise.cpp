#include "gumbelcheck/sampling/boost_noise.hpp"

#include <boost/random/extreme_value_distribution.hpp>
#include <limits>

namespace gumbelcheck::sampling {

namespace {

struct NarrowEngine {
  using result_type = std::uint32_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() { return words(); }
  const NarrowWords& words;
};

template <class T, class Engine>
void fill(std::span<T> out, Engine& engine) {
  const boost::random::extreme_value_distribution<T> standard(0, 1);
  for (T& g : out) g = standard(engine);
}

}  // namespace

template <class T>
void fill_boost_gumbel(std::span<T> out, random::Stream& stream) {
  fill(out, stream);
}

template <class T>
void fill_boost_gumbel(std::span<T> out, const NarrowWords& words) {
  NarrowEngine engine{words};
  fill(out, engine);
}

template void fill_boost_gumbel<float>(std::span<float>, random::Stream&);
template void fill_boost_gumbel<double>(std::span<double>, random::Stream&);
template void fill_boost_gumbel<float>(std::span<float>, const NarrowWords&);
template void fill_boost_gumbel<double>(std::span<double>, const NarrowWords&);

}  // namespace gumbelcheck::sampling
