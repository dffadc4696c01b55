#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/half_kernel.hpp"

namespace gumbelcheck::fault::planted {

Fault acquittal_bfloat16_kernel() {
  return {.id = "acquittal-bfloat16-kernel",
          .sentence =
              "A right kernel in bfloat16: noise and sums in float32, every array rounded, the first of equals drawn.",
          .source = "planted",
          .refuted_by = "",
          .open = [] { return half_kernel({.dtypes = {subject::Dtype::bfloat16}}); }};
}

}  // namespace gumbelcheck::fault::planted
