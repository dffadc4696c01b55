#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/straight_through_value.hpp"

namespace gumbelcheck::fault::planted {

Fault hard_value_added_before_subtracting() {
  return {.id = "hard-value-added-before-subtracting",
          .sentence = "The hard value is written (y_hard + y) - y: for one value of y in five it is not exactly 1.",
          .source = "planted",
          .refuted_by = "straight-through/one-hot",
          .open = [] { return straight_through([](auto hard, auto y) { return (hard + y) - y; }); }};
}

}  // namespace gumbelcheck::fault::planted
