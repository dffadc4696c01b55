// A claim that another one implies spends nothing where that one is upheld. So whatever is refuted by the
// consequence must be refuted by the claim that it is left to.

#include <gtest/gtest.h>

#include <algorithm>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/verify/verify.hpp"

namespace {

using namespace gumbelcheck;
using claim::Verdict;

Verdict verdict_on(const std::string& fault, const std::string& claim) {
  verify::Settings settings;
  settings.claims = {claim};
  settings.rerun = settings.shrink = false;
  const claim::RunRecord record = verify::run(settings, verify::subject_source("fault:" + fault));
  const auto found = std::ranges::find(record.claims, claim, [](const auto& c) { return c.sheet.id; });
  if (found == record.claims.end()) throw std::logic_error("no " + claim);
  return found->verdict;
}

TEST(ImpliedClaimsFault, WhatAConsequenceRefutesIsRefutedByTheClaimItFollowsFrom) {
  std::size_t consequences = 0;
  for (const claim::Claim& claim : claim::catalogue()) {
    if (claim.sheet.implied_by.empty()) continue;
    ++consequences;
    std::size_t faults = 0;
    for (const fault::Fault& fault : fault::catalogue()) {
      if (fault.refuted_by != claim.sheet.id) continue;
      ++faults;
      EXPECT_EQ(verdict_on(fault.id, claim.sheet.id), Verdict::refuted) << fault.id;
      EXPECT_EQ(verdict_on(fault.id, claim.sheet.implied_by), Verdict::refuted) << fault.id;
    }
    EXPECT_GT(faults, 0u) << claim.sheet.id << " has no fault of its own";
  }
  EXPECT_EQ(consequences, 4u);
}

TEST(ImpliedClaimsFault, AUniformThatDependsOnTheLargestClassIsSeenByTheLaw) {
  // Each uniform alone, all of them together and the largest class alone are as they should be.
  const std::string fault = "last-uniform-depends-on-the-largest-class";
  for (const char* claim : {"concrete/cold", "concrete/hot", "concrete/law"}) {
    EXPECT_EQ(verdict_on(fault, claim), Verdict::refuted) << claim;
  }
  // These two were upheld when the largest class stood beside the first uniform alone: the last of two, where nothing
  // else could show it, and the last of fifteen, which shares a table with others.
  const auto verdict_of_case = [&](const claim::Request& request, std::string_view label) {
    verify::Settings settings;
    settings.claims = {"concrete/law"};
    settings.request = request;
    settings.rerun = settings.shrink = false;
    const claim::RunRecord record = verify::run(settings, verify::subject_source("fault:" + fault));
    for (const claim::CheckResult& check : record.claims.at(0).checks) {
      if (check.tried.label.starts_with(label)) return check.verdict;
    }
    throw std::logic_error("no such case");
  };
  EXPECT_EQ(verdict_of_case({.logits = {{0, 0, 0}}, .temperatures = {.01}}, "3 given classes"), Verdict::refuted);
  EXPECT_EQ(verdict_of_case({}, "16 classes"), Verdict::refuted);
}

}  // namespace
