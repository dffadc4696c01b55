#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault density_of_the_inverse_temperature() {
  return {.id = "density-of-the-inverse-temperature",
          .sentence =
              "The log-density takes its parameter for an inverse temperature: it is that of another Concrete "
              "law, normalised and smooth.",
          .source = "planted",
          .refuted_by = "concrete/convexity",
          .open = [] {
            return altered(
                {.operations = {subject::Operation::concrete_log_density},
                 .question = [](subject::Question& question) { question.temperature = 1 / *question.temperature; }});
          }};
}

}  // namespace gumbelcheck::fault::planted
