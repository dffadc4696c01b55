#include <algorithm>
#include <cmath>
#include <vector>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

namespace {

constexpr int kBits = 11;

double half(double value) { return subject::rounded_to(subject::Dtype::float16, value); }

// The noise of every uniform k 2^-11 that a half-precision generator returns; 0 is guarded.
std::vector<double> half_precision_noise() {
  std::vector<double> values;
  for (int k = 0; k < 1 << kBits; ++k) {
    const double u = std::max(std::ldexp(k, -kBits), subject::smallest_normal(subject::Dtype::float16));
    values.push_back(half(-std::log(half(-std::log(u)))));
  }
  return values;
}

}  // namespace

Fault noise_in_half_precision() {
  return {.id = "noise-in-half-precision",
          .sentence =
              "The noise is computed in half precision: it has few values, so there are ties, and the "
              "lowest index wins them.",
          .source = "planted",
          .refuted_by = "gumbel-max/law",
          .open = [] {
            return noise_sampler({.operations = {subject::Operation::gumbel_max}, .noise = [](std::uint64_t word) {
                                    static const std::vector<double> values = half_precision_noise();
                                    return values[word >> (64 - kBits)];
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
