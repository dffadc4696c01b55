#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault temperature_applied_twice() {
  return {.id = "temperature-applied-twice",
          .sentence = "Logits and noise are divided by the temperature twice; at 1 nothing shows.",
          .source = "planted",
          .refuted_by = "concrete/law",
          .open = [] {
            return altered(
                {.operations = {subject::Operation::gumbel_softmax}, .question = [](subject::Question& question) {
                   question.temperature = *question.temperature * *question.temperature;
                 }});
          }};
}

}  // namespace gumbelcheck::fault::planted
