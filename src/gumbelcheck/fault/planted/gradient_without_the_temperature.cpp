#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"

namespace gumbelcheck::fault::planted {

Fault gradient_without_the_temperature() {
  return {.id = "gradient-without-the-temperature",
          .sentence = "The gradient lacks the factor 1/temperature.",
          .source = "planted",
          .refuted_by = "straight-through/gradient",
          .open = [] {
            return with_gradient({.gradient = [](const ForwardRow& row) {
              std::vector<double> gradient = softmax_backward(row.soft, row);
              for (double& g : gradient) g *= row.temperature;
              return gradient;
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
