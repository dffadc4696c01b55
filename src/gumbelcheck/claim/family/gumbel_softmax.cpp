// gumbel-softmax/simplex and gumbel-softmax/axis: where the numbers lie, whatever their law.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"
#include "gumbelcheck/statistic/compensated_sum.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

std::string missing_sample(const subject::Description& description) {
  return lacks_operation(description, Operation::gumbel_softmax);
}

// Entries in [0, 1], and a sum of 1: K entries each rounded once. In float64 a plain sum would round as much as the
// subject may, so the sum is compensated.
template <class Where>
void compare_row(Tally& tally, const Reals& sample, std::size_t first, const RowLayout& layout, subject::Dtype dtype,
                 const Where& where) {
  statistic::CompensatedSum sum;
  std::size_t zeros = 0;
  for (std::size_t k = 0; k < layout.classes; ++k) {
    const double value = sample[first + k * layout.stride];
    tally.require(value >= 0 && value <= 1,
                  [&] { return fmt::format("{}: entry {} is {:.9g}, outside [0, 1]", where(), k, value); });
    sum.add(value);
    zeros += value == 0;
  }
  tally.compare(sum.value(), 1, simplex_bound(layout.classes, zeros, dtype), [&] { return "sum of " + where(); });
}

// ---- gumbel-softmax/simplex

const char* const kHard = "hard";
const char* const kEndpoints = "injected uniforms 0 and 1";

std::vector<Case> simplex_cases(const subject::Description& description, const Request& request) {
  CaseList list("gumbel-softmax/simplex", request);
  const subject::Offer& offer = *description.offer(Operation::gumbel_softmax);
  std::vector<double> temperatures = temperatures_of(request);
  if (request.temperatures.empty()) temperatures.insert(temperatures.end(), {1e-4, 1e4});
  const std::vector<LogitsSet> sets = {
      spread_logits(request.seed, 10), listed_logits({1e4, -1e4, 0, 1e4}, "logits of 10,000"),
      listed_logits({0.0, -std::numeric_limits<double>::infinity(), 1.0}, "3 classes, one impossible")};
  for (const subject::Dtype dtype : every_dtype(description)) {
    for (const double temperature : temperatures) {
      for (const LogitsSet& set : sets) {
        if (offer.soft) list.add(set, dtype, temperature, {4096, 0});
      }
      if (offer.hard) list.add(sets.front(), dtype, temperature, {4096, 0}, kHard);
    }
    if (offer.soft && offer.noise && offer.endpoints) list.add(sets.front(), dtype, 1, {1, 0}, kEndpoints, false);
  }
  return list.take();
}

// Each class in turn at either end of the unit interval, and all of them at once. Only a subject whose own
// generator can return 0 or 1 is asked this; it may refuse.
CheckResult check_endpoints(const Case& tried, subject::Subject& subject) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    const Path path{.operation = Operation::gumbel_softmax};
    Tally tally("the simplex, or a refusal", simplex_words(tried.dtype));
    for (const double end : {0.0, 1.0}) {
      for (std::size_t k = 0; k <= layout.classes; ++k) {
        std::vector<double> uniforms(layout.classes, k == layout.classes ? end : .5);
        if (k < layout.classes) uniforms[k] = end;
        subject::Question question = question_of(inquiry, path, inquiry.seed(0), 1);
        question.endpoints = true;
        question.arrays.push_back({"uniform", {.shape = {1, layout.classes}, .data = std::move(uniforms)}});
        const auto reply = inquiry.ask_bad(question);
        const auto* answer = std::get_if<subject::Answer>(&reply);
        const std::string where =
            k == layout.classes ? fmt::format("all uniforms {:g}", end) : fmt::format("uniform {} at {:g}", k, end);
        if (answer == nullptr) {
          tally.require(true, [&] { return where; });
        } else {
          compare_row(tally, Reals(array(*answer, result_array(path))), 0, layout, tried.dtype, [&] { return where; });
        }
        ++result.draws;
      }
    }
    tally.conclude(result);
  });
}

CheckResult check_simplex(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  if (tried.variant == kEndpoints) return check_endpoints(tried, subject);
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    const Path path{.operation = Operation::gumbel_softmax, .hard = tried.variant == kHard};
    Tally tally("the simplex", simplex_words(tried.dtype));
    const std::uint64_t most = draws_per_question(layout.elements);
    for (std::uint64_t number = 0; result.draws < tried.draws; ++number) {
      const std::uint64_t draws = std::min(most, tried.draws - result.draws);
      const subject::Answer answer = inquiry.ask(question_of(inquiry, path, inquiry.seed(number), draws));
      const Reals sample(array(answer, result_array(path)));
      for (std::uint64_t draw = 0; draw < draws; ++draw) {
        for (const std::size_t start : layout.starts) {
          compare_row(tally, sample, draw * layout.elements + start, layout, tried.dtype,
                      [&] { return fmt::format("draw {}", result.draws + draw); });
        }
      }
      result.draws += draws;
    }
    tally.conclude(result);
  });
}

