#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault gradient_of_another_sample() {
  return {.id = "gradient-of-another-sample",
          .sentence =
              "The sample has its temperature applied twice and the gradient once: it is of the right form, "
              "and not the derivative of the value.",
          .source = "planted",
          .refuted_by = "straight-through/difference",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax},
                            .question =
                                [](subject::Question& question) {
                                  question.temperature = *question.temperature * *question.temperature;
                                },
                            .answer =
                                [](const subject::Question& asked, subject::Answer& answer) {
                                  if (asked.find("cotangent") == nullptr) return;
                                  change_rows(asked, answer, "gradient",
                                              [&](const std::vector<double>&, std::vector<double>& row) {
                                                for (double& g : row) g *= *asked.temperature;
                                              });
                                }});
          }};
}

}  // namespace gumbelcheck::fault::planted
