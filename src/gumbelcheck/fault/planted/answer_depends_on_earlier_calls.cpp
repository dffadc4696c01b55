#include <cstdint>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault answer_depends_on_earlier_calls() {
  return {.id = "answer-depends-on-earlier-calls",
          .sentence = "A counter of calls is mixed into the seed: the same question is answered anew each time.",
          .source = "planted",
          .refuted_by = "stream/replay",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel},
                            .question = [calls = std::uint64_t{0}](subject::Question& question) mutable {
                              if (question.seed)
                                question.seed = (*question.seed + calls++) & ((std::uint64_t{1} << 53) - 1);
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
