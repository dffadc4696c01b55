// straight-through/difference: the gradient of both paths against finite differences of the subject's own soft
// path, the noise frozen.

#include <fmt/format.h>

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

constexpr std::size_t kDirections = 4;

std::string missing_difference(const subject::Description& description) {
  if (std::string missing = lacks_gradient(description); !missing.empty()) return missing;
  return lacks_frozen(description, Operation::gumbel_softmax);
}

std::vector<Case> difference_cases(const subject::Description& description, const Request& request) {
  CaseList list("straight-through/difference", request);
  const CasePlan plan{.draws = std::uint64_t{1} << 16, .statistical = true};
  const subject::Dtype dtype = finest_dtype(description);
  for (const double temperature : temperatures_of(request)) {
    list.add(spread_logits(request.seed, 6), dtype, temperature, plan);
  }
  list.add(spread_logits(request.seed, 2), dtype, temperature_or(request, 1), plan);
  list.add(spread_logits(request.seed, 200), dtype, temperature_or(request, 1), plan);
  if (description.offer(Operation::gumbel_softmax)->axis) {
    list.add(spread_batch(request.seed, {2, 3, 4}, 1), dtype, temperature_or(request, 1), plan);
  }
  return list.take();
}

// The step for the case, chosen before anything is drawn.
// throws  Ended(unsupported) where the dtype cannot tell a derivative from rounding
double chosen_step(const Case& tried, const RowLayout& layout) {
  const double rounding = typical_rounding(layout.classes, leading_size(tried, layout), tried.dtype);
  const double third = gradient::logits_third_derivative(tried.temperature);
  const double step = gradient::best_step(third, rounding);
  // The largest derivative there can be is 1 / temperature.
  const double bound = gradient::central_difference(0, 0, step, third, rounding).bound * tried.temperature;
  if (gradient::kInformativeRatio * bound > .5) {
    throw Ended{Verdict::unsupported,
                fmt::format("At temperature {:g} differences in {} are known to {:.2g} of the largest possible "
                            "derivative only: too little to tell a right one.",
                            tried.temperature, subject::name(tried.dtype), bound)};
  }
  return step;
}

// One direction: its signs, the soft samples on both sides, and the scores' sizes there.
struct Side {
  std::vector<double> signs;
  double displacement = 0;
  subject::Answer above, below;
};

Side moved_side(const CotangentBlock& block, const Case& tried, const RowLayout& layout, double step,
                random::Stream& stream) {
  Side side;
  side.signs = laid_out(1, layout, [&](std::uint64_t) { return gradient::random_signs(stream, layout.classes); });
  const gradient::Moved moved = gradient::moved(rounded_logits(tried), side.signs, step,
                                                [&](double logit) { return subject::rounded_to(tried.dtype, logit); });
  side.displacement = moved.displacement;
  side.above = block.ask({.plain = true, .logits = &moved.above});
  side.below = block.ask({.plain = true, .logits = &moved.below});
  return side;
}

// <v, y> of one returned row, and the bound on its error.
struct Evaluated {
  double value = 0;
  double error = 0;
};
Evaluated evaluated(const Reals& sample, std::size_t first, const RowLayout& layout, const std::vector<double>& sizes,
                    const std::vector<double>& cotangent, const Case& tried) {
  const gradient::SoftRow row = soft_row(sample, first, layout, sizes, tried.temperature, tried.dtype);
  Evaluated result{.error = gradient::evaluation_error(row, cotangent)};
  for (std::size_t k = 0; k < layout.classes; ++k) result.value += cotangent[k] * row.sample[k];
  return result;
}

// Sizes of the scores of each row, as far as a step of the logits makes them.
std::vector<std::vector<double>> moved_sizes(const Case& tried, const RowLayout& layout, double step) {
  std::vector<std::vector<double>> sizes;
  for (const std::vector<double>& row : rows_of(rounded_logits(tried), layout)) {
    sizes.push_back(score_sizes(row, tried.temperature));
    for (double& size : sizes.back()) size += step / tried.temperature;
  }
  return sizes;
}

// One block with the gradients of every path, held to differences of the soft path.
class Paths {
 public:
  Paths(Inquiry& inquiry, const RowLayout& layout, const CotangentBlock& block)
      : tried_(inquiry.tried()),
        layout_(layout),
        block_(block),
        paths_(gradient_paths(inquiry.offer(Operation::gumbel_softmax))) {
    for (const GradientPath& path : paths_) answers_.push_back(block.ask({.hard = path.hard}));
  }

  Side side(double step, random::Stream& stream) const { return moved_side(block_, tried_, layout_, step, stream); }

  // Of one row of one draw.
  struct Place {
    std::uint64_t draw = 0;
    std::size_t row = 0;
    std::size_t first = 0;
    std::vector<double> cotangent;
    double rounding = 0;  // of the gradient, summed over signs
  };
  template <class Visit>
  void each_place(const std::vector<std::vector<double>>& sizes, const Visit& visit) const {
    const Reals sample(array(answers_.front(), "sample"));
    for (std::uint64_t draw = 0; draw < block_.draws(); ++draw) {
      for (std::size_t r = 0; r < layout_.starts.size(); ++r) {
        Place place{.draw = draw, .row = r, .first = draw * layout_.elements + layout_.starts[r], .cotangent = {}};
        place.cotangent = block_.cotangent(place.first);
        for (const gradient::Expected& e : gradient::expected_gradient(
                 soft_row(sample, place.first, layout_, sizes[r], tried_.temperature, tried_.dtype), place.cotangent)) {
          place.rounding += e.bound;
        }
        visit(place);
      }
    }
  }

