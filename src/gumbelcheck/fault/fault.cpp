#include "gumbelcheck/fault/fault.hpp"

#include <algorithm>

namespace gumbelcheck::fault {

namespace planted {

std::vector<Fault> registered();  // generated from the files of planted/

}  // namespace planted

const std::vector<Fault>& catalogue() {
  static const std::vector<Fault> sorted = [] {
    std::vector<Fault> faults = planted::registered();
    std::ranges::sort(faults, {}, &Fault::id);
    return faults;
  }();
  return sorted;
}

const Fault* find(std::string_view id) {
  const std::vector<Fault>& faults = catalogue();
  const auto found = std::ranges::lower_bound(faults, id, {}, &Fault::id);
  return found != faults.end() && found->id == id ? &*found : nullptr;
}

}  // namespace gumbelcheck::fault
