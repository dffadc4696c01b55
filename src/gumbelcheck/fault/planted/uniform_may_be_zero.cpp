#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

Fault uniform_may_be_zero() {
  return {.id = "uniform-may-be-zero",
          .sentence = "The uniform is drawn from [0, 1) and used without a guard: at 0 the noise is -inf.",
          .source = "planted",
          .refuted_by = "gumbel/tail",
          .open = [] {
            return noise_sampler({.dtypes = {subject::Dtype::float64},
                                  .noise = [](std::uint64_t word) { return unguarded_gumbel(grid_uniform(word, 53)); },
                                  .injected = unguarded_gumbel,
                                  .endpoints = true});
          }};
}

}  // namespace gumbelcheck::fault::planted
