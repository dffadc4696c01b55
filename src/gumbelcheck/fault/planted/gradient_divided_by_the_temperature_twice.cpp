#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"

namespace gumbelcheck::fault::planted {

Fault gradient_divided_by_the_temperature_twice() {
  return {.id = "gradient-divided-by-the-temperature-twice",
          .sentence = "The gradient has the factor 1/temperature twice.",
          .source = "planted",
          .refuted_by = "straight-through/gradient",
          .open = [] {
            return with_gradient({.gradient = [](const ForwardRow& row) {
              std::vector<double> gradient = softmax_backward(row.soft, row);
              for (double& g : gradient) g /= row.temperature;
              return gradient;
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
