#pragma once

// What else differs between runs that are compared: whoever reads a difference of verdicts must know it first.

#include <string>
#include <vector>

#include "gumbelcheck/report/comparison.hpp"

namespace gumbelcheck::report {

// rule  sentences: subject, version, device, program, seed, rates, checks, threads; what dtypes are held to; statements
//       and tests of claims; draws, declared effects and logits of cases that several runs have. And what is alike
//       though one would not expect it: a run beside itself
std::vector<std::string> what_is_unlike(const std::vector<ComparedRun>& runs);

}  // namespace gumbelcheck::report
