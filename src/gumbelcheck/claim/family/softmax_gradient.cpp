// softmax/gradient: the Jacobian of softmax, by the identity and by finite differences of the subject's own softmax.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/gradient_witness.hpp"
#include "gumbelcheck/claim/rounding.hpp"
#include "gumbelcheck/gradient/directions.hpp"
#include "gumbelcheck/gradient/finite_difference.hpp"
#include "gumbelcheck/gradient/identity.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

const char* const kDifferences = "finite differences";
constexpr std::size_t kRows = 2560;  // half of them drawn so close together that every gradient tells
constexpr std::size_t kDirections = 4;

std::string missing_gradient(const subject::Description& description) {
  if (std::string missing = lacks(description, Operation::softmax); !missing.empty()) return missing;
  return description.offer(Operation::softmax)->gradient ? "" : "The subject offers no gradient of softmax.";
}

std::vector<Case> gradient_cases(const subject::Description& description, const Request& request) {
  CaseList list("softmax/gradient", request);
  const bool axis = description.offer(Operation::softmax)->axis;
  const CasePlan plan{.draws = 1};
  for (const subject::Dtype dtype : judged_dtypes(description)) {
    for (const double temperature : temperatures_of(request)) {
      list.add(spread_logits(request.seed, 10), dtype, temperature, plan);
    }
    list.add(spread_logits(request.seed, 2), dtype, 1, plan);
    list.add(spread_logits(request.seed, 300), dtype, 1, plan);
    list.add(listed_logits({0, -HUGE_VAL, 1, -.5}, "4 classes, one impossible"), dtype, 1, plan);
    if (axis) list.add(spread_batch(request.seed, {3, 4, 2}, 1), dtype, 1, plan);
  }
  for (const double temperature : temperatures_of(request)) {
    list.add(spread_logits(request.seed, 10), finest_dtype(description), temperature, plan, kDifferences);
  }
  return list.take();
}

// The case's logits many times over, moved by random amounts that grow from nothing to four times the
// temperature, so that rows from uniform to one-hot are among them; and a cotangent for each row.
struct Batch {
  std::size_t repeats = 0;
  subject::Shape shape;           // [repeats, ...]
  std::optional<int> axis;        // counted from the right, absent where the subject takes none
  std::vector<double> logits;     // as rounded to the dtype
  std::vector<double> cotangent;  // exact in every dtype
};

// Two and a half times as many rows as are needed, which keeps the answer far below 64 MiB.
std::size_t repeats_of(const RowLayout& layout) {
  const std::size_t rows = kRows * informative_rows_needed(layout.classes) / gradient::kInformativeRows;
  return (rows + layout.starts.size() - 1) / layout.starts.size();
}

Batch batch_of(Inquiry& inquiry, const RowLayout& layout, std::size_t repeats) {
  const Case& tried = inquiry.tried();
  Batch batch;
  batch.repeats = repeats;
  batch.shape = tried.shape;
  batch.shape.insert(batch.shape.begin(), batch.repeats);
  if (inquiry.offer(Operation::softmax).axis) {
    batch.axis = tried.axis < 0 ? tried.axis : tried.axis - static_cast<int>(tried.shape.size());
  }
  const std::vector<std::vector<double>> base = rows_of(rounded_logits(tried), layout);
  random::Stream logits_stream(inquiry.stream(random::Purpose::logits));
  std::size_t row = 0;
  batch.logits = laid_out(batch.repeats, layout, [&](std::uint64_t repeat) {
    constexpr double kSpreads[] = {0, .25, 1, 4};
    std::vector<double> logits = base[row++ % base.size()];
    const std::vector<double> move = gradient::random_cotangent(logits_stream, layout.classes);
    // At low temperature far logits leave one class alone: half the rows are drawn together.
    const double shrink = repeat % 2 == 0 ? std::min(1.0, tried.temperature) : 1;
    for (std::size_t k = 0; k < logits.size(); ++k) {
      logits[k] =
          subject::rounded_to(tried.dtype, shrink * logits[k] + kSpreads[repeat / 2 % 4] * tried.temperature * move[k]);
    }
    return logits;
  });
  random::Stream cotangent_stream(inquiry.stream(random::Purpose::cotangent));
  batch.cotangent = laid_out(batch.repeats, layout, [&](std::uint64_t) {
    return gradient::random_cotangent(cotangent_stream, layout.classes);
  });
  return batch;
}

