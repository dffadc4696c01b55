#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault temperature_not_applied_to_the_noise() {
  return {.id = "temperature-not-applied-to-the-noise",
          .sentence = "The logits are divided by the temperature and the noise is not.",
          .source = "planted",
          .refuted_by = "concrete/law",
          .open = [] {
            return altered(
                {.operations = {subject::Operation::gumbel_softmax}, .question = [](subject::Question& question) {
                   const double temperature = question.temperature.value_or(1);
                   change_logits(question, [&](std::vector<double>& row) {
                     for (double& logit : row) logit /= temperature;
                   });
                   question.temperature = 1;
                 }});
          }};
}

}  // namespace gumbelcheck::fault::planted
