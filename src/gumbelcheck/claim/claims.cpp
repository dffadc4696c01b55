#include <algorithm>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/claim/tolerance.hpp"

namespace gumbelcheck::claim {

namespace family {
std::vector<Family> registered();  // generated from the files of family/
}

namespace {

const char* const kNotCarried = "not carried";

// Bad input comes last: a subject that it breaks has answered everything else by then.
bool edge(const Claim& claim) { return claim.sheet.id.starts_with("edge/"); }

// Every dtype that a subject offers is answered for: where a claim has no case in float16 or bfloat16, one that says why.
Claim with_half_precision_answered(Claim claim) {
  const auto uncarried = [](const Case& tried) { return tried.variant == kNotCarried; };
  claim.cases = [own = std::move(claim.cases), id = claim.sheet.id](const subject::Description& description,
                                                                    const Request& request) {
    std::vector<Case> cases = own(description, request);
    for (const subject::Dtype dtype : every_dtype(description)) {
      const bool asked = std::ranges::any_of(cases, [&](const Case& c) { return c.dtype == dtype; });
      if (asked || !half_precision(dtype) || cases.empty()) continue;
      Case made;
      made.claim = id;
      made.index = static_cast<std::uint32_t>(cases.size());
      made.label = std::string(subject::name(dtype));
      made.dtype = dtype;
      made.variant = kNotCarried;
      made.seed = request.seed;
      made.draws = 1;
      cases.push_back(std::move(made));
    }
    return cases;
  };
  claim.check = [own = std::move(claim.check), uncarried](const Case& tried, subject::Subject& subject,
                                                          const statistic::Budget& budget) {
    if (!uncarried(tried)) return own(tried, subject, budget);
    return concluded(tried, [&](CheckResult&) {
      throw Ended{Verdict::unsupported, not_carried(tried.claim, tried.dtype)};
    });
  };
  return claim;
}

std::vector<Claim> collected() {
  std::vector<Claim> claims;
  for (Family& family : family::registered()) {
    for (Claim& claim : family) claims.push_back(with_half_precision_answered(std::move(claim)));
  }
  std::ranges::sort(
      claims, [](const Claim& a, const Claim& b) { return edge(a) != edge(b) ? edge(b) : a.sheet.id < b.sheet.id; });
  return claims;
}

}  // namespace

const std::vector<Claim>& catalogue() {
  static const std::vector<Claim> claims = collected();
  return claims;
}

const Claim* find(std::string_view id) {
  const auto found = std::ranges::find(catalogue(), id, [](const Claim& claim) { return claim.sheet.id; });
  return found == catalogue().end() ? nullptr : &*found;
}

}  // namespace gumbelcheck::claim
