#include "gumbelcheck/statistic/evidence.hpp"

#include <algorithm>
#include <stdexcept>

namespace gumbelcheck::statistic {

double Budget::alpha_per_check() const {
  return false_alarm_rate / static_cast<double>(std::max<std::uint64_t>(1000, checks));
}

Budget Budget::part_of(std::uint64_t parts) const {
  if (parts == 0) throw std::invalid_argument("Budget::part_of: parts is 0, but a check makes at least one test.");
  Budget part = *this;
  part.false_alarm_rate = false_alarm_rate / static_cast<double>(parts);
  return part;
}

}  // namespace gumbelcheck::statistic
