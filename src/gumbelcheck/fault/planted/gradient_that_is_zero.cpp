#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"

namespace gumbelcheck::fault::planted {

Fault gradient_that_is_zero() {
  return {.id = "gradient-that-is-zero",
          .sentence = "The hard path is a plain argmax: its gradient is zero.",
          .source = "planted",
          .refuted_by = "straight-through/gradient",
          .open = [] {
            return with_gradient({.gradient = [](const ForwardRow& row) {
              return row.hard ? std::vector<double>(row.soft.size(), 0.0) : softmax_backward(row.soft, row);
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
