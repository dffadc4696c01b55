#include <algorithm>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

Fault uniforms_of_eleven_bits() {
  return {.id = "uniforms-of-eleven-bits",
          .sentence = "The uniforms are those of float16, k 2^-11 from 0 on, with 0 guarded.",
          .source = "planted",
          .refuted_by = "concrete/law",
          .open = [] {
            return noise_sampler({.operations = {subject::Operation::gumbel_softmax}, .noise = [](std::uint64_t word) {
                                    const double smallest = subject::smallest_normal(subject::Dtype::float16);
                                    return unguarded_gumbel(std::max(grid_uniform(word, 11), smallest));
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
