#include <cmath>
#include <numeric>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/fault/top_k_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault acquittal_maximum_drawn_top_down() {
  return {.id = "acquittal-maximum-drawn-top-down",
          .sentence =
              "The maximum is drawn first, and the index apart from it: as the two are independent, their law "
              "is the right one.",
          .source = "planted",
          .refuted_by = "",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_max},
                            .dtypes = {subject::Dtype::float64},
                            .description =
                                [](subject::Description& description) {
                                  description.operations[subject::Operation::gumbel_max].noise = false;
                                },
                            .answer =
                                [](const subject::Question& asked, subject::Answer& answer) {
                                  const AskedRows rows = asked_rows(asked);
                                  std::vector<std::vector<double>> weights;
                                  for (const std::vector<double>& row : rows.logits) weights.push_back(weights_of(row));
                                  random::Stream stream(
                                      {.seed = asked.seed.value_or(0), .purpose = random::Purpose::second_noise});
                                  auto indices = array(answer.arrays, "index").as<std::int64_t>();
                                  for (std::size_t i = 0; i < indices.size(); ++i) {
                                    const std::vector<double>& row = weights[i % weights.size()];
                                    const double total = std::accumulate(row.begin(), row.end(), 0.0);
                                    indices[i] = class_at(row, total, random::uniform_pair(stream()).lower);
                                  }
                                  array(answer.arrays, "index").data = std::move(indices);
                                }});
          }};
}

}  // namespace gumbelcheck::fault::planted
