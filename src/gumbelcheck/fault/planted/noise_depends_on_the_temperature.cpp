#include <bit>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault noise_depends_on_the_temperature() {
  return {.id = "noise-depends-on-the-temperature",
          .sentence = "The temperature is hashed into the seed: the noise of a seed changes with it.",
          .source = "planted",
          .refuted_by = "stream/frozen",
          .open = [] {
            return altered(
                {.operations = {subject::Operation::gumbel_softmax}, .question = [](subject::Question& question) {
                   if (!question.seed) return;
                   question.seed = *question.seed ^ (std::bit_cast<std::uint64_t>(*question.temperature) >> 11);
                 }});
          }};
}

}  // namespace gumbelcheck::fault::planted
