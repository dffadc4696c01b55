// gumbel/tail: the tails are right as far as the draws reach; no infinity, no cap, no coarse grid.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/noise_tails.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/law/gumbel.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr std::uint64_t kDraws = std::uint64_t{1} << 23;
const char* const kInjected = "injected uniforms";
const char* const kEndpoints = "injected uniforms 0 and 1";

std::vector<Case> tail_cases(const subject::Description& description, const Request& request) {
  CaseList list("gumbel/tail", request);
  for (const subject::Dtype dtype : judged_dtypes(description)) {
    list.add(no_logits(), dtype, 1, {.draws = kDraws, .effect = 0, .statistical = true}, "", false);
    const subject::Offer& offer = *description.offer(Operation::gumbel);
    if (offer.noise) list.add(no_logits(), dtype, 1, {1, 0}, kInjected, false);
    if (offer.noise && offer.endpoints) list.add(no_logits(), dtype, 1, {1, 0}, kEndpoints, false);
  }
  return list.take();
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
          throw Ended{Verdict::refuted,
                      fmt::format("Noise value {} is {}; Gumbel noise is finite.", result.draws + i, noise[i])};
        }
        tails.add(noise[i]);
      }
      result.draws += draws;
    }

    const std::vector<TailTest> tests = tails.tests();
    const TailTest& worst = *std::ranges::min_element(tests, {}, &TailTest::p_value);
    const TailTest control = tails.on_coarse_grid();
    const double alpha = budget.part_of(tests.size()).alpha_per_check();

    statistic::Evidence evidence;
    evidence.draws = result.draws;
    evidence.looks = 1;
    evidence.p_value = std::min(1.0, worst.p_value * static_cast<double>(tests.size()));
    evidence.leading = worst.what;
    evidence.control = statistic::LiveControl{.planted_effect = 0,
                                              .log_e = -std::log(std::max(control.p_value, 1e-300)),
                                              .refuted = control.p_value <= alpha};
    result.evidence = evidence;
    if (worst.p_value <= alpha) {
      result.verdict = Verdict::refuted;
      result.finding = fmt::format("Of {} values between {:.4g} and {:.4g}: {} (p = {:.3g}).", result.draws,
                                   tails.smallest(), tails.greatest(), worst.what, evidence.p_value);
    } else if (!evidence.control->refuted) {
      result.verdict = Verdict::inconclusive;
      result.finding = fmt::format(
          "The live control failed: a grid of 2^-24, planted in these {} draws, was not refuted. More draws "
          "would "
          "decide.",
          result.draws);
    } else {
      result.verdict = Verdict::upheld;
    }
  });
}

// Uniforms at both ends and between, exactly representable in the dtype.
std::vector<double> injected_uniforms(subject::Dtype dtype) {
  std::vector<double> uniforms;
  const double lowest = std::log2(subject::smallest_normal(dtype));
  for (double exponent = -1; exponent >= lowest; exponent = exponent > -64 ? exponent - 1 : exponent * 1.25) {
    for (const double factor : {1.0, 1.25, 1.75}) uniforms.push_back(factor * std::exp2(std::round(exponent)));
  }
  const int digits = static_cast<int>(-std::log2(subject::unit_roundoff(dtype)));
  for (int k = 2; k <= digits; ++k) uniforms.push_back(1 - std::ldexp(1.0, -k));
  std::erase_if(uniforms, [](double u) { return !(u > 0 && u < 1); });
  return uniforms;
}

CheckResult check_injected(const Case& tried, subject::Subject& subject) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const std::vector<double> uniforms = injected_uniforms(tried.dtype);
    subject::Question question = inquiry.question(Operation::gumbel);
    question.seed = inquiry.seed(0);
    question.draws = uniforms.size();
    question.arrays.push_back({"uniform", {.shape = {uniforms.size()}, .data = uniforms}});
    const subject::Answer answer = inquiry.ask(question);
    const Reals noise(array(answer, "noise"));
    Tally tally("-log(-log u) with 50 digits", "8 (1 + |noise|) unit roundoffs");
    for (std::size_t i = 0; i < uniforms.size(); ++i) {
      const double expected = law::gumbel_quantile_double(uniforms[i]);
      tally.compare(noise[i], expected, 8 * subject::unit_roundoff(tried.dtype) * (1 + std::abs(expected)),
                    [&] { return fmt::format("noise from u = {:.17g}", uniforms[i]); });
    }
    tally.conclude(result);
  });
}

