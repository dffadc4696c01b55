#pragma once

// Faults: deliberately broken subjects that the checks must find, and acquittals: right subjects that look
// suspicious and must pass. One file each in planted/; the catalogue is generated from the files.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::fault {

struct Fault {
  std::string id;          // the file's name with dashes
  std::string sentence;    // what is wrong (or, for an acquittal, what looks wrong and is not)
  std::string source;      // "pytorch#22442", or "planted"
  std::string refuted_by;  // the id of the claim that must refute it; empty for an acquittal
  std::function<subject::Subject()> open;

  bool acquittal() const { return refuted_by.empty(); }
};

const std::vector<Fault>& catalogue();   // sorted by id
const Fault* find(std::string_view id);  // nullptr when there is none

}  // namespace gumbelcheck::fault
