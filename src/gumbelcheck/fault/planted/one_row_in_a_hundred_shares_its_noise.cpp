#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

Fault one_row_in_a_hundred_shares_its_noise() {
  return {
      .id = "one-row-in-a-hundred-shares-its-noise",
      .sentence = "In one draw of a hundred a row of the batch gets the noise of the row before it.",
      .source = "planted",
      .refuted_by = "stream/rows",
      .open = [] {
        return noise_sampler({.operations = {subject::Operation::gumbel_softmax},
                              .noise = [](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)); },
                              .position =
                                  [](const Place& place) {
                                    const std::size_t shares = place.draw % 100 == 99 && place.row % 2 == 1 ? 1 : 0;
                                    return (place.draw * place.rows + place.row - shares) * place.classes + place.entry;
                                  }});
      }};
}

}  // namespace gumbelcheck::fault::planted