  // visit(name of the path, slope by its gradient, difference with its bound and the rounding of the gradient)
  template <class Visit>
  void compare(const Place& place, const Side& side, double step, const std::vector<std::vector<double>>& sizes,
               const Visit& visit) const {
    const std::size_t r = place.row;
    const Evaluated above =
        evaluated(Reals(array(side.above, "sample")), place.first, layout_, sizes[r], place.cotangent, tried_);
    const Evaluated below =
        evaluated(Reals(array(side.below, "sample")), place.first, layout_, sizes[r], place.cotangent, tried_);
    gradient::Difference difference = gradient::central_difference(
        above.value, below.value, step, gradient::logits_third_derivative(tried_.temperature),
        (above.error + below.error) / 2 + side.displacement / tried_.temperature);
    difference.bound += place.rounding;
    for (std::size_t p = 0; p < paths_.size(); ++p) {
      const Reals gradient_values(array(answers_[p], "gradient"));
      double slope = 0;
      for (std::size_t k = 0; k < layout_.classes; ++k) {
        slope += gradient_values[place.first + k * layout_.stride] * side.signs[layout_.starts[r] + k * layout_.stride];
      }
      visit(paths_[p].name, slope, difference);
    }
  }

 private:
  const Case& tried_;
  const RowLayout& layout_;
  const CotangentBlock& block_;
  std::vector<GradientPath> paths_;
  std::vector<subject::Answer> answers_;
};

// Few draws of the first block at other steps.
Exhibit steps_exhibit(Inquiry& inquiry, const RowLayout& layout, double used, std::uint64_t draws) {
  const CotangentBlock block(inquiry, layout, 0, std::min(kDrawsOfSteps, draws));
  const Paths paths(inquiry, layout, block);
  StepErrors errors(used, HUGE_VAL);
  for (std::size_t n = 0; n < errors.steps().size(); ++n) {
    const double step = errors.steps()[n];
    const std::vector<std::vector<double>> sizes = moved_sizes(inquiry.tried(), layout, step);
    random::Stream stream(inquiry.stream(random::Purpose::randomisation));  // the same direction at every step
    const Side side = paths.side(step, stream);
    paths.each_place(sizes, [&](const Paths::Place& place) {
      paths.compare(place, side, step, sizes, [&](const char*, double slope, const gradient::Difference& difference) {
        errors.compare(n, slope, difference);
      });
    });
  }
  return errors.exhibit("step of the logits");
}

CheckResult check_difference(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    const double step = chosen_step(tried, layout);
    const std::vector<std::vector<double>> sizes = moved_sizes(tried, layout, step);
    random::Stream stream(inquiry.stream(random::Purpose::randomisation));
    gradient::Agreement agreement{.witness = "central differences of the soft path with the noise frozen",
                                  .rows_needed = informative_rows_needed(layout.classes)};
    for (std::uint64_t number = 0; result.draws < tried.draws; ++number) {
      const CotangentBlock block(inquiry, layout, number, draws_of_block(result, layout));
      const Paths paths(inquiry, layout, block);
      std::vector<Side> sides;
      for (std::size_t d = 0; d < kDirections; ++d) sides.push_back(paths.side(step, stream));
      paths.each_place(sizes, [&](const Paths::Place& place) {
        bool informative = false;
        for (std::size_t d = 0; d < kDirections; ++d) {
          paths.compare(place, sides[d], step, sizes,
                        [&](const char* path, double slope, const gradient::Difference& difference) {
                          informative |= agreement.compare(slope, difference.value, difference.bound, [&] {
                            return fmt::format("{} path, draw {} row {}, direction {}", path, result.draws + place.draw,
                                               place.row, d);
                          });
                        });
        }
        agreement.informative_rows += informative;
      });
      result.draws += block.draws();
      if (agreement.informative() || !agreement.within_bounds()) break;
    }
    conclude(result, agreement,
             fmt::format("M3 h^2 / 6 + eps / h with M3 = 2 / temperature^3 and h = {:.3g}, eps the running error "
                         "bound; beside it the rounding of the gradient",
                         step));
    if (result.draws > 0) add_steps(result, [&] { return steps_exhibit(inquiry, layout, step, result.draws); });
  });
}

}  // namespace

Family straight_through_difference() {
  return {{.sheet = {.id = "straight-through/difference",
                     .statement = "With the noise frozen, the gradient of the soft path and of the hard path equals "
                                  "finite differences of the soft path.",
                     .pivot = "none: exact",
                     .test = "central differences in four random directions of signs, a random cotangent for every "
                             "row, in float64 where the subject has it; the bound is computed from the third "
                             "derivative of softmax and the rounding of the row; draws until 1,000 rows hold a "
                             "difference above 100 times its bound",
                     .power = "any gradient that is not the derivative of what the soft path returns, the formula of "
                              "the identity included; blind below some 1e-9 of the largest derivative. A constant "
                              "sample passes, so it counts only beside an upheld law",
                     .proof = "proofs/straight-through.md#straight-through-difference",
                     .source = "Gill, Murray, Saunders and Wright 1983",
                     .beside = {"concrete/law", "concrete/rounding", "gumbel-softmax/axis"}},
           .cases = difference_cases,
           .missing = missing_difference,
           .check = check_difference}};
}

}  // namespace gumbelcheck::claim::family
