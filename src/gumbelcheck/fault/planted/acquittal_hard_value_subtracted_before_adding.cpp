#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/straight_through_value.hpp"

namespace gumbelcheck::fault::planted {

Fault acquittal_hard_value_subtracted_before_adding() {
  return {.id = "acquittal-hard-value-subtracted-before-adding",
          .sentence = "The hard value is written (y_hard - y) + y: exactly one-hot in round-to-nearest.",
          .source = "pytorch#48574, pytorch#68941",
          .refuted_by = "",
          .open = [] { return straight_through([](auto hard, auto y) { return (hard - y) + y; }); }};
}

}  // namespace gumbelcheck::fault::planted
