#pragma once

// Every fault must be refuted by the claim that it names; every acquittal must pass every claim.

#include "gumbelcheck/verify/verify.hpp"

namespace gumbelcheck::verify {

// Faults by id; empty: all. A fault is tried on the cases of its claim, in order, until one is refuted; an
// acquittal on every claim, and passes when all that it can be asked is upheld.
//
// throws std::invalid_argument with a sentence for an id that is not known
std::vector<claim::FaultResult> selftest(const std::vector<std::string>& faults, unsigned threads,
                                         const ProgressSink& progress = {});

}  // namespace gumbelcheck::verify
