#include <algorithm>
#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/half_kernel.hpp"

namespace gumbelcheck::fault::planted {

Fault bfloat16_noise_throughout() {
  return {.id = "bfloat16-noise-throughout",
          .sentence =
              "Uniform, logarithm and logarithm are computed in bfloat16: noise of 8 bits, at most 5.5, whose ties "
              "the lowest index wins.",
          .source = "planted",
          .refuted_by = "gumbel-max/law",
          .open = [] {
            return half_kernel({.noise = [](subject::Dtype dtype, std::uint64_t word) {
              const int bits = static_cast<int>(-std::log2(subject::unit_roundoff(dtype)));
              const double uniform = std::max(std::ldexp(static_cast<double>(word >> (64 - bits)), -bits),
                                              subject::smallest_normal(dtype));
              return -std::log(subject::rounded_to(dtype, -std::log(uniform)));
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
