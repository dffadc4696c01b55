#include <algorithm>
#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault a_shard_of_2048_classes_left_out() {
  return {
      .id = "a-shard-of-2048-classes-left-out",
      .sentence =
          "The vocabulary is spread over devices, 2048 classes on each, and the last one's part arrives after the "
          "others' were added up.",
      .source = "planted",
      .refuted_by = "categorical/law",
      .open = [] {
        return altered({.operations = {subject::Operation::categorical}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            constexpr std::size_t kShard = 2048;
                            if (row.size() <= kShard) return;
                            const std::size_t last = (row.size() - 1) / kShard * kShard;
                            std::fill(row.begin() + static_cast<std::ptrdiff_t>(last), row.end(), -HUGE_VAL);
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
