// gumbel/tail: the tails are right as far as the draws reach; no infinity, no cap, no coarse grid.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/injected_uniforms.hpp"
#include "gumbelcheck/claim/noise_tails.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tail_race.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr std::uint64_t kDraws = std::uint64_t{1} << 23;
constexpr std::uint64_t kDrawsPerRow = std::uint64_t{1} << 13;  // of noise, for a row of the race
constexpr std::uint64_t kRowsPerQuestion = 64;                  // of a race: 2^22 noise values
const char* const kRace = "race";

std::vector<Case> tail_cases(const subject::Description& description, const Request& request) {
  const Request own = with_own_logits(request);
  CaseList list("gumbel/tail", own);
  const LogitsSet injected = listed_logits(injected_logits(), "4 classes");
  for (const subject::Dtype dtype : judged_dtypes(description)) {
    if (description.offer(Operation::gumbel) != nullptr) {
      list.add(no_logits(), dtype, 1, {.draws = kDraws, .effect = 0, .statistical = true}, "", false);
    }
    for (const std::string& variant : injected_variants(description)) {
      const bool noise = variant.starts_with("injected");  // the noise alone
      list.add(noise ? no_logits() : injected, dtype, 1, {1, 0}, variant, false);
    }
  }
  if (description.offer(Operation::gumbel_max) != nullptr) {
    // A row is thousands of noise values, so rows go with the draws of noise.
    const std::uint64_t rows =
        std::clamp(request.draws.value_or(kDraws) / kDrawsPerRow, std::uint64_t{2}, TailRace::kMostRows);
    Request racing = own;
    racing.draws = rows;
    CaseList race("gumbel/tail", racing);
    const LogitsSet field = listed_logits(TailRace(rows).logits(), fmt::format("{} classes", TailRace::kClasses));
    const subject::Dtype dtype = judged_dtypes(description).front();
    race.add(field, dtype, 1, {.draws = rows, .effect = 0, .statistical = true}, kRace, false);
    list.append(race.take().front());
  }
  return list.take();
}

// One look at the end: each test has its part of the budget, and the control must be refuted by the same part.
void judge_tests(CheckResult& result, const statistic::Budget& budget, const std::vector<TailTest>& tests,
                 const TailTest& control, const std::string& among, int grid_bits) {
  const TailTest& worst = *std::ranges::min_element(tests, {}, &TailTest::p_value);
  const double alpha = budget.part_of(tests.size()).alpha_per_check();
  statistic::Evidence evidence;
  evidence.draws = result.draws;
  evidence.looks = 1;
  evidence.p_value = std::min(1.0, worst.p_value * static_cast<double>(tests.size()));
  evidence.leading = worst.what;
  evidence.control = statistic::LiveControl{
      .planted_effect = 0, .log_e = -std::log(std::max(control.p_value, 1e-300)), .refuted = control.p_value <= alpha};
  result.evidence = evidence;
  if (worst.p_value <= alpha) {
    result.verdict = Verdict::refuted;
    result.finding = fmt::format("{}: {} (p = {:.3g}).", among, worst.what, evidence.p_value);
  } else if (!evidence.control->refuted) {
    result.verdict = Verdict::inconclusive;
    result.finding = fmt::format(
        "The live control failed: a grid of 2^-{}, planted in these {} draws, was not refuted. More draws "
        "would decide.",
        grid_bits, result.draws);
  } else {
    result.verdict = Verdict::upheld;
  }
}

CheckResult check_drawn(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    NoiseTails tails(tried.draws, subject::unit_roundoff(tried.dtype));
    const std::uint64_t most = draws_per_question(1);
    for (std::uint64_t number = 0; result.draws < tried.draws; ++number) {
      const std::uint64_t draws = std::min(most, tried.draws - result.draws);
      subject::Question question = inquiry.question(Operation::gumbel);
      question.seed = inquiry.seed(number);
      question.draws = draws;
      const subject::Answer answer = inquiry.ask(question);
      const Reals noise(array(answer, "noise"));
      for (std::uint64_t i = 0; i < draws; ++i) {
        if (!std::isfinite(noise[i])) {
          throw impossible(fmt::format("Noise value {} is {}; Gumbel noise is finite.", result.draws + i, noise[i]));
        }
        tails.add(noise[i]);
      }
      result.draws += draws;
    }
    constexpr int kGridBits = 24;
    judge_tests(result, budget, tails.tests(), tails.on_coarse_grid(),
                fmt::format("Of {} values between {:.4g} and {:.4g}", result.draws, tails.smallest(), tails.greatest()),
                kGridBits);
  });
}

