#include <algorithm>
#include <cmath>
#include <numeric>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/fault/top_k_sampler.hpp"

namespace gumbelcheck::fault::planted {

Fault maximum_and_index_from_one_uniform() {
  return {
      .id = "maximum-and-index-from-one-uniform",
      .sentence = "Drawn top down, the maximum first and then the index, both from the same uniform: each is right.",
      .source = "planted",
      .refuted_by = "gumbel-max/independence",
      .open = [] {
        return altered({.operations = {subject::Operation::gumbel_max},
                        .answer = [](const subject::Question& asked, subject::Answer& answer) {
                          const AskedRows rows = asked_rows(asked);
                          const subject::Array& maximum = array(answer.arrays, "maximum");
                          subject::Array& index = array(answer.arrays, "index");
                          std::vector<std::int64_t> classes(maximum.size());
                          for (std::size_t i = 0; i < classes.size(); ++i) {
                            const std::vector<double>& logits = rows.logits[i % rows.logits.size()];
                            const double largest = *std::ranges::max_element(logits);
                            const std::vector<double> weights = weights_of(logits);
                            const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
                            const double u = std::exp(-sum * std::exp(largest - maximum.real(i)));
                            classes[i] = class_at(weights, sum, u);
                          }
                          index.data = std::move(classes);
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
