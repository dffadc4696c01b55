#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"

namespace gumbelcheck::fault::planted {

Fault gradient_at_the_one_hot_value() {
  return {.id = "gradient-at-the-one-hot-value",
          .sentence = "The gradient of the hard path is evaluated at the one-hot value in place of the soft sample.",
          .source = "planted",
          .refuted_by = "straight-through/gradient",
          .open = [] {
            return with_gradient({.gradient = [](const ForwardRow& row) {
              if (!row.hard) return softmax_backward(row.soft, row);
              std::vector<double> one_hot(row.soft.size(), 0.0);
              one_hot[row.chosen] = 1;
              return softmax_backward(one_hot, row);
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
