// softmax/simplex, softmax/shift, softmax/value: what softmax returns. (softmax/gradient:
// softmax_gradient.cpp.)

#include "gumbelcheck/law/softmax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/rounding.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/claim/tolerance.hpp"
#include "gumbelcheck/statistic/compensated_sum.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<LogitsSet> value_sets(const Request& request, bool axis) {
  std::vector<LogitsSet> sets = {spread_logits(request.seed, 10),
                                 spread_logits(request.seed, 1000, 8),
                                 listed_logits({1e4, -1e4, 0, 9999.5}, "logits of +-10,000"),
                                 listed_logits({-1e4, -1e4 - 1, -1e4 + .5}, "logits near -10,000"),
                                 listed_logits({0, -kInfinity, 1, -kInfinity}, "4 classes, two impossible"),
                                 listed_logits({2, 2, 2, -1, -1}, "5 classes, ties"),
                                 listed_logits({-3}, "1 class")};
  if (axis) sets.push_back(spread_batch(request.seed, {3, 4, 2}, 1));
  return sets;
}

std::vector<Case> value_cases(const char* claim, const subject::Description& description, const Request& request) {
  CaseList list(claim, request);
  const bool axis = description.offer(Operation::softmax)->axis;
  for (const subject::Dtype dtype : every_dtype(description)) {
    for (const LogitsSet& set : value_sets(request, axis)) list.add(set, dtype, 1, {1, 0}, "", false);
    const std::vector<double> others = {.1, 10.0};
    for (const double temperature : request.temperatures.empty() ? others : request.temperatures) {
      list.add(spread_logits(request.seed, 10), dtype, temperature, {1, 0});
    }
  }
  return list.take();
}

// One row of logits as asked, with what the subject made of it.
struct RowAnswer {
  std::vector<double> logits;
  std::vector<double> value;
};

std::vector<RowAnswer> ask_rows(Inquiry& inquiry, const std::vector<double>& logits) {
  const Case& tried = inquiry.tried();
  subject::Question question = inquiry.question(Operation::softmax);
  question.arrays = {{"logits", subject::real_array(tried.shape, logits, tried.dtype)}};
  const subject::Answer answer = inquiry.ask(question);
  const Reals value(array(answer, "value"));
  std::vector<double> values(value.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = value[i];
  const RowLayout layout = row_layout(tried.shape, tried.axis);
  const std::vector<std::vector<double>> asked = rows_of(logits, layout);
  const std::vector<std::vector<double>> given = rows_of(values, layout);
  std::vector<RowAnswer> rows;
  for (std::size_t row = 0; row < asked.size(); ++row) rows.push_back({asked[row], given[row]});
  return rows;
}

CheckResult check_simplex(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    Tally tally("the simplex", simplex_words(tried.dtype));
    for (const RowAnswer& row : ask_rows(inquiry, rounded_logits(tried))) {
      // In float64 a plain sum would round as much as the subject may.
      statistic::CompensatedSum sum;
      std::size_t zeros = 0;
      for (std::size_t k = 0; k < row.value.size(); ++k) {
        const double value = row.value[k];
        tally.require(value >= 0 && value <= 1,
                      [&] { return fmt::format("entry {} is {:.9g}, outside [0, 1]", k, value); });
        sum.add(value);
        zeros += value == 0;
      }
      tally.compare(sum.value(), 1, simplex_bound(row.value.size(), zeros, tried.dtype), [] { return "the sum"; });
    }
    tally.conclude(result);
  });
}

CheckResult check_value(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    Tally tally("softmax of the rounded logits in extended precision", "running error bound of softmax");
    for (const RowAnswer& row : ask_rows(inquiry, rounded_logits(tried))) {
      const std::vector<double> expected = law::softmax_double(row.logits, tried.temperature);
      const std::vector<double> bound = softmax_bound(row.logits, tried.temperature, expected, tried.dtype);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        tally.compare(row.value[k], expected[k], bound[k], [&] { return fmt::format("entry {}", k); });
      }
    }
    tally.conclude(result);
  });
}

// ---- softmax/shift

std::vector<Case> shift_cases(const subject::Description& description, const Request& request) {
  CaseList list("softmax/shift", request);
  for (const subject::Dtype dtype : every_dtype(description)) {
    list.add(spread_logits(request.seed, 10), dtype, 1, {1, 0}, "", false);
    list.add(spread_logits(request.seed, 100), dtype, 1, {1, 0}, "", false);
  }
  return list.take();
}

// So large that what remains of the logits after it has a grid of 1/16 or finer.
double largest_shift(subject::Dtype dtype) {
  return dtype == subject::Dtype::bfloat16 ? 8 : dtype == subject::Dtype::float16 ? 64 : 2048;
}

