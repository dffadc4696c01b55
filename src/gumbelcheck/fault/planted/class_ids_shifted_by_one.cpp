#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault::planted {

Fault class_ids_shifted_by_one() {
  return {.id = "class-ids-shifted-by-one",
          .sentence =
              "Class ids are off by one: a special token was added in front of the vocabulary and not to its "
              "logits.",
          .source = "planted",
          .refuted_by = "categorical/law",
          .open = [] {
            return altered({.operations = {subject::Operation::categorical},
                            .answer = [](const subject::Question& asked, subject::Answer& answer) {
                              const auto classes = static_cast<std::int64_t>(asked_rows(asked).logits.front().size());
                              auto& index = std::get<std::vector<std::int64_t>>(array(answer.arrays, "index").data);
                              for (std::int64_t& k : index) k = (k + 1) % classes;
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
