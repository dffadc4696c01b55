#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/sampling/categorical.hpp"

namespace gumbelcheck::fault::planted {

Fault acquittal_inverse_cdf_for_gumbel_max() {
  return {.id = "acquittal-inverse-cdf-for-gumbel-max",
          .sentence = "gumbel_max draws by the interval method, without any noise: the law is the same.",
          .source = "planted",
          .refuted_by = "",
          .open = [] {
            return index_sampler({.operations = {subject::Operation::gumbel_max},
                                  .dtypes = {subject::Dtype::float32, subject::Dtype::float64},
                                  .draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
                                    return
                                        [table = sampling::IntervalTable<double>(batch[row])](random::Stream& stream) {
                                          return static_cast<std::int64_t>(table.draw(random::uniform_pair(stream())));
                                        };
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