// Only a subject whose own generator can return 0 or 1 is asked for them: there an infinity is its own,
// however rare.
CheckResult check_endpoints(const Case& tried, subject::Subject& subject) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const std::vector<double> ends = {0, 1};
    Tally tally("a finite value, or a refusal", "never an infinity or NaN");
    for (const double u : ends) {
      subject::Question question = inquiry.question(Operation::gumbel);
      question.seed = inquiry.seed(0);
      question.draws = 1;
      question.endpoints = true;
      question.arrays.push_back({"uniform", {.shape = {1}, .data = std::vector<double>{u}}});
      const auto reply = inquiry.ask_bad(question);
      const auto* answer = std::get_if<subject::Answer>(&reply);
      const double g = answer == nullptr ? 0 : Reals(array(*answer, "noise"))[0];
      tally.require(std::isfinite(g), [&] { return fmt::format("noise from u = {:g} is {}", u, g); });
    }
    tally.conclude(result);
  });
}

// A tail that is cut off leaves no value beyond its quantile 2^-k, where n 2^-k are due: that has probability
// exp(-n 2^-k) at most, on one of two sides of one of the tests.
std::optional<Sight> sees_tail(const Case& tried, const statistic::Budget& budget) {
  if (tried.variant == kInjected) return Sight{.what = "any injected uniform beyond its bound"};
  if (tried.variant == kEndpoints) return Sight{.what = "any infinity or NaN from a uniform of 0 or 1"};
  if (!tried.variant.empty()) return std::nullopt;
  const std::size_t tests = NoiseTails(tried.draws, subject::unit_roundoff(tried.dtype)).tests().size();
  const double alpha = budget.part_of(tests).alpha_per_check();
  const double deepest = std::floor(std::log2(static_cast<double>(tried.draws) / -std::log(alpha / 2)));
  const bool counted = deepest >= static_cast<double>(NoiseTails::kShallowest);
  return Sight{.what = "mass of a tail that is cut off",
               .smallest = counted ? std::exp2(-std::min(deepest, static_cast<double>(NoiseTails::kDeepest))) : 1};
}

CheckResult check_tail(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  if (tried.variant == kEndpoints) return check_endpoints(tried, subject);
  return tried.variant == kInjected ? check_injected(tried, subject) : check_drawn(tried, subject, budget);
}

}  // namespace

Family gumbel_tail() {
  return {
      {.sheet = {.id = "gumbel/tail",
                 .statement = "Both tails of the noise are right as far as the draws reach; no value is infinite, "
                              "none is capped, and values lie on no coarser grid than the dtype's own.",
                 .pivot = "counts beyond extreme quantiles are binomial; exact repeats among the largest values "
                          "are Poisson with a mean that the dtype's spacing bounds",
                 .test = "exact binomial tests at depths 2^-8 to 2^-40 at both ends; exact repeats among the "
                         "largest values, among the first 65,536, and of the two extreme values; one share of "
                         "the budget each. Apart from them, injected uniforms where the subject takes them, 0 "
                         "and 1 among them where its own can be",
                 .power = "in float32 a 24-bit grid gives some 7,000 repeats of the largest values where 515 are "
                          "allowed for (the live control plants just that); a cap that five draws would pass. "
                          "Blind to grids of 28 bits and more in float32, where the dtype's own spacing hides them, "
                          "and to what happens more rarely than once in all draws, unless the subject takes "
                          "injected uniforms",
                 .proof = "proofs/gumbel.md#gumbel-tail",
                 .source = "Knuth 1998, The art of computer programming 2, 3.3.2; L'Ecuyer and Simard 2001 "
                           "(collision tests)"},
       .cases = tail_cases,
       .missing = [](const subject::Description& d) { return lacks(d, Operation::gumbel); },
       .check = check_tail,
       .sees = sees_tail}};
}

}  // namespace gumbelcheck::claim::family
