#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

Fault only_the_first_seed_used() {
  return {
      .id = "only-the-first-seed-used",
      .sentence = "Each row of a batch has a seed of its own, and the kernel reads the first one for all of them.",
      .source = "flashinfer#4861",
      .refuted_by = "stream/rows",
      .open = [] {
        return noise_sampler({.operations = {subject::Operation::gumbel_max},
                              .noise = [](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)); },
                              // With a seed of its own each row counts from the start.
                              .position = [](const Place& place) { return place.draw * place.classes + place.entry; }});
      }};
}

}  // namespace gumbelcheck::fault::planted
