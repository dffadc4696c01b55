#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault acquittal_logits_shifted_by_a_constant() {
  return {.id = "acquittal-logits-shifted-by-a-constant",
          .sentence = "A constant is added to all logits: softmax does not see it.",
          .source = "planted",
          .refuted_by = "",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_max},
                            // The maximum is shifted as well, so that it is none of the logits asked for.
                            .description =
                                [](subject::Description& description) {
                                  description.operations[subject::Operation::gumbel_max].maximum = false;
                                },
                            .question =
                                [](subject::Question& question) {
                                  change_logits(question, [](std::vector<double>& row) {
                                    for (double& logit : row) logit += 4;
                                  });
                                }});
          }};
}

}  // namespace gumbelcheck::fault::planted
