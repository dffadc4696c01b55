// straight-through/temperature: the gradient with respect to the temperature, of the soft path and the hard one.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/gradient_witness.hpp"
#include "gumbelcheck/claim/rounding.hpp"
#include "gumbelcheck/gradient/finite_difference.hpp"
#include "gumbelcheck/gradient/identity.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

const char* const kDifferences = "finite differences";

std::string missing_temperature(const subject::Description& description) {
  if (std::string missing = lacks_gradient(description); !missing.empty()) return missing;
  return description.offer(Operation::gumbel_softmax)->temperature_gradient
             ? ""
             : "The subject offers no gradient with respect to temperature.";
}

std::vector<Case> temperature_cases(const subject::Description& description, const Request& request) {
  CaseList list("straight-through/temperature", request);
  const CasePlan plan{.draws = std::uint64_t{1} << 18, .statistical = true};
  const bool axis = description.offer(Operation::gumbel_softmax)->axis;
  const LogitsSet row = spread_logits(request.seed, 6);
  for (const subject::Dtype dtype : judged_dtypes(description)) {
    for (const double temperature : temperatures_of(request)) list.add(row, dtype, temperature, plan);
    list.add(spread_logits(request.seed, 2), dtype, temperature_or(request, .5), plan);
    if (axis) list.add(spread_batch(request.seed, {2, 3, 4}, 1), dtype, temperature_or(request, .5), plan);
  }
  if (lacks_frozen(description, Operation::gumbel_softmax).empty()) {
    for (const double temperature : temperatures_of(request)) {
      list.add(row, finest_dtype(description), temperature, plan, kDifferences);
    }
  }
  return list.take();
}

// Summed in any order, y (v - s) z carries the rounding of scores of their full size, while the derivative has
// the size of a covariance of gaps, below 1. Where the first is not small against the second, nothing can be told.
// throws  Ended(unsupported)
void require_resolution_of_scores(const Case& tried, const RowLayout& layout) {
  const double size = leading_size(tried, layout);
  const double rounding =
      (2 * static_cast<double>(layout.classes) + 20) * subject::unit_roundoff(tried.dtype) * 2 * size;
  if (gradient::kInformativeRatio * rounding <= .25) return;
  throw Ended{Verdict::unsupported,
              fmt::format("At temperature {:g} scores of size {:.0f}, summed in {}, are rounded by up to {:.2g}: too "
                          "much to tell a right derivative, which is below 1 on that scale.",
                          tried.temperature, size, subject::name(tried.dtype), rounding)};
}

// What the subject must return for one row: by the identity, or by differences in the inverse temperature.
class Witness {
 public:
  Witness(const Inquiry& inquiry, const RowLayout& layout) : tried_(inquiry.tried()), layout_(layout) {
    for (const std::vector<double>& row : rows_of(rounded_logits(tried_), layout)) {
      sizes_.push_back(score_sizes(row, tried_.temperature));
    }
    if (!differences()) return;
    // d^3 exp(-d) at a common gap, and of two or three such classes.
    const double gap = std::min(3.0, 4 / tried_.temperature);
    const double rounding = typical_rounding(layout.classes, leading_size(tried_, layout), tried_.dtype);
    step_ = std::min(.0625, gradient::best_step(20 * gap * gap * gap * std::exp(-gap), rounding));
  }

  bool differences() const { return tried_.variant == kDifferences; }

  void ask(const CotangentBlock& block, double step) {
    if (!differences()) return;
    asked_step_ = step;
    above_ = block.ask({.plain = true, .temperature = tried_.temperature / (1 + step)});
    below_ = block.ask({.plain = true, .temperature = tried_.temperature / (1 - step)});
  }

  gradient::Expected expected(const Reals& sample, std::size_t first, std::size_t row,
                              const std::vector<double>& cotangent) const {
    const gradient::SoftRow soft = soft_row(sample, first, layout_, sizes_[row], tried_.temperature, tried_.dtype);
    const gradient::Expected identity = gradient::expected_temperature_gradient(soft, cotangent);
    if (!differences()) return identity;
    double value[2], error[2];
    for (const int side : {0, 1}) {
      const double scale = side == 0 ? 1 + asked_step_ : 1 - asked_step_;
      std::vector<double> sizes = sizes_[row];
      for (double& size : sizes) size *= scale;
      const gradient::SoftRow moved = soft_row(Reals(array(side == 0 ? above_ : below_, "sample")), first, layout_,
                                               sizes, tried_.temperature / scale, tried_.dtype);
      error[side] = gradient::evaluation_error(moved, cotangent);
      value[side] = 0;
      for (std::size_t k = 0; k < layout_.classes; ++k) value[side] += cotangent[k] * moved.sample[k];
    }
    const gradient::Difference difference = gradient::central_difference(
        value[0], value[1], asked_step_, gradient::inverse_temperature_third_derivative(soft, asked_step_),
        (error[0] + error[1]) / 2);
    return {.value = -difference.value / tried_.temperature,
            .bound = difference.bound / tried_.temperature + identity.bound};
  }

  double step() const { return step_; }

