#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/half_kernel.hpp"

namespace gumbelcheck::fault::planted {

Fault bfloat16_logits_scaled() {
  return {.id = "bfloat16-logits-scaled",
          .sentence = "In bfloat16 the logits are 10% too large: more than any rounding.",
          .source = "planted",
          .refuted_by = "gumbel-max/law",
          .open = [] { return half_kernel({.dtypes = {subject::Dtype::bfloat16}, .logit_scale = 1.1}); }};
}

}  // namespace gumbelcheck::fault::planted
