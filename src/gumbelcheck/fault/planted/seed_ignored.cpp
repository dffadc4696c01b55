#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault seed_ignored() {
  return {.id = "seed-ignored",
          .sentence = "The seed is ignored.",
          .source = "planted",
          .refuted_by = "stream/distinct",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_max},
                            .question = [](subject::Question& question) { question.seed = 0; }});
          }};
}

}  // namespace gumbelcheck::fault::planted
