#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

Fault draws_share_their_noise() {
  return {
      .id = "draws-share-their-noise",
      .sentence = "Every draw of a call gets the noise of its row index again.",
      .source = "planted",
      .refuted_by = "stream/rows",
      .open = [] {
        return noise_sampler({.operations = {subject::Operation::gumbel_softmax},
                              .noise = [](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)); },
                              .position = [](const Place& place) { return place.row * place.classes + place.entry; }});
      }};
}

}  // namespace gumbelcheck::fault::planted
