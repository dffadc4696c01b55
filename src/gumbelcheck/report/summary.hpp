#pragma once

// What every report says in the same words: the verdict in a sentence, the error rates, and the one check
// of a claim whose numbers are shown where there is room for one.

#include <string>
#include <vector>

#include "gumbelcheck/claim/result.hpp"

namespace gumbelcheck::report {

struct Tally {  // of claims
  std::size_t upheld = 0;
  std::size_t refuted = 0;
  std::size_t inconclusive = 0;
  std::size_t unsupported = 0;
  std::size_t broken = 0;

  std::size_t asked() const { return upheld + refuted + inconclusive + broken; }
  std::size_t judged() const { return upheld + refuted + inconclusive; }
};
Tally tally(const claim::RunRecord& record);

// "PyTorch 1.13.1 (cpu)"; what was asked on the command line where the subject gave no name. One line, and cut
// where it is too long to read.
std::string subject_title(const claim::RunRecord& record);

// One sentence.
std::string verdict_sentence(const claim::RunRecord& record);
std::string error_rates_sentence(const statistic::Budget& budget);

// Verdicts by weight: refuted 4, broken 3, inconclusive 2, upheld 1, unsupported 0.
int weight(claim::Verdict verdict);

// How near a check came to refuting.
// rule   the larger of ln(largest E) / ln(1 / alpha_per_check) and (largest error) / (its bound): from 1 on
//        it refutes. NaN, which is never a pass, counts as infinity.
double pressure(const claim::CheckResult& check, const statistic::Budget& budget);

// The weightiest verdict, and among those the largest pressure; nullptr when there is no check.
const claim::CheckResult* deciding_check(const claim::ClaimResult& result, const statistic::Budget& budget);

// The check that a claim's row in a table shows; nullptr when there is none.
// rule   of an upheld claim the one that bounds least, for that is what "upheld" rests on: the largest upper end of the
//        effect's interval, then the largest pressure; checks that bound an effect come before exact ones. Not the end
//        over the effect declared: where many classes allow few draws, that is declared larger. Of every other claim the
//        deciding one
const claim::CheckResult* shown_check(const claim::ClaimResult& result, const statistic::Budget& budget);

// Checks of one claim, in order of weight and pressure, largest first.
std::vector<const claim::CheckResult*> by_weight(const claim::ClaimResult& result, const statistic::Budget& budget);

std::uint64_t total_draws(const claim::ClaimResult& result);
double total_seconds(const claim::ClaimResult& result);

std::string family(std::string_view claim_id);  // "concrete" of "concrete/law"

std::string interval_text(const statistic::Evidence& evidence);  // "0.0031 [0, 0.0092]"
// interval_text of evidence for a declared effect; "0.43 of bound" of exact evidence; "" without either.
std::string effect_text(const claim::CheckResult& check);
// The same with "(declared 0.15)" where that is larger than what the claim's sheet declares.
std::string effect_text(const claim::Sheet& sheet, const claim::CheckResult& check);
// The anytime-valid p-value, also where it is too small for a double: "p 0.31", "p 1e-5321".
std::string p_text(const statistic::Evidence& evidence);
// p_text, or the number of comparisons of exact evidence.
std::string evidence_text(const claim::CheckResult& check);

// What may have moved, of a refuted check: "temperature, as a factor: about 1.01 [1.007, 1.013], expected 1; ...".
// "" of any other check, and where nothing was estimated.
std::string estimates_text(const claim::CheckResult& check);

// What "upheld" says, and what it does not: a paragraph each.
inline constexpr std::string_view kUpheldSays =
    "An upheld law says that the total variation between the laws of the named cells (classes, bins, tail bins, pairs) "
    "is below the declared effect, at confidence 1 - miss rate, and that the same counts with twice that effect "
    "planted "
    "in them were refuted. An upheld exact claim says that no comparison exceeded its computed bound on the cases "
    "tried.";
inline constexpr std::string_view kUpheldDoesNotSay =
    "It does not say \"correct\". What lies between the cells, below the declared effect, or outside the cases tried "
    "is "
    "not seen; `gumbelcheck explain CLAIM` says for each claim what it sees and what it cannot see. A claim that could "
    "not be asked is not upheld.";

// Why a claim or a check could not be asked, where the record does not say.
inline constexpr std::string_view kNotOffered = "The subject does not offer what this claim needs.";

}  // namespace gumbelcheck::report
