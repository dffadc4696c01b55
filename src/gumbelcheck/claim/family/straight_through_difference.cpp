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

CheckResult check_difference(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    const double step = chosen_step(tried, layout);
    const double third = gradient::logits_third_derivative(tried.temperature);
    std::vector<std::vector<double>> sizes;
    for (const std::vector<double>& row : rows_of(rounded_logits(tried), layout)) {
      sizes.push_back(score_sizes(row, tried.temperature));
      for (double& size : sizes.back()) size += step / tried.temperature;
    }
    random::Stream stream(inquiry.stream(random::Purpose::randomisation));
    const std::vector<GradientPath> asked = gradient_paths(inquiry.offer(Operation::gumbel_softmax));
    gradient::Agreement agreement{.witness = "central differences of the soft path with the noise frozen",
                                  .rows_needed = informative_rows_needed(layout.classes)};
    for (std::uint64_t number = 0; result.draws < tried.draws; ++number) {
      const CotangentBlock block(inquiry, layout, number, draws_of_block(result, layout));
      std::vector<subject::Answer> answers;
      for (const GradientPath& path : asked) answers.push_back(block.ask({.hard = path.hard}));
      const Reals sample(array(answers.front(), "sample"));
      std::vector<Side> sides;
      for (std::size_t d = 0; d < kDirections; ++d) sides.push_back(moved_side(block, tried, layout, step, stream));

      for (std::uint64_t draw = 0; draw < block.draws(); ++draw) {
        for (std::size_t r = 0; r < layout.starts.size(); ++r) {
          const std::size_t first = draw * layout.elements + layout.starts[r];
          const std::vector<double> cotangent = block.cotangent(first);
          double rounding = 0;  // of the gradient, summed over signs
          for (const gradient::Expected& e : gradient::expected_gradient(
                   soft_row(sample, first, layout, sizes[r], tried.temperature, tried.dtype), cotangent)) {
            rounding += e.bound;
          }
          bool informative = false;
          for (std::size_t d = 0; d < kDirections; ++d) {
            const Side& side = sides[d];
            const Evaluated above =
                evaluated(Reals(array(side.above, "sample")), first, layout, sizes[r], cotangent, tried);
            const Evaluated below =
                evaluated(Reals(array(side.below, "sample")), first, layout, sizes[r], cotangent, tried);
            const gradient::Difference difference =
                gradient::central_difference(above.value, below.value, step, third,
                                             (above.error + below.error) / 2 + side.displacement / tried.temperature);
            for (std::size_t p = 0; p < asked.size(); ++p) {
              const Reals gradient_values(array(answers[p], "gradient"));
              double slope = 0;
              for (std::size_t k = 0; k < layout.classes; ++k) {
                slope += gradient_values[first + k * layout.stride] * side.signs[layout.starts[r] + k * layout.stride];
              }
              informative |= agreement.compare(slope, difference.value, difference.bound + rounding, [&] {
                return fmt::format("{} path, draw {} row {}, direction {}", asked[p].name, result.draws + draw, r, d);
              });
            }
          }
          agreement.informative_rows += informative;
        }
      }
      result.draws += block.draws();
      if (agreement.informative() || !agreement.within_bounds()) break;
    }
    conclude(result, agreement,
             fmt::format("M3 h^2 / 6 + eps / h with M3 = 2 / temperature^3 and h = {:.3g}, eps the running error "
                         "bound; beside it the rounding of the gradient",
                         step));
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
