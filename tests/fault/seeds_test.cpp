// Whether a fault is found must not hang on the seed. These two lie near what their claims see, and most cases overlook
// them on most seeds; the claim as a whole refutes them on every one, and here it is asked on several, with logits of
// their own.

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace {

using namespace gumbelcheck;

const claim::Claim& claim_of(const char* fault) { return *claim::find(fault::find(fault)->refuted_by); }

std::vector<claim::Case> cases_of(const char* fault, std::uint64_t seed) {
  claim::Request request;
  request.seed = seed;
  return claim_of(fault).cases(fault::find(fault)->open().describe(), request);
}

bool refutes(const char* fault, const claim::Case& tried) {
  subject::Subject subject = fault::find(fault)->open();
  return claim_of(fault).check(tried, subject, {}).verdict == claim::Verdict::refuted;
}

// Moves .0208 of the mass, where the case declares .02: overlooked with a probability of 1e-6 at most. Of the other
// cases 131,072 model-like classes come next, with about 3e-3.
TEST(Seeds, ACategoricalTemperatureOffByOnePerCentIsRefutedOnEach) {
  const char* fault = "temperature-of-a-categorical-wrong-by-one-per-cent";
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const std::vector<claim::Case> cases = cases_of(fault, seed);
    const auto tried = std::ranges::find_if(
        cases, [](const claim::Case& made) { return made.label.starts_with("1 class against 4095"); });
    ASSERT_NE(tried, cases.end());
    EXPECT_TRUE(refutes(fault, *tried)) << "seed " << seed;
    subject::Subject right{subject::Reference()};
    const claim::CheckResult upheld = claim_of(fault).check(*tried, right, {});
    EXPECT_EQ(upheld.verdict, claim::Verdict::upheld) << "seed " << seed << ": " << upheld.finding;
  }
}

// Two classes, sixteen classes and the batch each overlook it with a probability of about 3e-6, each on its own draws.
TEST(Seeds, UniformsOfElevenBitsAreRefutedOnEach) {
  const char* fault = "uniforms-of-eleven-bits";
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    std::vector<claim::Case> cases = cases_of(fault, seed);
    std::ranges::reverse(cases);  // those come last, and are enough
    EXPECT_TRUE(std::ranges::any_of(cases, [&](const claim::Case& tried) { return refutes(fault, tried); }))
        << "seed " << seed;
  }
}

}  // namespace
