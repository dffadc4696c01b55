#pragma once

// A refutation stands. What may be learnt beside it: the same case on draws of its own, and on another generator.

#include <functional>
#include <optional>
#include <vector>

#include "gumbelcheck/verify/verify.hpp"

namespace gumbelcheck::verify {

// One case asked of a subject. `asked` is the first question of the check, without its arrays. Nothing is thrown: a
// check that cannot work on a case ends as broken.
struct Judged {
  claim::CheckResult result;
  std::optional<subject::Question> asked;
};
using Judge = std::function<Judged(const claim::Case& tried, const statistic::Budget& budget)>;

// The n-th seed that belongs to a refuted case: 0 for asking again, from 1 on for smaller cases. 31 bits, so that a
// person can copy it and every subject takes it.
std::uint64_t fresh_seed(const claim::Case& refuted, std::uint32_t n);

// Whether a token rebuilds its case without logits given beside it.
bool stands_alone(const std::string& token);

// rule  the case on a fresh seed; and, where there is such a judge, the same seed on Threefry. Both under the run's
//       own budget, with no more draws than the case planned. Nothing for a check that drew nothing: it would only
//       repeat itself. No token where the refuted case's own stands alone and this one would not, as of logits that are
//       made again from the run's seed
std::vector<claim::Rerun> reruns(const claim::CheckResult& refuted, const claim::Replay& origin, const Judge& subject,
                                 const Judge& on_threefry);

}  // namespace gumbelcheck::verify
