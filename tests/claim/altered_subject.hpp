#pragma once

// Small subjects for the tests of claims: the built-in implementation with one thing changed, or only
// watched.

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace gumbelcheck::claim_test {

struct Altered {
  std::function<void(subject::Description&)> description = {};
  std::function<void(subject::Question&)> question = {};
  // Sees the question as it was asked.
  std::function<void(const subject::Question&, subject::Answer&)> answer = {};

  subject::Description describe() const {
    subject::Description described = subject::Reference().describe();
    if (description) description(described);
    return described;
  }
  subject::Reply ask(const subject::Question& asked) const {
    subject::Question put = asked;
    if (question) question(put);
    subject::Reply reply = subject::Reference().ask(put);
    if (auto* given = std::get_if<subject::Answer>(&reply); given != nullptr && answer) answer(asked, *given);
    return reply;
  }
};

// Every number of the array of this name, of whatever type, goes through `change`.
inline void change_each(subject::Answer& answer, std::string_view name,
                        const std::function<double(std::size_t i, double value)>& change) {
  for (subject::NamedArray& named : answer.arrays) {
    if (named.name != name) continue;
    std::visit(
        [&](auto& values) {
          using Value = typename std::remove_reference_t<decltype(values)>::value_type;
          for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = static_cast<Value>(change(i, static_cast<double>(values[i])));
          }
        },
        named.array.data);
  }
}

// The built-in implementation without seeds of its own: without a seed it goes on with its stream.
inline Altered streaming(subject::Seeding seeding) {
  const auto state = std::make_shared<std::uint64_t>(1);
  return {.description = [seeding](subject::Description& d) { d.seeding = seeding; },
          .question =
              [state](subject::Question& q) {
                if (q.call == subject::Operation::softmax || q.call == subject::Operation::concrete_log_density) return;
                if (q.seed) *state = *q.seed;
                q.seed = *state;
                *state = (*state * 0x5851F42D4C957F2Du + 0x14057B7EF767814Fu) >> 11;
              }};
}

// How a claim's cases are tried: those whose label holds `label`, of the subject's own description. One with
// more logits than `most_logits` takes the law half a second to get ready.
struct Trial {
  claim::Request request = {};
  std::string label = {};
  statistic::Budget budget = {};
  std::size_t most_logits = 20'000;
};

inline std::vector<claim::Case> cases(std::string_view id, const Altered& altered, const Trial& trial) {
  const claim::Claim* claim = claim::find(id);
  if (claim == nullptr) throw std::invalid_argument("there is no such claim");
  const subject::Description description = altered.describe();
  std::vector<claim::Case> chosen;
  if (!claim->missing(description).empty()) return chosen;
  for (claim::Case& made : claim->cases(description, trial.request)) {
    if (made.label.find(trial.label) == std::string::npos || made.logits.size() > trial.most_logits) continue;
    chosen.push_back(std::move(made));
  }
  return chosen;
}

inline claim::CheckResult checked(const claim::Case& made, const Altered& altered, const Trial& trial) {
  subject::Subject subject(altered);
  return claim::find(made.claim)->check(made, subject, trial.budget);
}

inline std::vector<claim::CheckResult> tried(std::string_view id, const Altered& altered, const Trial& trial = {}) {
  std::vector<claim::CheckResult> results;
  for (const claim::Case& made : cases(id, altered, trial)) results.push_back(checked(made, altered, trial));
  return results;
}

inline claim::CheckResult first_of(std::string_view id, const Altered& altered, const Trial& trial = {}) {
  const std::vector<claim::Case> chosen = cases(id, altered, trial);
  if (chosen.empty()) throw std::invalid_argument("the claim has no such case");
  return checked(chosen.front(), altered, trial);
}

// So that a failure shows the word and the sentence.
inline std::string said(const claim::CheckResult& result) {
  return std::string(claim::name(result.verdict)) + ": " + result.tried.claim + " (" + result.tried.label + ") " +
         result.finding;
}

}  // namespace gumbelcheck::claim_test
