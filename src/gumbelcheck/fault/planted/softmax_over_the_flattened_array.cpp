#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault softmax_over_the_flattened_array() {
  return {.id = "softmax-over-the-flattened-array",
          .sentence = "softmax runs over all entries of the array at once.",
          .source = "planted",
          .refuted_by = "softmax/simplex",
          .open = [] {
            return altered({.operations = {subject::Operation::softmax},
                            .question =
                                [](subject::Question& question) {
                                  subject::Array& logits = array(question.arrays, "logits");
                                  logits.shape = {logits.size()};
                                  question.axis = 0;
                                },
                            .answer =
                                [](const subject::Question& asked, subject::Answer& answer) {
                                  array(answer.arrays, "value").shape = asked.find("logits")->shape;
                                }});
          }};
}

}  // namespace gumbelcheck::fault::planted
