#include <algorithm>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault temperature_no_lower_than_one_twentieth() {
  return {.id = "temperature-no-lower-than-one-twentieth",
          .sentence = "Temperatures below .05 are raised to it in silence, as a guard for an annealing schedule.",
          .source = "planted",
          .refuted_by = "concrete/cold",
          .open = [] {
            return altered(
                {.operations = {subject::Operation::gumbel_softmax}, .question = [](subject::Question& question) {
                   if (*question.temperature > 0) question.temperature = std::max(.05, *question.temperature);
                 }});
          }};
}

}  // namespace gumbelcheck::fault::planted
