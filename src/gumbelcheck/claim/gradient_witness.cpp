#include "gumbelcheck/claim/gradient_witness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/rounding.hpp"
#include "gumbelcheck/gradient/directions.hpp"

namespace gumbelcheck::claim {

using subject::Operation;

std::vector<GradientPath> gradient_paths(const subject::Offer& offer) {
  std::vector<GradientPath> paths = {{"soft", false}};
  if (offer.hard) paths.push_back({"hard", true});
  return paths;
}

std::string lacks_gradient(const subject::Description& description) {
  if (std::string missing = lacks(description, Operation::gumbel_softmax); !missing.empty()) return missing;
  const subject::Offer& offer = *description.offer(Operation::gumbel_softmax);
  if (!offer.gradient) return "The subject offers no gradient of gumbel_softmax.";
  if (!offer.soft) return "The subject has no soft path, whose sample the gradient is held to.";
  return offer.hard ? lacks_frozen(description, Operation::gumbel_softmax) : "";
}

subject::Dtype finest_dtype(const subject::Description& description) { return judged_dtypes(description).back(); }

std::vector<double> row_at(const Reals& values, std::size_t first, const RowLayout& layout) {
  std::vector<double> row(layout.classes);
  for (std::size_t k = 0; k < layout.classes; ++k) row[k] = values[first + k * layout.stride];
  return row;
}

CotangentBlock::CotangentBlock(Inquiry& inquiry, const RowLayout& layout, std::uint64_t number, std::uint64_t draws)
    : inquiry_(inquiry), layout_(layout), number_(number), draws_(draws) {
  random::Stream stream(inquiry.stream(random::Purpose::cotangent, static_cast<std::uint32_t>(number)));
  cotangents_ =
      laid_out(draws, layout, [&](std::uint64_t) { return gradient::random_cotangent(stream, layout.classes); });
}

std::vector<double> CotangentBlock::cotangent(std::size_t first) const {
  std::vector<double> row(layout_.classes);
  for (std::size_t k = 0; k < layout_.classes; ++k) row[k] = cotangents_[first + k * layout_.stride];
  return row;
}

subject::Answer CotangentBlock::ask(const Asked& asked) const {
  const Case& tried = inquiry_.tried();
  subject::Question question = inquiry_.question(Operation::gumbel_softmax);
  question.seed = inquiry_.seed(number_);
  question.draws = draws_;
  question.hard = asked.hard;
  if (asked.temperature) question.temperature = asked.temperature;
  if (asked.logits != nullptr) {
    question.arrays = {{"logits", subject::real_array(tried.shape, *asked.logits, tried.dtype)}};
  }
  if (!asked.plain) {
    subject::Shape shape = tried.shape;
    shape.insert(shape.begin(), draws_);
    question.arrays.push_back({"cotangent", subject::real_array(shape, cotangents_, tried.dtype)});
  }
  return inquiry_.ask(question);
}

std::uint64_t draws_of_block(const CheckResult& result, const RowLayout& layout) {
  constexpr std::uint64_t kMost = 4096;
  return std::min({kMost, draws_per_question(layout.elements), result.tried.draws - result.draws});
}

std::uint64_t informative_rows_needed(std::size_t classes) {
  constexpr std::uint64_t kEntries = std::uint64_t{1} << 21;
  return std::clamp<std::uint64_t>(kEntries / std::max<std::size_t>(classes, 1), 8, gradient::kInformativeRows);
}

void require_resolution_of_sums(std::size_t classes, subject::Dtype dtype) {
  const double rounding = static_cast<double>(classes) * subject::unit_roundoff(dtype);
  if (gradient::kInformativeRatio * rounding <= .5) return;
  throw Ended{Verdict::unsupported,
              fmt::format("A sum over {} classes, added one by one in {}, may be off by {:.2g} of itself: too much to "
                          "tell a right gradient.",
                          classes, subject::name(dtype), rounding)};
}

gradient::SoftRow soft_row(const Reals& sample, std::size_t first, const RowLayout& layout,
                           const std::vector<double>& sizes, double temperature, subject::Dtype dtype) {
  std::vector<double> row = row_at(sample, first, layout);
  const bool valid = std::ranges::all_of(row, [](double y) { return y >= 0 && y <= 1; }) &&
                     std::ranges::any_of(row, [](double y) { return y > 0; });
  if (!valid) {
    throw Ended{Verdict::refuted, fmt::format("The soft sample {} of temperature {:g} is not a point of the simplex.",
                                              row_text(row), temperature)};
  }
  return gradient::observed_row(std::move(row), sizes, temperature, arithmetic_of(dtype));
}

double leading_size(const Case& tried, const RowLayout& layout) {
  double size = 0;
  for (const std::vector<double>& row : rows_of(rounded_logits(tried), layout)) {
    size = std::max(size, (std::abs(std::ranges::max(row)) + kLargestNoise) / tried.temperature);
  }
  return size;
}

double typical_rounding(std::size_t classes, double size, subject::Dtype dtype) {
  const double u = subject::unit_roundoff(dtype) + 0x1p-53;
  // Entries far below the largest have no weight: gaps above 4 are rare among those that have.
  return u * (4 * size + 8 * std::min(2 * size, 4.0) + static_cast<double>(classes) + 5);
}

StepErrors::StepErrors(double used, double most) : used_(used) {
  constexpr int kEitherSide = 4;
  for (int k = -kEitherSide; k <= kEitherSide; ++k) {
    const double step = std::ldexp(used, 3 * k);
    if (step <= most) steps_.push_back(step);
  }
  error_.assign(steps_.size(), std::numeric_limits<double>::quiet_NaN());
  bound_ = error_;
  ratio_.assign(steps_.size(), -1);
}

void StepErrors::compare(std::size_t step, double given, const gradient::Difference& difference) {
  if (!std::isfinite(difference.bound)) return;  // compares with nothing
  const double error = std::abs(given - difference.value);
  const double ratio = std::isnan(error) ? HUGE_VAL : error / difference.bound;
  if (ratio <= ratio_[step]) return;
  ratio_[step] = ratio;
  error_[step] = error;
  bound_[step] = difference.bound;
}

Exhibit StepErrors::exhibit(std::string along) const {
  std::vector<double> used;
  for (const double step : steps_) used.push_back(step == used_ ? 1 : 0);
  return {.kind = "steps",
          .title = std::move(along),
          .columns = {{"step", steps_}, {"error", error_}, {"bound", bound_}, {"used", std::move(used)}}};
}

void add_steps(CheckResult& result, const std::function<Exhibit()>& asked) {
  try {
    result.exhibits.push_back(asked());
  } catch (const Ended& ended) {
    const bool late = ended.verdict == Verdict::broken || ended.verdict == Verdict::refuted;
    if (late && result.verdict != Verdict::refuted) throw;
  }
}

void conclude(CheckResult& result, const gradient::Agreement& agreement, std::string bound) {
  result.exact = ExactEvidence{.comparisons = agreement.comparisons,
                               .worst = agreement.worst,
                               .bound = std::move(bound),
                               .witness = agreement.witness,
                               .where = agreement.where};
  if (agreement.comparisons > 0 && !agreement.within_bounds()) {
    result.verdict = Verdict::refuted;
    result.finding = gradient::describe(agreement);
  } else if (!agreement.informative()) {
    result.verdict = Verdict::inconclusive;
    result.finding = fmt::format(
        "Only {} rows had a gradient above {:g} times its bound; {} are needed to tell a right gradient from none.",
        agreement.informative_rows, gradient::kInformativeRatio, agreement.rows_needed);
  } else {
    result.verdict = Verdict::upheld;
  }
}

}  // namespace gumbelcheck::claim
