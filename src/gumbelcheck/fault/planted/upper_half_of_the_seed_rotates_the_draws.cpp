#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

Fault upper_half_of_the_seed_rotates_the_draws() {
  return {.id = "upper-half-of-the-seed-rotates-the-draws",
          .sentence =
              "The lower 32 bits of the seed choose the stream, the others only shift its uniforms around the "
              "circle: seeds that differ at the top have nearly the same first draw.",
          .source = "planted",
          .refuted_by = "stream/distinct",
          .open = [] {
            return noise_sampler(
                {.noise = [](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)); },
                 .words = [](std::uint64_t seed) -> Words {
                   constexpr int kUpperBits = 21;
                   return [words = philox_words(seed & 0xFFFFFFFFu), shift = (seed >> 32) << (64 - kUpperBits)](
                              std::uint64_t position) { return words(position) + shift; };
                 }});
          }};
}

}  // namespace gumbelcheck::fault::planted
