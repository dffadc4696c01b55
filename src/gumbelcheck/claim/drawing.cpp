#include "gumbelcheck/claim/drawing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gumbelcheck::claim {

namespace {

constexpr std::uint64_t kElementsPerQuestion = std::uint64_t{1} << 18;

std::string refutation_sentence(const statistic::Evidence& evidence, double alpha) {
  if (std::isinf(evidence.log_e)) {
    return fmt::format("After {} draws the counts hold what cannot be: {}.", evidence.draws, evidence.leading);
  }
  return fmt::format(
      "After {} draws the evidence against the claim is E = 1e{:.1f} (refuted from 1e{:.1f}); leading: {}; "
      "total variation {:.4f} in {}.",
      evidence.draws, evidence.log_e / 2.302585092994046, -std::log10(alpha), evidence.leading, evidence.effect,
      evidence.effect_table);
}

std::string inconclusive_sentence(const statistic::Evidence& evidence) {
  if (evidence.control && !evidence.control->refuted) {
    return fmt::format(
        "The live control failed: twice the declared effect, planted in the same counts, was not refuted "
        "after {} draws. More draws, or a larger --effect, would decide.",
        evidence.draws);
  }
  return fmt::format(
      "{} draws leave a total variation of up to {:.4f} in {} possible, more than the declared {:.4g}; so "
      "many "
      "draws see effects from {:.4g}.",
      evidence.draws, evidence.effect_high, evidence.effect_table, evidence.declared_effect,
      evidence.smallest_detectable_effect);
}

// Takes the place of a subject where nothing is drawn.
struct Described {
  subject::Description description;
  subject::Description describe() const { return description; }
  subject::Reply ask(const subject::Question&) const {
    return subject::Breakdown{"Nothing is asked where nothing is drawn."};
  }
};

}  // namespace

std::string early_sentence(const CheckResult& result, const statistic::Evidence& evidence, const Ended& early) {
  const double seen = evidence.smallest_detectable_effect;
  const std::string head =
      fmt::format("{} It stopped after {} draws of {} planned; ", early.finding, result.draws, result.tried.draws);
  if (!(seen < 1)) return head + "so few see no effect of any size at both error rates.";
  return head + fmt::format("so many see effects from {:.4g}, and {:.4g} is declared.", seen, evidence.declared_effect);
}

std::optional<WouldCount> what_is_counted(const Claim& claim, const Case& tried,
                                          const subject::Description& description, const statistic::Budget& budget,
                                          CheckResult* otherwise) {
  Case undrawn = tried;
  undrawn.draws = 0;
  subject::Subject subject(Described{description});
  try {
    CheckResult ended = claim.check(undrawn, subject, budget);
    if (otherwise != nullptr) *otherwise = std::move(ended);
  } catch (const WouldCount& counted) {
    return counted;
  }
  return std::nullopt;
}

std::uint64_t draws_per_question(std::size_t elements_per_draw) {
  const std::uint64_t draws = kElementsPerQuestion / std::max<std::size_t>(elements_per_draw, 1);
  return std::max<std::uint64_t>(2, draws - draws % 2);
}

void draw_and_judge(CheckResult& result, const Inquiry& inquiry, const statistic::Budget& budget,
                    const Drawing& drawing) {
  if (inquiry.tried().draws == 0) throw WouldCount(drawing.engine, budget, drawing.elements_per_draw);
  statistic::SequentialTest test(drawing.engine, {.budget = budget,
                                                  .effect = inquiry.tried().effect,
                                                  .draws = inquiry.tried().draws,
                                                  .control_stream = inquiry.stream(random::Purpose::control)});
  const DrawsEnd end = drawn_to_the_end(result, test, drawing.elements_per_draw, drawing.add);
  result.evidence = test.evidence();
  switch (end.decision) {
    case statistic::Decision::refuted:
      result.verdict = Verdict::refuted;
      result.finding = refutation_sentence(*result.evidence, budget.alpha_per_check());
      break;
    case statistic::Decision::upheld:
      result.verdict = Verdict::upheld;
      break;
    default:
      result.verdict = Verdict::inconclusive;
      result.finding =
          end.early ? early_sentence(result, *result.evidence, *end.early) : inconclusive_sentence(*result.evidence);
  }
}

}  // namespace gumbelcheck::claim
