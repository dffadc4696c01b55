#include "gumbelcheck/verify/diagnosis.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::verify {

namespace {

claim::Rerun rerun(const claim::Replay& replay, const Judge& judge,
                   const std::function<std::string(const Judged&)>& what) {
  const Judged judged = judge(replay.tried, replay.budget);
  return {.what = what(judged),
          .verdict = judged.result.verdict,
          .finding = judged.result.finding,
          .draws = judged.result.draws,
          .replay_token = claim::replay_token(replay)};
}

}  // namespace

std::uint64_t fresh_seed(const claim::Case& refuted, std::uint32_t n) {
  random::Stream stream({.seed = refuted.seed,
                         .purpose = random::Purpose::diagnosis,
                         .claim = random::claim_number(refuted.claim),
                         .case_index = refuted.index,
                         .block = n});
  return stream() >> 33;
}

bool stands_alone(const std::string& token) try {
  claim::from_replay_token(token);
  return true;
} catch (const std::invalid_argument&) {
  return false;
}

std::vector<claim::Rerun> reruns(const claim::CheckResult& refuted, const claim::Replay& origin, const Judge& subject,
                                 const Judge& on_threefry) {
  std::vector<claim::Rerun> made;
  if (refuted.draws == 0 && refuted.tried.effect == 0) return made;
  claim::Replay again = origin;
  again.tried = refuted.tried;
  again.tried.seed = fresh_seed(refuted.tried, 0);
  made.push_back(rerun(again, subject, [&](const Judged& judged) {
    const bool seedless = judged.asked && judged.asked->draws && !judged.asked->seed;
    return seedless ? "fresh draws" : fmt::format("a fresh seed, {}", again.tried.seed);
  }));
  if (on_threefry) {
    claim::Replay elsewhere = origin;
    elsewhere.tried = refuted.tried;
    elsewhere.subject = kReferenceOnThreefry;
    made.push_back(rerun(elsewhere, on_threefry, [](const Judged&) { return "Threefry in place of Philox"; }));
  }
  claim::Replay itself = origin;
  itself.tried = refuted.tried;
  if (stands_alone(claim::replay_token(itself))) {
    for (claim::Rerun& one : made) {
      if (!stands_alone(one.replay_token)) one.replay_token.clear();
    }
  }
  return made;
}

}  // namespace gumbelcheck::verify
