#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault last_lane_of_a_vector_masked_off() {
  return {
      .id = "last-lane-of-a-vector-masked-off",
      .sentence =
          "The mask for the end of a row is applied to every vector of 64 classes: the last lane of each is "
          "never drawn.",
      .source = "planted",
      .refuted_by = "categorical/law",
      .open = [] {
        return altered({.operations = {subject::Operation::categorical}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            for (std::size_t k = 63; k < row.size(); k += 64) row[k] = -HUGE_VAL;
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