CheckResult check_race(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    TailRace race(tried.draws);
    for (std::uint64_t number = 0; result.draws < tried.draws; ++number) {
      subject::Question question = inquiry.question(Operation::gumbel_max);
      question.seed = inquiry.seed(number);
      question.draws = std::min(kRowsPerQuestion, tried.draws - result.draws);
      const subject::Answer answer = inquiry.ask(question);
      const std::vector<std::int64_t>& indices = array(answer, "index").as<std::int64_t>();
      for (const std::int64_t index : indices) {
        if (index >= 0 && index < static_cast<std::int64_t>(TailRace::kClasses)) continue;
        throw impossible(fmt::format("A row's index is {}; there are classes 0 to {}.", index, TailRace::kClasses - 1));
      }
      race.add(indices);
      result.draws += *question.draws;
    }
    judge_tests(result, budget, race.tests(), race.on_coarse_grid(), "In a race of one class against many",
                race.grid_bits());
  });
}

// A tail that is cut off leaves no value beyond its quantile 2^-k, where n 2^-k are due: that has probability
// exp(-n 2^-k) at most, on one of two sides of one of the tests.
std::optional<Sight> sees_tail(const Case& tried, const statistic::Budget& budget) {
  if (injects(tried)) return Sight{.what = "any injected uniform beyond its bound, NaN among them"};
  if (tried.variant == kRace) {
    // What the live control plants; how often a grid so coarse is overlooked was not computed.
    return Sight{.what = "spacing of a grid of uniforms", .smallest = std::exp2(-TailRace(tried.draws).grid_bits())};
  }
  const std::size_t tests = NoiseTails(tried.draws, subject::unit_roundoff(tried.dtype)).tests().size();
  const double alpha = budget.part_of(tests).alpha_per_check();
  const double deepest = std::floor(std::log2(static_cast<double>(tried.draws) / -std::log(alpha / 2)));
  const bool counted = deepest >= static_cast<double>(NoiseTails::kShallowest);
  return Sight{.what = "mass of a tail that is cut off",
               .smallest = counted ? std::exp2(-std::min(deepest, static_cast<double>(NoiseTails::kDeepest))) : 1};
}

CheckResult check_tail(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  if (injects(tried)) return check_injected(tried, subject);
  return tried.variant == kRace ? check_race(tried, subject, budget) : check_drawn(tried, subject, budget);
}

// Noise itself, or the index of logits + noise, which shows its tail in a race.
std::string missing(const subject::Description& description) {
  std::string reason = lacks(description, Operation::gumbel);
  return reason.empty() || lacks(description, Operation::gumbel_max).empty() ? "" : reason;
}

}  // namespace

Family gumbel_tail() {
  return {
      {.sheet = {.id = "gumbel/tail",
                 .statement = "Both tails of the noise are right as far as the draws reach; no value is infinite, "
                              "none is capped, and values lie on no coarser grid than the dtype's own.",
                 .pivot = "counts beyond extreme quantiles are binomial; exact repeats among the largest values are "
                          "bounded through the dtype's spacing; in a race of one class against many at -D the many "
                          "win with odds that e^-D gives",
                 .test = "exact binomial tests at depths 2^-8 to 2^-40 at both ends; exact repeats among the "
                         "largest values, among the first 65,536, and of the two extreme values; one share of "
                         "the budget each. Of gumbel_max, races of one class against 65,535 that are 12 and 14 "
                         "below. Apart from them, injected uniforms where the subject takes them, in its noise, "
                         "index, maximum and soft samples, 0 and 1 among them where its own can be",
                 .power = "in float32 a 24-bit grid gives some 7,000 repeats of the largest values where 515 are "
                          "allowed for (the live control plants just that); a cap that five draws would pass. "
                          "Blind to grids of 28 bits and more in float32, where the dtype's own spacing hides them, "
                          "and to what happens more rarely than once in all draws, unless the subject takes "
                          "injected uniforms. An index alone shows less: 1,024 rows of the race see grids of up to "
                          "17 bits, 131,072 rows 24 bits, at classes 15 and 18 below (--draws 1073741824: a row for "
                          "each 8,192)",
                 .proof = "proofs/gumbel.md#gumbel-tail",
                 .source = "Knuth 1998, The art of computer programming 2, 3.3.2; L'Ecuyer and Simard 2001 "
                           "(collision tests)"},
       .cases = tail_cases,
       .missing = missing,
       .check = check_tail,
       .sees = sees_tail}};
}

}  // namespace gumbelcheck::claim::family
