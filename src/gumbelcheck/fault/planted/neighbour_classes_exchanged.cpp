#include <utility>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault neighbour_classes_exchanged() {
  return {.id = "neighbour-classes-exchanged",
          .sentence = "Classes 0 and 1, 2 and 3, and so on, come back exchanged.",
          .source = "planted",
          .refuted_by = "concrete/rounding",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax},
                            .answer = [](const subject::Question& asked, subject::Answer& answer) {
                              change_rows(asked, answer, "sample",
                                          [](const std::vector<double>&, std::vector<double>& row) {
                                            for (std::size_t k = 0; k + 1 < row.size(); k += 2)
                                              std::swap(row[k], row[k + 1]);
                                          });
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
