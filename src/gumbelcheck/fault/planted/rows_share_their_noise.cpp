#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

Fault rows_share_their_noise() {
  return {
      .id = "rows-share-their-noise",
      .sentence = "Every row of a batch gets the same noise.",
      .source = "planted",
      .refuted_by = "stream/rows",
      .open = [] {
        return noise_sampler({.operations = {subject::Operation::gumbel_softmax},
                              .noise = [](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)); },
                              .position = [](const Place& place) { return place.draw * place.classes + place.entry; }});
      }};
}

}  // namespace gumbelcheck::fault::planted
