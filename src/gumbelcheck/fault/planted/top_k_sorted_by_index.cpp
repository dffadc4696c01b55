#include <algorithm>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault top_k_sorted_by_index() {
  return {.id = "top-k-sorted-by-index",
          .sentence = "The k classes are the right ones, but sorted by their number: the order drawn is lost.",
          .source = "planted",
          .refuted_by = "gumbel-top-k/law",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_top_k},
                            .description =
                                [](subject::Description& description) {
                                  description.operations[subject::Operation::gumbel_top_k].axis = false;
                                },
                            .answer =
                                [](const subject::Question& asked, subject::Answer& answer) {
                                  auto indices = array(answer.arrays, "index").as<std::int64_t>();
                                  const auto k = static_cast<std::ptrdiff_t>(asked.k.value_or(1));
                                  for (auto row = indices.begin(); row != indices.end(); row += k) {
                                    std::sort(row, row + k);
                                  }
                                  array(answer.arrays, "index").data = std::move(indices);
                                }});
          }};
}

}  // namespace gumbelcheck::fault::planted
