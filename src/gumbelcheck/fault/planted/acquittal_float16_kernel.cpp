#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/half_kernel.hpp"

namespace gumbelcheck::fault::planted {

Fault acquittal_float16_kernel() {
  return {.id = "acquittal-float16-kernel",
          .sentence =
              "A right kernel in float16: noise and sums in float32, every array rounded, the first of equals drawn.",
          .source = "planted",
          .refuted_by = "",
          .open = [] { return half_kernel({.dtypes = {subject::Dtype::float16}}); }};
}

}  // namespace gumbelcheck::fault::planted
