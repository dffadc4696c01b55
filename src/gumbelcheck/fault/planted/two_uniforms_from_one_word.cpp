#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

Fault two_uniforms_from_one_word() {
  return {.id = "two-uniforms-from-one-word",
          .sentence =
              "To save words, gumbel_max splits each of 32 bits into two uniforms: classes 12 below the top are "
              "never drawn.",
          .source = "planted",
          .refuted_by = "gumbel/tail",
          .open = [] {
            return noise_sampler({.operations = {subject::Operation::gumbel_max}, .noise = [](std::uint64_t word) {
                                    return unguarded_gumbel(grid_uniform(word, 16) + 0x1p-17);
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
