// gumbel/tail: the tails are right as far as the draws reach; no infinity, no cap, no coarse grid.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/law/gumbel.hpp"
#include "gumbelcheck/statistic/exact_tails.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr std::uint64_t kDraws = std::uint64_t{1} << 23;
constexpr std::uint64_t kKept = std::uint64_t{1} << 15;       // of the largest values, about
constexpr std::uint64_t kBodyDraws = std::uint64_t{1} << 16;  // whose distinct values are counted
constexpr std::size_t kShallowest = 8;                        // tail counts at 2^-8 ...
constexpr std::size_t kDeepest = 40;                          // ... 2^-40, at both ends
constexpr double kLostBits = 2;  // of the dtype's own resolution that a right source may lose
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

// The integral of f(g)^2 spacing(g) over g > from, f the Gumbel density and spacing the distance of
// neighbouring values of the dtype: the chance that two draws are equal and above `from`, were the noise
// rounded once. With w = exp(-g) the antiderivative of f^2 is (w/2 + 1/4) exp(-2 w).
double chance_of_repeat(double from, double unit_roundoff) {
  const auto antiderivative = [](double g) {
    const double w = std::exp(-g);
    return (w / 2 + .25) * std::exp(-2 * w);
  };
  double chance = 0;
  for (int binade = -20; binade < 7; ++binade) {  // |g| in [2^binade, 2^(binade + 1))
    const double low = std::ldexp(1.0, binade);
    const double high = 2 * low;
    // Noise near 0 comes through a logarithm of numbers near 1, whose spacing it keeps.
    const double spacing = 2 * unit_roundoff * std::max(low, .5);
    for (const auto& [a, b] : {std::pair(low, high), std::pair(-high, -low)}) {
      if (b <= from || b < -6) continue;
      chance += (antiderivative(b) - antiderivative(std::max(a, std::max(from, -6.0)))) * spacing;
    }
  }
  return chance;
}

struct Test {
  std::string what;
  double p_value = 1;
};

std::uint64_t repeats(std::vector<double> values) {
  std::ranges::sort(values);
  return static_cast<std::uint64_t>(values.end() - std::unique(values.begin(), values.end()));
}

Test repeat_test(const std::string& where, const std::vector<double>& values, double all_draws, double from,
                 double unit_roundoff) {
  const std::uint64_t seen = repeats(values);
  const double mean =
      std::exp2(kLostBits) * all_draws * all_draws / 2 * chance_of_repeat(from, unit_roundoff);
  return {
      fmt::format("{} exact repeats among {} {}, at most {:.3g} expected", seen, values.size(), where, mean),
      statistic::poisson_upper_tail(seen, mean)};
}

// How often the extreme value itself was drawn. On the scale on which U, or 1 - U, is exp(-w) the draws are
// exponential, and their ordered values are apart by independent exponentials of rates 1, 2, ...: that j + 1
// of them share a cell of width c at the end has probability at most j! c^j. `slope` is dw/dg there.
Test cap_test(const char* end, double value, std::uint64_t count, double slope, double unit_roundoff) {
  const double cell = std::exp2(kLostBits) * 2 * unit_roundoff * std::max(std::abs(value), .5) * slope;
  double p_value = 1;
  for (std::uint64_t i = 1; i < count && p_value > 0; ++i)
    p_value *= std::min(1.0, static_cast<double>(i) * cell);
  return {fmt::format("the {} value, {:.6g}, was drawn {} times", end, value, count), p_value};
}

// Where U = exp(-exp(-g)) falls below 2^-k, and where 1 - U does, as values of g: no draw needs a logarithm.
struct Depths {
  std::vector<double> lower, upper;
  Depths() : lower(kDeepest + 1), upper(kDeepest + 1) {
    for (std::size_t k = kShallowest; k <= kDeepest; ++k) {
      const double depth = static_cast<double>(k);
      lower[k] = -std::log(depth * std::numbers::ln2);
      upper[k] = -std::log(-std::log1p(-std::exp2(-depth)));
    }
  }
};

// What is kept of the draws: nothing that grows with them.
class Tails {
 public:
  explicit Tails(std::uint64_t draws)
      : kept_share_(std::min(.25, static_cast<double>(kKept) / static_cast<double>(draws))),
        threshold_(-std::log(-std::log1p(-kept_share_))) {}

  void add(double g) {
    smallest_.add(-g);
    greatest_.add(g);
    for (std::size_t k = kShallowest; k <= kDeepest && g < depths_.lower[k]; ++k) ++below_[k];
    for (std::size_t k = kShallowest; k <= kDeepest && g > depths_.upper[k]; ++k) ++above_[k];
    if (g > threshold_ && largest_.size() < 8 * kKept) largest_.push_back(g);
    if (first_.size() < kBodyDraws) first_.push_back(g);
  }

