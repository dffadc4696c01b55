#include <algorithm>
#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"

namespace gumbelcheck::fault::planted {

namespace {

constexpr int kBits = 11;  // of a half-precision uniform: it hits an edge, 0 among them, often enough to be seen

}  // namespace

Fault zero_probability_class_at_a_bucket_edge() {
  return {.id = "zero-probability-class-at-a-bucket-edge",
          .sentence =
              "The search takes the first running sum that is not below u: where u hits the edge of a "
              "bucket, an empty one before it is drawn.",
          .source = "pytorch#4858",
          .refuted_by = "edge/impossible",
          .open = [] {
            return index_sampler({.draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
              return [sums = float32_running_sum(batch[row])](random::Stream& stream) {
                const double u = std::ldexp(static_cast<double>(stream() >> (64 - kBits)), -kBits);
                return std::min(std::ranges::lower_bound(sums, u) - sums.begin(), std::ssize(sums) - 1);
              };
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
