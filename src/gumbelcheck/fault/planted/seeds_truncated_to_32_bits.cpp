#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault seeds_truncated_to_32_bits() {
  return {.id = "seeds-truncated-to-32-bits",
          .sentence = "Seeds are cut to 32 bits: seeds that differ above them give the same draws.",
          .source = "planted",
          .refuted_by = "stream/distinct",
          .open = [] {
            return altered(
                {.operations = {subject::Operation::gumbel_softmax}, .question = [](subject::Question& question) {
                   if (question.seed) question.seed = *question.seed & 0xFFFFFFFFu;
                 }});
          }};
}

}  // namespace gumbelcheck::fault::planted