subject::Answer ask(Inquiry& inquiry, const Batch& batch, const std::vector<double>& logits, bool gradient) {
  const subject::Dtype dtype = inquiry.tried().dtype;
  subject::Question question = inquiry.question(Operation::softmax);
  question.axis = batch.axis;
  question.arrays = {{"logits", subject::real_array(batch.shape, logits, dtype)}};
  if (gradient) question.arrays.push_back({"cotangent", subject::real_array(batch.shape, batch.cotangent, dtype)});
  return inquiry.ask(question);
}

// One row of a batch.
struct RowPlace {
  std::size_t repeat = 0;
  std::size_t row = 0;    // of the case's logits
  std::size_t first = 0;  // where it begins
};
std::string text_of(const RowPlace& place) { return fmt::format("repeat {} row {}", place.repeat, place.row); }

std::vector<double> row_at(const std::vector<double>& values, std::size_t first, const RowLayout& layout) {
  std::vector<double> row(layout.classes);
  for (std::size_t k = 0; k < layout.classes; ++k) row[k] = values[first + k * layout.stride];
  return row;
}

template <class Visit>
void each_row(const Batch& batch, const RowLayout& layout, const Visit& visit) {
  for (std::size_t repeat = 0; repeat < batch.repeats; ++repeat) {
    for (std::size_t row = 0; row < layout.starts.size(); ++row) {
      visit(RowPlace{repeat, row, repeat * layout.elements + layout.starts[row]});
    }
  }
}

gradient::SoftRow known_row(const std::vector<double>& logits, const RowPlace& place, const RowLayout& layout,
                            const Case& tried) {
  return gradient::known_row(row_at(logits, place.first, layout), {}, tried.temperature, arithmetic_of(tried.dtype));
}

void hold_to_identity(gradient::Agreement& agreement, Inquiry& inquiry, const RowLayout& layout) {
  const Batch batch = batch_of(inquiry, layout, repeats_of(layout));
  const subject::Answer answer = ask(inquiry, batch, batch.logits, true);
  const Reals given(array(answer, "gradient"));
  each_row(batch, layout, [&](const RowPlace& place) {
    const std::vector<gradient::Expected> expected = gradient::expected_gradient(
        known_row(batch.logits, place, layout, inquiry.tried()), row_at(batch.cotangent, place.first, layout));
    bool informative = false;
    for (std::size_t k = 0; k < layout.classes; ++k) {
      informative |= agreement.compare(given[place.first + k * layout.stride], expected[k].value, expected[k].bound,
                                       [&] { return fmt::format("{}, entry {}", text_of(place), k); });
    }
    agreement.informative_rows += informative;
  });
}

// A batch with the subject's gradient, held to f = <v, y> on both sides of every row.
class Sides {
 public:
  Sides(Inquiry& inquiry, const RowLayout& layout, std::size_t repeats)
      : inquiry_(inquiry),
        layout_(layout),
        batch_(batch_of(inquiry, layout, repeats)),
        answer_(ask(inquiry, batch_, batch_.logits, true)) {}

  const Batch& batch() const { return batch_; }

  // visit(place, slope by the gradient, difference with its bound and with the rounding of the gradient) for every row,
  // along a direction of signs each.
  template <class Visit>
  void compare(const std::vector<double>& signs, double step, const Visit& visit) const {
    const Case& tried = inquiry_.tried();
    const Reals given(array(answer_, "gradient"));
    const gradient::Moved moved = gradient::moved(
        batch_.logits, signs, step, [&](double logit) { return subject::rounded_to(tried.dtype, logit); });
    const subject::Answer answer_above = ask(inquiry_, batch_, moved.above, false);
    const subject::Answer answer_below = ask(inquiry_, batch_, moved.below, false);
    const Reals above(array(answer_above, "value"));
    const Reals below(array(answer_below, "value"));
    each_row(batch_, layout_, [&](const RowPlace& place) {
      const std::vector<double> cotangent = row_at(batch_.cotangent, place.first, layout_);
      double rounding = 0;  // of the gradient, summed over signs
      for (const gradient::Expected& e :
           gradient::expected_gradient(known_row(batch_.logits, place, layout_, tried), cotangent)) {
        rounding += e.bound;
      }
      double slope = 0, value_above = 0, value_below = 0;
      for (std::size_t k = 0; k < layout_.classes; ++k) {
        const std::size_t at = place.first + k * layout_.stride;
        slope += given[at] * signs[at];
        value_above += cotangent[k] * above[at];
        value_below += cotangent[k] * below[at];
      }
      const double error = (gradient::evaluation_error(known_row(moved.above, place, layout_, tried), cotangent) +
                            gradient::evaluation_error(known_row(moved.below, place, layout_, tried), cotangent)) /
                           2;
      gradient::Difference difference = gradient::central_difference(
          value_above, value_below, step, gradient::logits_third_derivative(tried.temperature),
          error + moved.displacement / tried.temperature);
      difference.bound += rounding;
      visit(place, slope, difference);
    });
  }

