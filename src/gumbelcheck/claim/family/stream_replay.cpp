// stream/replay and stream/frozen: the seed alone decides the noise.

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/stream_cases.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr std::uint64_t kDraws = 512;
constexpr std::uint64_t kSeeds = 8;
constexpr std::uint64_t kFrozenSeeds = 4;
// Above any noise from words of 64 bits (65 ln 2 = 45.05), and any that is at all likely in so few draws.
constexpr double kLargestNoise = 46;

std::vector<Case> replay_cases(const subject::Description& description, const Request& request) {
  CaseList list("stream/replay", request);
  for (const subject::Dtype dtype : every_dtype(description)) {
    for (const Path& path : random_paths(description)) {
      const LogitsSet six = path.operation == Operation::gumbel ? no_logits() : spread_logits(request.seed, 6);
      list.add(six, dtype, .5, {kDraws, 0}, name(path), false);
    }
  }
  return list.take();
}

bool same_bits(const subject::Array& a, const subject::Array& b) {
  if (a.shape != b.shape || a.data.index() != b.data.index()) return false;
  return std::visit(
      [&]<class Values>(const Values& left) {
        const auto& right = std::get<Values>(b.data);
        // NaN answers replay too; they are other claims' business.
        return std::ranges::equal(std::as_bytes(std::span(left)), std::as_bytes(std::span(right)));
      },
      a.data);
}

CheckResult check_replay(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const Path path = path_named(tried.variant);
    Tally tally("the same question asked before", "bitwise");
    for (std::uint64_t s = 0; s < kSeeds; ++s) {
      const subject::Question question = question_of(inquiry, path, inquiry.seed(s), tried.draws);
      const subject::Question other = question_of(inquiry, path, inquiry.seed(s + kSeeds), tried.draws / 2 + 1);
      const subject::Answer first = inquiry.ask(question);
      inquiry.ask(other);
      const subject::Answer second = inquiry.ask(question);
      result.draws += 2 * tried.draws;
      for (const subject::NamedArray& kept : first.arrays) {
        const subject::Array& again = array(second, kept.name);
        tally.require(same_bits(kept.array, again), [&] {
          std::size_t at = 0;
          while (at < std::min(kept.array.size(), again.size()) && kept.array.real(at) == again.real(at)) ++at;
          return at < kept.array.size() && at < again.size()
                     ? fmt::format("seed {}: {} is {:.9g} at place {} when asked first and {:.9g} when asked again",
                                   *question.seed, kept.name, kept.array.real(at), at, again.real(at))
                     : fmt::format("seed {}: {} has another shape when asked again", *question.seed, kept.name);
        });
      }
    }
    tally.conclude(result);
  });
}

// ---- stream/frozen

std::vector<Case> frozen_cases(const subject::Description& description, const Request& request) {
  CaseList list("stream/frozen", request);
  for (const subject::Dtype dtype : judged_dtypes(description)) {
    list.add(spread_logits(request.seed, 6), dtype, 1, {kDraws, 0}, "", false);
  }
  return list.take();
}

struct Asked {
  std::vector<double> logits;  // as rounded to the dtype
  double temperature;
};

// temperature log y - logits is the noise up to a constant of the row.
double noise_behind(const Asked& asked, const Reals& sample, std::size_t at, std::size_t k) {
  return asked.temperature * std::log(sample[at + k]) - asked.logits[k];
}

// What rounding does to a difference of two such values: logits + noise, its division and its distance from
// the largest each round numbers of that size, which the temperature then takes back; the exponential, the
// sum and the quotient round y itself, and its logarithm is off by that, times the temperature.
double noise_bound(const Asked& asked, double unit_roundoff) {
  double largest = 0;
  for (const double logit : asked.logits) {
    if (std::isfinite(logit)) largest = std::max(largest, std::abs(logit));
  }
  const double classes = static_cast<double>(asked.logits.size());
  return unit_roundoff * (12 * (largest + kLargestNoise) + asked.temperature * (2 * classes + 20));
}

