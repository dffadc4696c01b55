#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"

namespace gumbelcheck::fault::planted {

Fault gradient_of_reversed_sign() {
  return {.id = "gradient-of-reversed-sign",
          .sentence = "The gradient has its sign reversed.",
          .source = "planted",
          .refuted_by = "straight-through/gradient",
          .open = [] {
            return with_gradient({.gradient = [](const ForwardRow& row) {
              std::vector<double> gradient = softmax_backward(row.soft, row);
              for (double& g : gradient) g = -g;
              return gradient;
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
