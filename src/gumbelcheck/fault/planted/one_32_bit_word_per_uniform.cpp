#include <boost/random/extreme_value_distribution.hpp>
#include <cstdint>
#include <limits>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

namespace {

struct OneWord {
  using result_type = std::uint32_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() { return word; }
  result_type word;
};

}  // namespace

Fault one_32_bit_word_per_uniform() {
  return {.id = "one-32-bit-word-per-uniform",
          .sentence =
              "Each uniform is one word of a 32-bit engine, as in Boost.Random: the noise is at most 22.18, "
              "and -inf is possible.",
          .source = "Boost.Random",
          .refuted_by = "gumbel/tail",
          .open = [] {
            return noise_sampler({.dtypes = {subject::Dtype::float64}, .noise = [](std::uint64_t word) {
                                    OneWord engine{static_cast<std::uint32_t>(word >> 32)};
                                    return boost::random::extreme_value_distribution<double>(0, 1)(engine);
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
