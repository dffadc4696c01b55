#include <variant>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault temperature_gradient_of_reversed_sign() {
  return {.id = "temperature-gradient-of-reversed-sign",
          .sentence = "The gradient with respect to the temperature has its sign reversed.",
          .source = "planted",
          .refuted_by = "straight-through/temperature",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax},
                            .answer = [](const subject::Question& asked, subject::Answer& answer) {
                              if (asked.find("cotangent") == nullptr) return;
                              std::visit(
                                  [](auto& values) {
                                    for (auto& g : values) g = -g;
                                  },
                                  array(answer.arrays, "temperature_gradient").data);
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