  std::vector<Test> tests(std::uint64_t draws, double unit_roundoff) const {
    const double n = static_cast<double>(draws);
    std::vector<Test> made;
    for (std::size_t k = kShallowest; k <= kDeepest; ++k) {
      const double p = std::exp2(-static_cast<double>(k));
      const auto count = [&](const char* end, std::uint64_t seen) {
        made.push_back(
            {fmt::format("{} values beyond the {} 2^-{} quantile, {:.3g} expected", seen, end, k, n * p),
             statistic::binomial_two_sided(seen, draws, p)});
      };
      count("lower", below_[k]);
      count("upper", above_[k]);
    }
    made.push_back(
        cap_test("smallest", -smallest_.value, smallest_.count, std::exp(smallest_.value), unit_roundoff));
    made.push_back(cap_test("largest", greatest_.value, greatest_.count, 1, unit_roundoff));
    made.push_back(repeat_test("of the largest values", largest_, n, threshold_, unit_roundoff));
    made.push_back(repeat_test("of the first values", first_, static_cast<double>(first_.size()), -HUGE_VAL,
                               unit_roundoff));
    return made;
  }

  // The largest values as a uniform on a grid of 2^-24 would have made them.
  Test on_coarse_grid(std::uint64_t draws, double unit_roundoff) const {
    std::vector<double> coarse;
    for (const double g : largest_) coarse.push_back(std::round(std::ldexp(-std::expm1(-std::exp(-g)), 24)));
    return repeat_test("", coarse, static_cast<double>(draws), threshold_, unit_roundoff);
  }

  double smallest() const { return -smallest_.value; }
  double greatest() const { return greatest_.value; }

 private:
  struct Extreme {
    double value = -HUGE_VAL;
    std::uint64_t count = 0;
    void add(double g) {
      if (g < value) return;
      count = g > value ? 1 : count + 1;
      value = g;
    }
  };

  double kept_share_;
  double threshold_;
  Depths depths_;
  std::vector<std::uint64_t> below_ = std::vector<std::uint64_t>(kDeepest + 1);
  std::vector<std::uint64_t> above_ = std::vector<std::uint64_t>(kDeepest + 1);
  std::vector<double> largest_, first_;
  Extreme smallest_;  // of -g
  Extreme greatest_;
};

CheckResult check_drawn(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const double unit_roundoff = subject::unit_roundoff(tried.dtype);
    Tails tails(tried.draws);
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
          throw Ended{Verdict::refuted, fmt::format("Noise value {} is {}; Gumbel noise is finite.",
                                                    result.draws + i, noise[i])};
        }
        tails.add(noise[i]);
      }
      result.draws += draws;
    }

    const std::vector<Test> tests = tails.tests(tried.draws, unit_roundoff);
    const Test& worst = *std::ranges::min_element(tests, {}, &Test::p_value);
    const Test control = tails.on_coarse_grid(tried.draws, unit_roundoff);
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
    for (const double factor : {1.0, 1.25, 1.75})
      uniforms.push_back(factor * std::exp2(std::round(exponent)));
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

CheckResult check_tail(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  if (tried.variant == kEndpoints) return check_endpoints(tried, subject);
  return tried.variant == kInjected ? check_injected(tried, subject) : check_drawn(tried, subject, budget);
}

}  // namespace

Family gumbel_tail() {
  return {
      {.sheet =
           {.id = "gumbel/tail",
            .statement = "Both tails of the noise are right as far as the draws reach; no value is infinite, "
                         "none is capped, and values lie on no coarser grid than the dtype's own.",
            .pivot = "counts beyond extreme quantiles are binomial; exact repeats among the largest values "
                     "are Poisson with a mean that the dtype's spacing bounds",
            .test = "exact binomial tests at depths 2^-8 to 2^-40 at both ends; exact repeats among the "
                    "largest values, among the first 65,536, and of the two extreme values; one share of "
                    "the budget each. Apart from them, injected uniforms where the subject takes them, 0 "
                    "and 1 among them where its own can be",
            .power = "in float32 a 24-bit grid gives some 8,000 repeats of the largest values where 520 are "
                     "allowed for (the live control plants just that); a cap that five draws would pass; "
                     "blind to what happens more rarely than once in all draws, unless the subject takes "
                     "injected uniforms",
            .proof = "proofs/gumbel.md#gumbel-tail",
            .source = "Marsaglia 1968; L'Ecuyer and Simard 2001 (collision tests)"},
       .cases = tail_cases,
       .missing = [](const subject::Description& d) { return lacks(d, Operation::gumbel); },
       .check = check_tail}};
}

}  // namespace gumbelcheck::claim::family
