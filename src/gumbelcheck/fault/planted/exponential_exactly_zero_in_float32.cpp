#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

namespace {

// A ziggurat draws a layer and a place in it: for the exponential law, a uniform times the sum of two
// exponentials.
float exponential(random::Stream& stream) {
  const double place = std::ldexp(static_cast<double>(stream() >> 41), -23);
  const double width = -std::log(random::uniform_pair(stream()).lower) - std::log(random::uniform_pair(stream()).lower);
  return static_cast<float>(place * width);
}

// The argmin of exponential / weight. 0/0 is NaN, and NaN counts as the smallest, as in NumPy.
std::int64_t race(const std::vector<double>& weights, random::Stream& stream) {
  std::size_t best = 0;
  double best_time = HUGE_VAL;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const double time = exponential(stream) / weights[k];
    if (std::isnan(time)) return static_cast<std::int64_t>(k);
    if (time < best_time) {
      best = k;
      best_time = time;
    }
  }
  return static_cast<std::int64_t>(best);
}

}  // namespace

Fault exponential_exactly_zero_in_float32() {
  return {.id = "exponential-exactly-zero-in-float32",
          .sentence =
              "A float32 ziggurat exponential, a 23-bit integer times a layer width, is exactly 0 once in "
              "1e7 draws: a class that should hardly ever be drawn, or never, wins.",
          .source = "NumPy",
          .refuted_by = "edge/impossible",
          .open = [] {
            return index_sampler({.operations = {subject::Operation::gumbel_max, subject::Operation::categorical},
                                  .draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
                                    return [weights = weights_of(batch[row])](random::Stream& stream) {
                                      return race(weights, stream);
                                    };
                                  }});
          }};
}

}  // namespace gumbelcheck::fault::planted
