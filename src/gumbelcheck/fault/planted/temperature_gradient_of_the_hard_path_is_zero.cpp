#include <variant>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault temperature_gradient_of_the_hard_path_is_zero() {
  return {.id = "temperature-gradient-of-the-hard-path-is-zero",
          .sentence = "The hard path passes no gradient to the temperature.",
          .source = "planted",
          .refuted_by = "straight-through/temperature",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax},
                            .answer = [](const subject::Question& asked, subject::Answer& answer) {
                              if (asked.find("cotangent") == nullptr || !asked.hard.value_or(false)) return;
                              std::visit(
                                  [](auto& values) {
                                    for (auto& g : values) g = 0;
                                  },
                                  array(answer.arrays, "temperature_gradient").data);
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
