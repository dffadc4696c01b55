#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

Fault streams_of_neighbouring_seeds_overlap() {
  return {
      .id = "streams-of-neighbouring-seeds-overlap",
      .sentence = "A seed is a place in one long stream: neighbouring seeds share all words but one.",
      .source = "planted",
      .refuted_by = "stream/distinct",
      .open = [] {
        return noise_sampler({.noise = [](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)); },
                              .words = [](std::uint64_t seed) -> Words {
                                const auto block = static_cast<std::uint32_t>(seed >> 32);
                                return [start = seed & 0xFFFFFFFFu,
                                        stream = random::Stream({.purpose = random::Purpose::fault, .block = block})](
                                           std::uint64_t position) mutable {
                                  stream.seek(start + position);
                                  return stream();
                                };
                              }});
      }};
}

}  // namespace gumbelcheck::fault::planted
