#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

Fault antithetic_noise_within_a_row() {
  return {
      .id = "antithetic-noise-within-a-row",
      .sentence = "Neighbouring entries share a uniform, one as u and one as 1 - u.",
      .source = "planted",
      .refuted_by = "concrete/law",
      .open = [] {
        return noise_sampler({.operations = {subject::Operation::gumbel_softmax},
                              .noise = [](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)); },
                              .words = [](std::uint64_t seed) -> Words {
                                return [words = philox_words(seed)](std::uint64_t position) {
                                  return position % 2 == 0 ? words(position) : ~words(position - 1);
                                };
                              }});
      }};
}

}  // namespace gumbelcheck::fault::planted
