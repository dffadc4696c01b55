#include "gumbelcheck/gradient/agreement.hpp"

namespace gumbelcheck::gradient {

std::string describe(const Agreement& agreement) {
  if (agreement.comparisons == 0) return fmt::format("{}: nothing was compared.", agreement.witness);
  if (agreement.within_bounds()) {
    return fmt::format("{}: {} comparisons, {} rows informative, largest error {:.3g} of its bound.", agreement.witness,
                       agreement.comparisons, agreement.informative_rows, agreement.worst);
  }
  if (std::isinf(agreement.passing_bound)) return fmt::format("{}: {}.", agreement.witness, agreement.where);
  return fmt::format("{}: {}. A bound of {:.3g} would have passed, {:.3g} times the computed one.", agreement.witness,
                     agreement.where, agreement.passing_bound, agreement.worst);
}

}  // namespace gumbelcheck::gradient
