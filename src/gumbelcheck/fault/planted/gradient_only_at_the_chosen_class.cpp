#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"

namespace gumbelcheck::fault::planted {

Fault gradient_only_at_the_chosen_class() {
  return {.id = "gradient-only-at-the-chosen-class",
          .sentence = "The gradient reaches the logit of the chosen class only.",
          .source = "vector-quantize-pytorch#59",
          .refuted_by = "straight-through/gradient",
          .open = [] {
            return with_gradient({.gradient = [](const ForwardRow& row) {
              std::vector<double> gradient(row.soft.size(), 0.0);
              gradient[row.chosen] = softmax_backward(row.soft, row)[row.chosen];
              return gradient;
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