 private:
  const Case& tried_;
  const RowLayout& layout_;
  std::vector<std::vector<double>> sizes_;
  double step_ = 0;
  double asked_step_ = 0;
  subject::Answer above_, below_;
};

// Few draws of the first block at other steps.
Exhibit steps_exhibit(Inquiry& inquiry, const RowLayout& layout, Witness& witness, std::uint64_t draws) {
  constexpr double kMostStep = .5;  // the witness needs less than 1
  const CotangentBlock block(inquiry, layout, 0, std::min(kDrawsOfSteps, draws));
  std::vector<subject::Answer> answers;
  for (const GradientPath& path : gradient_paths(inquiry.offer(Operation::gumbel_softmax))) {
    answers.push_back(block.ask({.hard = path.hard}));
  }
  const Reals sample(array(answers.front(), "sample"));
  const std::size_t rows = layout.starts.size();
  StepErrors errors(witness.step(), kMostStep);
  for (std::size_t n = 0; n < errors.steps().size(); ++n) {
    witness.ask(block, errors.steps()[n]);
    for (std::uint64_t draw = 0; draw < block.draws(); ++draw) {
      for (std::size_t r = 0; r < rows; ++r) {
        const std::size_t first = draw * layout.elements + layout.starts[r];
        const gradient::Expected expected = witness.expected(sample, first, r, block.cotangent(first));
        for (const subject::Answer& answer : answers) {
          errors.compare(n, array(answer, "temperature_gradient").real(draw * rows + r),
                         {.value = expected.value, .bound = expected.bound});
        }
      }
    }
  }
  return errors.exhibit("step of the inverse temperature, relative");
}

CheckResult check_temperature(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    require_resolution_of_scores(tried, layout);
    Witness witness(inquiry, layout);
    gradient::Agreement agreement{
        .witness = witness.differences() ? "central differences of the soft path in the inverse temperature"
                                         : "<v, y*(<y,z> - z)> / temperature on the soft sample of the same noise",
        .rows_needed = informative_rows_needed(layout.classes)};
    const std::vector<GradientPath> asked = gradient_paths(inquiry.offer(Operation::gumbel_softmax));
    const std::size_t rows = layout.starts.size();
    for (std::uint64_t number = 0; result.draws < tried.draws; ++number) {
      const CotangentBlock block(inquiry, layout, number, draws_of_block(result, layout));
      std::vector<subject::Answer> answers;
      for (const GradientPath& path : asked) answers.push_back(block.ask({.hard = path.hard}));
      witness.ask(block, witness.step());
      const Reals sample(array(answers.front(), "sample"));
      for (std::uint64_t draw = 0; draw < block.draws(); ++draw) {
        for (std::size_t r = 0; r < rows; ++r) {
          const std::size_t first = draw * layout.elements + layout.starts[r];
          const gradient::Expected expected = witness.expected(sample, first, r, block.cotangent(first));
          bool informative = false;
          for (std::size_t p = 0; p < asked.size(); ++p) {
            const double given = array(answers[p], "temperature_gradient").real(draw * rows + r);
            informative |= agreement.compare(given, expected.value, expected.bound, [&] {
              return fmt::format("{} path, draw {} row {}", asked[p].name, result.draws + draw, r);
            });
          }
          agreement.informative_rows += informative;
        }
      }
      result.draws += block.draws();
      if (agreement.informative() || !agreement.within_bounds()) break;
    }
    conclude(result, agreement,
             witness.differences()
                 ? fmt::format("M3 h^2 / 6 + eps / h with M3 from the gaps of the row and h = {:.3g}; beside it the "
                               "rounding of the gradient",
                               witness.step())
                 : "running error bound of softmax and of a sum of scores of their full size");
    if (witness.differences() && result.draws > 0) {
      add_steps(result, [&] { return steps_exhibit(inquiry, layout, witness, result.draws); });
    }
  });
}

}  // namespace

Family straight_through_temperature() {
  return {{.sheet = {.id = "straight-through/temperature",
                     .statement = "With the noise frozen, y the soft sample and z = (logits + noise) / temperature, "
                                  "the derivative of <v, y> with respect to temperature is <v, y*(<y,z> - z)> / "
                                  "temperature, for the soft path and the hard path.",
                     .pivot = "none: exact",
                     .test = "the identity, z taken from the sample as log y, which is z up to a constant that "
                             "cancels; and central differences in the inverse temperature. A random cotangent for "
                             "every row, bounds computed from the row, draws until 1,000 rows hold a derivative above "
                             "100 times its bound",
                     .power = "any derivative that differs by more than rounding. In float32 at temperature .01 the "
                              "rounding of the scores hides it: not judged there. A constant sample with a matching "
                              "gradient passes, so it counts only beside an upheld law",
                     .proof = "proofs/straight-through.md#straight-through-temperature",
                     .source = "Jang, Gu and Poole 2017",
                     .beside = {"concrete/law", "concrete/rounding", "gumbel-softmax/axis"}},
           .cases = temperature_cases,
           .missing = missing_temperature,
           .check = check_temperature}};
}

}  // namespace gumbelcheck::claim::family