 private:
  Inquiry& inquiry_;
  const RowLayout& layout_;
  Batch batch_;
  subject::Answer answer_;
};

std::vector<double> random_direction(random::Stream& stream, const Batch& batch, const RowLayout& layout) {
  return laid_out(batch.repeats, layout, [&](std::uint64_t) { return gradient::random_signs(stream, layout.classes); });
}

// Along one direction of signs a row, and again along others.
void hold_to_differences(gradient::Agreement& agreement, Inquiry& inquiry, const RowLayout& layout, double step) {
  const Sides sides(inquiry, layout, repeats_of(layout));
  random::Stream stream(inquiry.stream(random::Purpose::randomisation));
  const std::size_t rows = layout.starts.size();
  std::vector<bool> told(sides.batch().repeats * rows);  // in whatever direction
  for (std::size_t d = 0; d < kDirections; ++d) {
    sides.compare(random_direction(stream, sides.batch(), layout), step,
                  [&](const RowPlace& place, double slope, const gradient::Difference& difference) {
                    const bool informative = agreement.compare(slope, difference.value, difference.bound, [&] {
                      return fmt::format("{}, direction {}", text_of(place), d);
                    });
                    if (informative) told[place.repeat * rows + place.row] = true;
                  });
  }
  agreement.informative_rows = static_cast<std::uint64_t>(std::ranges::count(told, true));
}

// The same of a few rows at other steps.
Exhibit steps_exhibit(Inquiry& inquiry, const RowLayout& layout, double used) {
  const Sides sides(inquiry, layout, std::min<std::size_t>(kDrawsOfSteps, repeats_of(layout)));
  random::Stream stream(inquiry.stream(random::Purpose::randomisation));
  const std::vector<double> signs = random_direction(stream, sides.batch(), layout);
  StepErrors errors(used, HUGE_VAL);
  for (std::size_t n = 0; n < errors.steps().size(); ++n) {
    sides.compare(signs, errors.steps()[n], [&](const RowPlace&, double slope, const gradient::Difference& difference) {
      errors.compare(n, slope, difference);
    });
  }
  return errors.exhibit("step of the logits");
}

CheckResult check_gradient(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    require_resolution_of_sums(layout.classes, tried.dtype);
    if (tried.variant != kDifferences) {
      gradient::Agreement agreement{
          .witness = "(y*v - y <y,v>) / temperature, y from the logits as rounded to the dtype",
          .rows_needed = informative_rows_needed(layout.classes)};
      hold_to_identity(agreement, inquiry, layout);
      conclude(result, agreement, "running error bound of softmax and of its gradient");
      return;
    }
    const double rounding = typical_rounding(layout.classes, 4 / tried.temperature, tried.dtype);
    const double step = gradient::best_step(gradient::logits_third_derivative(tried.temperature), rounding);
    gradient::Agreement agreement{.witness = "central differences of the subject's own softmax",
                                  .rows_needed = informative_rows_needed(layout.classes)};
    hold_to_differences(agreement, inquiry, layout, step);
    conclude(result, agreement,
             fmt::format("M3 h^2 / 6 + eps / h with M3 = 2 / temperature^3 and h = {:.3g}, eps the running error "
                         "bound; beside it the rounding of the gradient",
                         step));
    add_steps(result, [&] { return steps_exhibit(inquiry, layout, step); });
  });
}

}  // namespace

Family softmax_gradient() {
  return {{.sheet = {.id = "softmax/gradient",
                     .statement = "The Jacobian of softmax is y_i (delta_ij - y_j) / temperature: the gradient for a "
                                  "cotangent v is (y*v - y <y,v>) / temperature.",
                     .pivot = "none: exact",
                     .test = "2,560 rows from uniform to nearly one-hot at each temperature, a random cotangent for "
                             "each, never constant; every entry against the identity within a running error bound, and "
                             "four directions of signs against central differences of the subject's own softmax",
                     .power = "any gradient that differs by more than rounding",
                     .proof = "proofs/softmax.md#softmax-gradient",
                     .source = "Bridle 1990"},
           .cases = gradient_cases,
           .missing = missing_gradient,
           .check = check_gradient}};
}

}  // namespace gumbelcheck::claim::family
