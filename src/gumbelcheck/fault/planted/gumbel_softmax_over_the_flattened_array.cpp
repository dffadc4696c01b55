#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault::planted {

Fault gumbel_softmax_over_the_flattened_array() {
  return {.id = "gumbel-softmax-over-the-flattened-array",
          .sentence = "Gumbel-softmax runs over all entries of the array at once.",
          .source = "planted",
          .refuted_by = "gumbel-softmax/axis",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax},
                            .question =
                                [](subject::Question& question) {
                                  subject::Array& logits = array(question.arrays, "logits");
                                  logits.shape = {logits.size()};
                                  question.axis = 0;
                                },
                            .answer =
                                [](const subject::Question& asked, subject::Answer& answer) {
                                  array(answer.arrays, "sample").shape = with_draws(asked, asked.find("logits")->shape);
                                }});
          }};
}

}  // namespace gumbelcheck::fault::planted