CheckResult check_frozen(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const std::size_t classes = tried.logits.size();
    const double u = subject::unit_roundoff(tried.dtype);
    const double least = static_cast<double>(classes) * subject::smallest_normal(tried.dtype);
    const std::vector<double> logits = rounded_logits(tried);
    const std::vector<double> reversed(logits.rbegin(), logits.rend());
    const std::vector<Asked> questions = {{logits, 1.0}, {reversed, 1.0}, {logits, .25}, {reversed, 4.0}};
    Tally tally("the noise behind the same seed under other logits and temperatures",
                "running error bound of softmax and of its logarithm");
    for (std::uint64_t s = 0; s < kFrozenSeeds; ++s) {
      std::vector<subject::Answer> answers;
      for (const Asked& asked : questions) {
        subject::Question question =
            question_of(inquiry, {.operation = Operation::gumbel_softmax}, inquiry.seed(s), tried.draws);
        question.arrays = {{"logits", subject::real_array(tried.shape, asked.logits, tried.dtype)}};
        question.temperature = asked.temperature;
        answers.push_back(inquiry.ask(question));
        result.draws += tried.draws;
      }
      const Reals base(array(answers[0], "sample"));
      for (std::size_t q = 1; q < questions.size(); ++q) {
        const Reals other(array(answers[q], "sample"));
        const double bound = noise_bound(questions[0], u) + noise_bound(questions[q], u);
        for (std::size_t at = 0; at < base.size(); at += classes) {
          // The first entry of the row that the dtype holds in both samples is what the others are compared
          // by.
          std::size_t reference = classes;
          for (std::size_t k = 0; k < classes; ++k) {
            if (!(base[at + k] > least && other[at + k] > least)) continue;
            if (reference == classes) {
              reference = k;
              continue;
            }
            tally.compare(noise_behind(questions[q], other, at, k) - noise_behind(questions[q], other, at, reference),
                          noise_behind(questions[0], base, at, k) - noise_behind(questions[0], base, at, reference),
                          bound, [&] {
                            return fmt::format("difference of noise {} and {} of draw {} at temperature {:g}", k,
                                               reference, at / classes, questions[q].temperature);
                          });
          }
        }
      }
    }
    tally.conclude(result);
  });
}

}  // namespace

Family stream_replay() {
  return {
      {.sheet = {.id = "stream/replay",
                 .statement = "The same question with the same seed gives the same answer, bit for bit, whatever "
                              "was asked in between.",
                 .pivot = "none: exact",
                 .test = "eight seeds, each asked twice with another question between",
                 .power = "any difference in those answers; a subject that draws nothing at all replays too, so "
                          "it counts only beside an upheld law",
                 .proof = "proofs/streams.md#stream-replay",
                 .source = "Salmon, Moraes, Dror and Shaw 2011",
                 .beside = {"gumbel/law", "gumbel-max/law", "categorical/law", "concrete/law", "concrete/rounding"}},
       .cases = replay_cases,
       .missing = missing_seeds_of_any_dtype,
       .check = check_replay},
      {.sheet = {.id = "stream/frozen",
                 .statement = "Where a subject declares frozen noise: for one seed the noise does not depend on "
                              "logits or temperature.",
                 .pivot = "temperature log y - logits is the noise up to a constant of the row",
                 .test = "four seeds under two sets of logits and three temperatures, differences of noise "
                         "against a running error bound",
                 .power = "any noise that differs by more than rounding",
                 .proof = "proofs/streams.md#stream-frozen",
                 .source = "Maddison, Mnih and Teh 2017",
                 .beside = {"concrete/law"}},
       .cases = frozen_cases,
       .missing =
           [](const subject::Description& d) {
             if (std::string missing = lacks_frozen(d, Operation::gumbel_softmax); !missing.empty()) return missing;
             return std::string(d.offer(Operation::gumbel_softmax)->soft ? "" : "The subject has no soft path.");
           },
       .check = check_frozen}};
}

}  // namespace gumbelcheck::claim::family
