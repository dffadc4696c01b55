#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"

namespace gumbelcheck::fault::planted {

namespace {

double of_exponential(double e) { return -std::log(e); }

}  // namespace

Fault exponential_may_be_zero() {
  return {.id = "exponential-may-be-zero",
          .sentence = "The exponential behind the noise may be 0: the noise is +inf, and gumbel_softmax gives NaN.",
          .source = "pytorch#22442, pytorch#103459",
          .refuted_by = "gumbel-softmax/simplex",
          .open = [] {
            return noise_sampler(
                {.operations = {subject::Operation::gumbel_softmax},
                 .noise = [](std::uint64_t word) { return of_exponential(-std::log1p(-grid_uniform(word, 24))); },
                 .injected = [](double u) { return of_exponential(-std::log(u)); },
                 .endpoints = true});
          }};
}

}  // namespace gumbelcheck::fault::planted
