#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

namespace {

double guarded(double u) {
  constexpr double kEpsilon = 1e-10;
  return -std::log(kEpsilon - std::log(u + kEpsilon));
}

}  // namespace

Fault epsilon_inside_the_logarithms() {
  return {.id = "epsilon-inside-the-logarithms",
          .sentence = "The noise is -log(eps - log(u + eps)) with eps = 1e-10: nothing lies outside [-3.14, 23.03].",
          .source = "pytorch PR#3341",
          .refuted_by = "gumbel/tail",
          .open = [] {
            return noise_sampler({.dtypes = {subject::Dtype::float32, subject::Dtype::float64},
                                  .noise = [](std::uint64_t word) { return guarded(random::uniform_pair(word).lower); },
                                  .injected = guarded});
          }};
}

}  // namespace gumbelcheck::fault::planted
