#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault hard_path_returns_the_soft_sample() {
  return {.id = "hard-path-returns-the-soft-sample",
          .sentence = "With hard = true the soft sample comes back.",
          .source = "SLM-Lab#422",
          .refuted_by = "straight-through/one-hot",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax},
                            .question = [](subject::Question& question) { question.hard = false; }});
          }};
}

}  // namespace gumbelcheck::fault::planted
