// edge/impossible: a class of probability zero is never drawn.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/claim/tolerance.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// By what a draw costs: an index from cumulated probabilities, one from noise for every class, a whole
// sample.
std::uint64_t draws_of(const Path& path) {
  switch (path.operation) {
    case Operation::categorical:
      return std::uint64_t{1} << 23;
    case Operation::gumbel_max:
      return std::uint64_t{1} << 22;
    default:
      return std::uint64_t{1} << 18;
  }
}

// All paths that draw classes: of gumbel_softmax both.
std::vector<Path> class_paths(const subject::Description& description) {
  std::vector<Path> paths = random_paths(description);
  std::erase(paths, Path{.operation = Operation::gumbel});
  const subject::Offer* offer = description.offer(Operation::gumbel_softmax);
  if (offer != nullptr && offer->soft && offer->hard) {
    paths.push_back({.operation = Operation::gumbel_softmax, .hard = true});
  }
  return paths;
}

std::vector<Case> impossible_cases(const subject::Description& description, const Request& request) {
  const Request own = with_own_logits(request);  // the user's need not have an impossible class
  CaseList list("edge/impossible", own);
  // Impossible classes first, last and between, beside light and heavy ones: wherever a bucket edge may lie.
  const LogitsSet set =
      listed_logits({-kInfinity, 0, -kInfinity, -12, -kInfinity, 1, -kInfinity}, "4 impossible among 7 classes");
  for (const subject::Dtype dtype : every_dtype(description)) {
    for (const Path& path : class_paths(description)) {
      // Log samples are numbers of the continuous law, which half precision is not asked for.
      if (half_precision(dtype) && path.operation == Operation::log_concrete) continue;
      const CasePlan plan{.draws = draws_of(path), .effect = 0, .statistical = true};
      list.add(set, dtype, 1, plan_for(dtype, plan), name(path), false);
    }
  }
  return list.take();
}

CheckResult check_impossible(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const Path path = path_named(tried.variant);
    const bool sample = path.operation == Operation::gumbel_softmax || path.operation == Operation::log_concrete;
    const double nothing = path.operation == Operation::log_concrete ? -kInfinity : 0;
    const std::size_t classes = tried.logits.size();
    std::vector<bool> possible(classes);
    for (std::size_t k = 0; k < classes; ++k) possible[k] = tried.logits[k] > -kInfinity;
    const std::uint64_t most = draws_per_question(classes);
    Tally tally("softmax(logits), which is 0 there", "never");
    for (std::uint64_t number = 0; result.draws < tried.draws && tally.sound(); ++number) {
      const std::uint64_t draws = std::min(most, tried.draws - result.draws);
      const subject::Answer answer = inquiry.ask(question_of(inquiry, path, inquiry.seed(number), draws));
      if (sample) {
        const Reals values(array(answer, result_array(path)));
        for (std::size_t i = 0, k = 0; i < values.size(); ++i, k = k + 1 == classes ? 0 : k + 1) {
          if (possible[k]) continue;
          tally.require(values[i] == nothing, [&] {
            return fmt::format("draw {} has {:.9g} at class {}, which is impossible", result.draws + i / classes,
                               values[i], k);
          });
        }
      } else {
        const std::vector<std::int64_t>& indices = array(answer, result_array(path)).as<std::int64_t>();
        for (std::size_t i = 0; i < indices.size(); ++i) {
          const std::int64_t index = indices[i];
          const bool drawable =
              index >= 0 && index < static_cast<std::int64_t>(classes) && possible[static_cast<std::size_t>(index)];
          tally.require(drawable, [&] {
            return fmt::format("draw {} is class {}, which is impossible", result.draws + i, index);
          });
        }
      }
      result.draws += draws;
    }
    tally.conclude(result);
    result.impossible = result.verdict == Verdict::refuted;
  });
}

// (1 - q)^n is at most exp(-n q): the miss rate at this q.
std::optional<Sight> sees_impossible(const Case& tried, const statistic::Budget& budget) {
  return Sight{.what = "probability of drawing an impossible class",
               .smallest = -std::log(budget.miss_rate) / static_cast<double>(std::max<std::uint64_t>(1, tried.draws))};
}

std::string missing_impossible(const subject::Description& description) {
  return class_paths(description).empty() ? "The subject offers no operation that draws classes." : "";
}

}  // namespace

Family edge_impossible() {
  return {{.sheet = {.id = "edge/impossible",
                     .statement = "A class of probability zero (logit -inf) is never drawn.",
                     .pivot = "none: exact",
                     .test = "four impossible classes among seven, wherever a bucket edge may lie: 8 million draws of "
                             "categorical, 4 million of gumbel_max, a quarter of a million samples; one hit refutes",
                     .power = "a class drawn 14 times as often as once in all draws is overlooked with probability "
                              "1e-6; blind to what is rarer. A constant output passes, so it counts only beside an "
                              "upheld law",
                     .proof = "proofs/gumbel-max.md#edge-impossible",
                     .source = "pytorch#4858",
                     .beside = {"gumbel-max/law", "categorical/law", "concrete/law", "concrete/rounding"}},
           .cases = impossible_cases,
           .missing = missing_impossible,
           .check = check_impossible,
           .sees = sees_impossible}};
}

}  // namespace gumbelcheck::claim::family
