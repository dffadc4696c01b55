#include <algorithm>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

Fault uniforms_of_eight_bits() {
  return {.id = "uniforms-of-eight-bits",
          .sentence = "The uniforms are those of bfloat16, k 2^-8 from 0 on, with 0 guarded.",
          .source = "planted",
          .refuted_by = "concrete/law",
          .open = [] {
            return noise_sampler({.operations = {subject::Operation::gumbel_softmax}, .noise = [](std::uint64_t word) {
                                    const double smallest = subject::smallest_normal(subject::Dtype::bfloat16);
                                    return unguarded_gumbel(std::max(grid_uniform(word, 8), smallest));
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