// The logits on the finest grid on which they are exact in the dtype, also after the largest shift: what is
// compared are answers to the very same question.
std::vector<double> shiftable_logits(const Case& tried) {
  double largest = largest_shift(tried.dtype);
  for (const double logit : tried.logits) {
    if (std::isfinite(logit)) largest = std::max(largest, std::abs(logit) + largest_shift(tried.dtype));
  }
  const double grid = std::exp2(std::ceil(std::log2(largest))) * subject::unit_roundoff(tried.dtype);
  std::vector<double> logits = tried.logits;
  for (double& logit : logits) {
    if (std::isfinite(logit)) logit = std::round(logit / grid) * grid;
  }
  return logits;
}

CheckResult check_shift(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    Tally tally("the subject's own answer without the shift", "running error bounds of both answers");
    const std::vector<double> logits = shiftable_logits(tried);
    const std::vector<RowAnswer> base = ask_rows(inquiry, logits);
    std::vector<std::vector<double>> expected, base_bound;
    for (const RowAnswer& row : base) {
      expected.push_back(law::softmax_double(row.logits, tried.temperature));
      base_bound.push_back(softmax_bound(row.logits, tried.temperature, expected.back(), tried.dtype));
    }
    const double most = largest_shift(tried.dtype);
    for (const double shift : {-most, -100.0, -1.0, 0.5, std::min(64.0, most / 2), most}) {
      std::vector<double> shifted = logits;
      for (double& logit : shifted) logit = subject::rounded_to(tried.dtype, logit + shift);
      // Logits beyond 2^40 or so leave a grid that is coarser than the shift.
      const auto undone = [&](double moved, double before) { return moved - shift == before; };
      if (!std::ranges::equal(shifted, logits, undone)) continue;
      const std::vector<RowAnswer> moved = ask_rows(inquiry, shifted);
      for (std::size_t row = 0; row < base.size(); ++row) {
        const std::vector<double> moved_bound =
            softmax_bound(moved[row].logits, tried.temperature, expected[row], tried.dtype);
        for (std::size_t k = 0; k < moved_bound.size(); ++k) {
          tally.compare(moved[row].value[k], base[row].value[k], base_bound[row][k] + moved_bound[k],
                        [&] { return fmt::format("entry {} after adding {}", k, shift); });
        }
      }
    }
    tally.conclude(result);
  });
}

std::string missing(const subject::Description& description) {
  return lacks_operation(description, Operation::softmax);
}

}  // namespace

Family softmax() {
  return {
      {.sheet = {.id = "softmax/simplex",
                 .statement = "softmax returns values in [0, 1] that sum to 1 but for rounding, also for logits of "
                              "+-10,000 and -inf.",
                 .pivot = "none: exact",
                 .test = "spread, huge, tied and impossible logits, one class, a thousand classes, an inner axis",
                 .power = "any value off the simplex; a constant vector passes, so it counts only beside "
                          "softmax/value",
                 .proof = "proofs/softmax.md#softmax-simplex",
                 .source = "Bridle 1990",
                 .beside = {"softmax/value"}},
       .cases = [](const subject::Description& d, const Request& r) { return value_cases("softmax/simplex", d, r); },
       .missing = missing,
       .check = check_simplex},
      {.sheet = {.id = "softmax/value",
                 .statement = "softmax(logits / temperature) equals the exact value but for rounding.",
                 .pivot = "none: exact",
                 .test = "every entry against extended precision from the same rounded logits, within a running "
                         "error bound that is computed from the logits",
                 .power = "any error above rounding: overflow, a wrong axis, a missing temperature",
                 .proof = "proofs/softmax.md#softmax-value",
                 .source = "Blanchard, Higham and Higham 2021"},
       .cases = [](const subject::Description& d, const Request& r) { return value_cases("softmax/value", d, r); },
       .missing = missing,
       .check = check_value},
      {.sheet = {.id = "softmax/shift",
                 .statement = "Adding a constant to all logits changes nothing but rounding.",
                 .pivot = "none: exact",
                 .test = "shifts from -2048 to 2048, chosen so that the shifted logits are exact in the dtype",
                 .power = "overflow and lost maxima; a constant vector passes, so it counts only beside "
                          "softmax/value",
                 .proof = "proofs/softmax.md#softmax-shift",
                 .source = "Blanchard, Higham and Higham 2021",
                 .beside = {"softmax/value"}},
       .cases = shift_cases,
       .missing = missing,
       .check = check_shift}};
}

}  // namespace gumbelcheck::claim::family
