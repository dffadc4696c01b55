#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault gumbel_softmax_over_the_wrong_axis() {
  return {.id = "gumbel-softmax-over-the-wrong-axis",
          .sentence = "Gumbel-softmax ignores its axis and runs over the last one.",
          .source = "planted",
          .refuted_by = "gumbel-softmax/axis",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax},
                            .question = [](subject::Question& question) { question.axis = -1; }});
          }};
}

}  // namespace gumbelcheck::fault::planted
