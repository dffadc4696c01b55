#include <random>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

Fault first_uniform_nearly_linear_in_the_seed() {
  return {.id = "first-uniform-nearly-linear-in-the-seed",
          .sentence = "A multiplicative generator starts at the seed itself: the first uniform grows with the seed.",
          .source = "planted",
          .refuted_by = "stream/distinct",
          .open = [] {
            return noise_sampler({.dtypes = {subject::Dtype::float64},
                                  .noise =
                                      [](std::uint64_t word) {
                                        return unguarded_gumbel(static_cast<double>(word) / std::minstd_rand0::modulus);
                                      },
                                  .seed_bits = 31,
                                  .words = [](std::uint64_t seed) -> Words {
                                    return [engine = std::minstd_rand0(static_cast<std::uint32_t>(seed))](
                                               std::uint64_t) mutable { return std::uint64_t{engine()}; };
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
