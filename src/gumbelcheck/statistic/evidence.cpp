#include "gumbelcheck/statistic/evidence.hpp"

#include <algorithm>

namespace gumbelcheck::statistic {

double Budget::alpha_per_check() const {
  return false_alarm_rate / static_cast<double>(std::max<std::uint64_t>(1000, checks));
}

}  // namespace gumbelcheck::statistic
