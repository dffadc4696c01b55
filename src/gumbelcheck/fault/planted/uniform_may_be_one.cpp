#include <algorithm>
#include <cmath>
#include <limits>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

namespace {

constexpr double kSmallest = std::numeric_limits<double>::min();

// The last 1,024 words become 1.
double rounded_uniform(std::uint64_t word) { return std::max(std::ldexp(static_cast<double>(word), -64), kSmallest); }

}  // namespace

Fault uniform_may_be_one() {
  return {.id = "uniform-may-be-one",
          .sentence = "The uniform is rounded to nearest and may become 1: the noise is +inf, a forced winner.",
          .source = "sglang#25106",
          .refuted_by = "gumbel/tail",
          .open = [] {
            return noise_sampler({.dtypes = {subject::Dtype::float64},
                                  .noise = [](std::uint64_t word) { return unguarded_gumbel(rounded_uniform(word)); },
                                  .injected = [](double u) { return unguarded_gumbel(std::max(u, kSmallest)); },
                                  .endpoints = true});
          }};
}

}  // namespace gumbelcheck::fault::planted
