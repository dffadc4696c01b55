#include <fmt/format.h>

#include <stdexcept>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/subject/reference.hpp"
#include "gumbelcheck/verify/verify.hpp"

namespace gumbelcheck::verify {

SubjectSource subject_source(const std::string& spec, const std::vector<std::string>& command,
                             subject::ProcessOptions limits) {
  if (spec == "reference") {
    return {.spec = spec, .command = {}, .open = [] { return subject::Subject(subject::Reference()); }};
  }
  if (spec == kReferenceOnThreefry) {
    return {.spec = spec, .command = {}, .open = [] {
              return subject::Subject(subject::Reference(random::Generator::threefry));
            }};
  }
  if (spec == "process") {
    if (command.empty()) throw std::invalid_argument("subject: after -- there must be a program to start");
    return {.spec = spec, .command = command, .open = [command, limits] {
              return subject::Subject(subject::Process(command, limits));
            }};
  }
  constexpr std::string_view kFault = "fault:";
  if (spec.starts_with(kFault)) {
    const fault::Fault* found = fault::find(std::string_view(spec).substr(kFault.size()));
    if (found == nullptr) {
      throw std::invalid_argument(fmt::format("subject: there is no fault \"{}\"; `gumbelcheck faults` lists them",
                                              spec.substr(kFault.size())));
    }
    return {.spec = spec, .command = {}, .open = found->open};
  }
  throw std::invalid_argument(fmt::format(
      "subject: \"{}\" is none of `reference`, `{}`, `fault:NAME` and `-- PROGRAM ARGS`", spec, kReferenceOnThreefry));
}

}  // namespace gumbelcheck::verify
