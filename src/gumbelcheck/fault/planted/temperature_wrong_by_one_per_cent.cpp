#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault temperature_wrong_by_one_per_cent() {
  return {.id = "temperature-wrong-by-one-per-cent",
          .sentence = "The temperature is one per cent too high.",
          .source = "planted",
          .refuted_by = "concrete/law",
          .open = [] {
            return altered(
                {.operations = {subject::Operation::gumbel_softmax},
                 .question = [](subject::Question& question) { question.temperature = *question.temperature * 1.01; }});
          }};
}

}  // namespace gumbelcheck::fault::planted