// ---- gumbel-softmax/axis

std::vector<Case> axis_cases(const subject::Description& description, const Request& request) {
  CaseList list("gumbel-softmax/axis", request);
  const subject::Offer& offer = *description.offer(Operation::gumbel_softmax);
  const std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  const auto add = [&](int axis, subject::Dtype dtype) {
    list.add(spread_batch(request.seed, {2, 3, 4}, axis), dtype, 1, plan_for(dtype, {1u << 17, .03}),
             offer.soft ? "" : kHard, false);
  };
  std::size_t turn = 0;
  for (const int axis : {0, 1, 2, -1, -2, -3}) {
    if (!offer.axis && axis != -1) continue;
    if (!dtypes.empty()) add(axis, dtypes[turn++ % dtypes.size()]);
    for (const subject::Dtype dtype : every_dtype(description)) {
      if (half_precision(dtype) && axis < 0) add(axis, dtype);
    }
  }
  return list.take();
}

// The sums tell an axis from another one; the law of the argmax, different in every row, tells a row from its
// neighbours.
CheckResult check_axis(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    const Path path{.operation = Operation::gumbel_softmax, .hard = tried.variant == kHard};
    Tally tally("the simplex along the axis asked for", simplex_words(tried.dtype));
    judge_indices(
        result, inquiry, budget,
        [&](std::uint64_t number, std::uint64_t draws) {
          const subject::Answer answer = inquiry.ask(question_of(inquiry, path, inquiry.seed(number), draws));
          const Reals sample(array(answer, result_array(path)));
          std::vector<std::int64_t> indices;
          indices.reserve(draws * layout.starts.size());
          for (std::uint64_t draw = 0; draw < draws; ++draw) {
            for (std::size_t row = 0; row < layout.starts.size(); ++row) {
              const std::size_t first = draw * layout.elements + layout.starts[row];
              compare_row(tally, sample, first, layout, tried.dtype,
                          [&] { return fmt::format("draw {} row {}", draw, row); });
              std::size_t largest = 0;
              for (std::size_t k = 1; k < layout.classes; ++k) {
                if (sample[first + k * layout.stride] > sample[first + largest * layout.stride]) largest = k;
              }
              indices.push_back(static_cast<std::int64_t>(largest));
            }
          }
          if (!tally.sound()) {
            CheckResult exact;
            tally.conclude(exact);
            result.exact = exact.exact;
            throw Ended{exact.verdict, exact.finding};
          }
          return indices;
        },
        0, DrawnBy::soft_sample);
    CheckResult exact;
    tally.conclude(exact);
    result.exact = exact.exact;
  });
}

}  // namespace

Family gumbel_softmax() {
  return {{.sheet = {.id = "gumbel-softmax/simplex",
                     .statement = "Every sample lies on the simplex, at every temperature, soft and hard: entries in "
                                  "[0, 1] that sum to 1 but for rounding.",
                     .pivot = "none: exact",
                     .test = "4,096 samples at each temperature, with logits of +-10,000 and -inf among them; "
                             "injected uniforms of 0 and 1 where the subject takes them and its own can be",
                     .power = "any sample off the simplex; a constant vector passes, so it counts only beside an "
                              "upheld law",
                     .proof = "proofs/concrete.md#gumbel-softmax-simplex",
                     .source = "Jang, Gu and Poole 2017",
                     .beside = {"concrete/law", "concrete/rounding", "gumbel-softmax/axis"}},
           .cases = simplex_cases,
           .missing = missing_sample,
           .check = check_simplex},
          {.sheet = {.id = "gumbel-softmax/axis",
                     .statement = "The axis argument means the axis: slices along it are samples of their own "
                                  "logits.",
                     .pivot = "argmax along the axis: counts of classes, row by row",
                     .test = "sums along the axis; test martingale over the classes of each row, whose logits differ",
                     .power = "any other axis, a flattened array, rows read at the wrong stride; a total variation "
                              "of .03 in any row",
                     .proof = "proofs/concrete.md#gumbel-softmax-axis",
                     .source = "pytorch#5062",
                     .effect = .03},
           .cases = axis_cases,
           .missing = missing_sample,
           .check = check_axis}};
}

}  // namespace gumbelcheck::claim::family
