#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault acquittal_bad_input_refused() {
  return {.id = "acquittal-bad-input-refused",
          .sentence = "Bad input is refused with an error.",
          .source = "planted",
          .refuted_by = "",
          .open = [] {
            return altered({.operations = {subject::Operation::softmax, subject::Operation::categorical}});
          }};
}

}  // namespace gumbelcheck::fault::planted
