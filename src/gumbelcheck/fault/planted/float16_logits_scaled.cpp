#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/half_kernel.hpp"

namespace gumbelcheck::fault::planted {

Fault float16_logits_scaled() {
  return {.id = "float16-logits-scaled",
          .sentence = "In float16 the logits are 10% too large: more than any rounding.",
          .source = "planted",
          .refuted_by = "gumbel-max/law",
          .open = [] { return half_kernel({.dtypes = {subject::Dtype::float16}, .logit_scale = 1.1}); }};
}

}  // namespace gumbelcheck::fault::planted
