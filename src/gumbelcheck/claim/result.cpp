#include "gumbelcheck/claim/result.hpp"

#include <algorithm>
#include <array>

namespace gumbelcheck::claim {

namespace {

// Heaviest first: a refutation stands whatever else happened.
constexpr std::array kByWeight = {Verdict::refuted, Verdict::broken, Verdict::inconclusive, Verdict::upheld};

template <class Range>
Verdict heaviest(const Range& items) {
  for (const Verdict verdict : kByWeight) {
    if (std::ranges::any_of(items, [&](const auto& item) { return item.verdict == verdict; })) return verdict;
  }
  return Verdict::unsupported;
}

}  // namespace

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::upheld:
      return "upheld";
    case Verdict::refuted:
      return "refuted";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::unsupported:
      return "unsupported";
    case Verdict::broken:
      return "broken";
  }
  return "broken";
}

Verdict combined(const std::vector<CheckResult>& checks) { return heaviest(checks); }

Verdict overall(const RunRecord& record) {
  const Verdict verdict = heaviest(record.claims);
  return verdict == Verdict::unsupported ? Verdict::inconclusive : verdict;
}

int exit_status(const RunRecord& record) {
  switch (overall(record)) {
    case Verdict::upheld:
      return 0;
    case Verdict::refuted:
      return 1;
    default:
      return 3;
  }
}

}  // namespace gumbelcheck::claim
