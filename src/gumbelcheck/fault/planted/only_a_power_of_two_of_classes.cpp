#include <bit>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault only_a_power_of_two_of_classes() {
  return {.id = "only-a-power-of-two-of-classes",
          .sentence = "A class is proposed by masking bits: only the first 2^k classes can be reached.",
          .source = "planted",
          .refuted_by = "categorical/law",
          .open = [] {
            return index_sampler({.draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
              // Rejection from equal proposals. The mask should cover all classes and falls short of them
              // instead.
              return [weights = weights_of(batch[row])](random::Stream& stream) {
                const std::uint64_t mask = std::bit_floor(weights.size()) - 1;
                for (;;) {
                  const std::uint64_t k = stream() & mask;
                  if (random::uniform_pair(stream()).lower < weights[k]) return static_cast<std::int64_t>(k);
                }
              };
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
