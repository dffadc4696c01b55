#include "gumbelcheck/claim/tolerance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/claim/noise_tails.hpp"
#include "gumbelcheck/claim/rounding.hpp"

namespace gumbelcheck::claim {

namespace {

using subject::Dtype;

constexpr double kFlushedOfEntry = 2;    // of underflow_bound, in half precision
constexpr double kFlushedOfRow = 4;      // and elsewhere, beside the classes
constexpr double kRoundingsOfEntry = 4;  // of simplex_bound
constexpr double kNoiseBelow = 32;       // exceeded with probability 1.3e-14
constexpr double kLikelyNoise = 29;      // exceeded with probability 2.5e-13: decides which power of two holds a sum
constexpr double kRoundingsOfSoft = 4;   // of entries, in units of temperature u

// "2^-24"
std::string power(double value) { return fmt::format("2^{:.0f}", std::log2(value)); }

// Of an entry below the smallest normal number, in half precision; elsewhere it is nothing beside the other terms.
double subnormal_rounding(Dtype dtype) {
  return half_precision(dtype) ? subject::smallest_normal(dtype) * subject::unit_roundoff(dtype) : 0;
}

double half_spacing_below(double power_of_two, Dtype dtype) { return power_of_two / 2 * subject::unit_roundoff(dtype); }

// ---- the rows

constexpr const char* kSoftmax = "softmax values";
constexpr const char* kGradients = "gradients";
constexpr const char* kNoise = "noise";
constexpr const char* kClasses = "classes drawn";
constexpr const char* kSamples = "samples";
constexpr const char* kDensities = "densities";
constexpr const char* kHardValues = "hard values";
constexpr const char* kStreams = "streams";
constexpr const char* kEdges = "edges";

std::string softmax_rule(Dtype dtype) {
  const std::string underflow =
      half_precision(dtype) ? fmt::format("({:g} + K y)", kFlushedOfEntry) : fmt::format("(K + {:g})", kFlushedOfRow);
  return fmt::format(
      "u = {}: each entry within y (exp(r) - 1) + {} {}, r = u ({:g} |z| + {:g} gap) + its mean over the row + {:g} u "
      "+ "
      "K {}; {}",
      power(subject::unit_roundoff(dtype)), underflow, power(subject::smallest_normal(dtype)),
      gradient::kRoundingsOfScore, gradient::kRoundingsOfGap, gradient::kSharedRoundings, power(sum_roundoff(dtype)),
      simplex_words(dtype));
}

std::string gradient_rule(Dtype dtype) {
  return fmt::format(
      "u = {}: within the running error bound of (y*v - y <y,v>) / temperature, y the sample as returned; differences "
      "within that, their truncation and their own rounding",
      power(subject::unit_roundoff(dtype)));
}

std::string noise_rule(Dtype dtype) {
  return fmt::format(
      "the standard Gumbel law itself; exact repeats among large values no more than on a grid of {} of their size",
      power(subject::unit_roundoff(dtype) * std::exp2(kLostBits + 1)));
}

std::string samples_rule(Dtype dtype) {
  return fmt::format(
      "the Concrete law itself, of the logits as rounded to {}; entries below K {} of the largest are known to be that "
      "small and no more",
      subject::name(dtype), power(subject::smallest_normal(dtype)));
}

std::string classes_rule(Dtype dtype, const std::optional<ClassTolerance>& declared) {
  const std::string softmax = fmt::format("softmax of the logits as rounded to {}", subject::name(dtype));
  const std::string every_set = " on the log odds of every set of classes that is looked at";
  if (declared && declared->rule == ClassRule::log_odds) {
    return fmt::format("{}, within a declared margin of {:g}{}", softmax, declared->size, every_set);
  }
  if (declared && declared->rule == ClassRule::relative) {
    return fmt::format("{}, each class within a declared factor of exp(+-{:g})", softmax, declared->size);
  }
  if (!half_precision(dtype)) return softmax + " itself";
  const std::string margin = fmt::format(
      "{}, within a margin{}: {:g} for logits up to {:g}, more for larger ones, {:g} and {:g} times the temperature "
      "for soft samples",
      softmax, every_set, default_margin(dtype, 3, DrawnBy::perturbed_maximum, 1), kNoiseBelow - kLikelyNoise,
      default_margin(dtype, 3, DrawnBy::soft_sample, 0),
      default_margin(dtype, 3, DrawnBy::soft_sample, 1) - default_margin(dtype, 3, DrawnBy::soft_sample, 0));
  if (!declared || declared->rule != ClassRule::rounded_sum) return margin;
  return fmt::format(
      "of gumbel_max up to {} classes the exact law of round(round(noise) + logit) in {}, the first of equals; of "
      "everything else {}",
      law::kMostRoundedSumClasses, subject::name(dtype), margin);
}

std::string hard_rule(Dtype dtype) {
  return half_precision(dtype)
             ? std::string(
                   "exactly one-hot; the place within twice the margin of classes drawn of the largest soft entry")
             : std::string("exactly one-hot; the place at an entry that is largest within the bound of softmax values");
}

std::string not_judged(Dtype dtype) {
  return fmt::format("not judged: {} significant bits do not carry it", -std::log2(subject::unit_roundoff(dtype)));
}

std::vector<Tolerance> rows_of(Dtype dtype, const std::optional<ClassTolerance>& declared) {
  const bool half = half_precision(dtype);
  const std::string name(subject::name(dtype));
  return {{name, kSoftmax, softmax_rule(dtype)},
          {name, kClasses, classes_rule(dtype, declared)},
          {name, kHardValues, hard_rule(dtype)},
          {name, kNoise, half ? not_judged(dtype) : noise_rule(dtype)},
          {name, kSamples, half ? not_judged(dtype) : samples_rule(dtype)},
          {name, kDensities, half ? not_judged(dtype) : density_words(dtype)},
          {name, kGradients, half ? not_judged(dtype) : gradient_rule(dtype)},
          {name, kStreams,
           half ? "replay bit for bit; dependence is not judged"
                : "replay bit for bit; dependence: none beyond the declared effect"},
          {name, kEdges, "impossible classes never; bad input refused or NaN: no tolerance"}};
}

// By the longest prefix of the id.
const char* row_of(std::string_view claim) {
  constexpr std::array<std::pair<std::string_view, const char*>, 17> kRows{{
      {"softmax/gradient", kGradients},
      {"softmax/", kSoftmax},
      {"gumbel/", kNoise},
      {"gumbel-max/maximum", kNoise},
      {"gumbel-max/independence", kNoise},
      {"gumbel-max/", kClasses},
      {"gumbel-top-k/", kClasses},
      {"categorical/", kClasses},
      {"concrete/rounding", kClasses},
      {"concrete/density", kDensities},
      {"concrete/", kSamples},
      {"gumbel-softmax/simplex", kSoftmax},
      {"gumbel-softmax/", kClasses},
      {"straight-through/one-hot", kHardValues},
      {"straight-through/", kGradients},
      {"stream/", kStreams},
      {"edge/", kEdges},
  }};
  for (const auto& [prefix, row] : kRows) {
    if (claim.starts_with(prefix)) return row;
  }
  return kClasses;
}

double largest_logit(const Case& tried) {
  double largest = 0;
  for (const double logit : tried.logits) {
    if (std::isfinite(logit)) largest = std::max(largest, std::abs(logit));
  }
  return largest;
}

}  // namespace

bool half_precision(Dtype dtype) { return dtype == Dtype::float16 || dtype == Dtype::bfloat16; }

double sum_roundoff(Dtype dtype) { return subject::unit_roundoff(half_precision(dtype) ? Dtype::float32 : dtype); }

double simplex_bound(std::size_t classes, std::size_t zeros, Dtype dtype) {
  return kRoundingsOfEntry * subject::unit_roundoff(dtype) +
         static_cast<double>(classes) * (sum_roundoff(dtype) + subnormal_rounding(dtype)) +
         static_cast<double>(zeros) * subject::smallest_normal(dtype);
}

std::string simplex_words(Dtype dtype) {
  const std::string subnormal =
      half_precision(dtype) ? fmt::format(" + K {}", power(subnormal_rounding(dtype))) : std::string();
  return fmt::format("entries in [0, 1]; sum within {:g} {} + K {}{} of 1, and {} for each entry that is 0",
                     kRoundingsOfEntry, power(subject::unit_roundoff(dtype)), power(sum_roundoff(dtype)), subnormal,
                     power(subject::smallest_normal(dtype)));
}

double underflow_bound(std::size_t classes, double entry, Dtype dtype) {
  const double k = static_cast<double>(classes);
  return (half_precision(dtype) ? kFlushedOfEntry + k * entry : k + kFlushedOfRow) * subject::smallest_normal(dtype);
}

std::string density_words(Dtype dtype) {
  return fmt::format("within (K + {:g}) {} of the sum of the sizes of its terms", kRoundingsOfDensity,
                     power(subject::unit_roundoff(dtype)));
}

double default_margin(Dtype dtype, double largest_logit, DrawnBy drawn_by, double temperature) {
  const double sums_below = std::max(kNoiseBelow, std::exp2(std::ceil(std::log2(largest_logit + kLikelyNoise))));
  const double of_noise = half_spacing_below(kNoiseBelow, dtype);
  const double of_sum = half_spacing_below(sums_below, dtype);
  if (drawn_by != DrawnBy::soft_sample) return 2 * (of_noise + of_sum);
  return 2 * (of_noise + 2 * of_sum + kRoundingsOfSoft * temperature * subject::unit_roundoff(dtype));
}

ClassTolerance class_tolerance(const Case& tried, DrawnBy drawn_by) {
  const bool half = half_precision(tried.dtype);
  if (tried.class_tolerance) {
    const ClassTolerance& declared = *tried.class_tolerance;
    if (declared.rule != ClassRule::rounded_sum) return declared;
    // The law is a sum over the values of the format: 65,536 of them at most, not 2^32.
    const bool few = row_layout(tried.shape, tried.axis).classes <= law::kMostRoundedSumClasses;
    if (half && few && drawn_by == DrawnBy::perturbed_maximum) return declared;
  }
  if (!half) return {};
  const double margin = default_margin(tried.dtype, largest_logit(tried), drawn_by, tried.temperature);
  if (margin > kLargestMargin) {
    throw Ended{
        Verdict::unsupported,
        fmt::format("At temperature {:g} and logits of up to {:g}, right samples in {} may be off by {:.2g} on the "
                    "log odds; above {:g} that says nothing.",
                    tried.temperature, largest_logit(tried), subject::name(tried.dtype), margin, kLargestMargin)};
  }
  return {ClassRule::log_odds, margin};
}

statistic::Allowance allowance_of(const ClassTolerance& tolerance) {
  return {tolerance.rule == ClassRule::relative ? statistic::Scale::log_probability : statistic::Scale::log_odds,
          tolerance.size};
}

law::BinaryFormat binary_format(Dtype dtype) {
  return {.precision = static_cast<int>(-std::log2(subject::unit_roundoff(dtype))),
          .lowest_exponent = static_cast<int>(std::log2(subject::smallest_normal(dtype)))};
}

std::vector<Tolerance> tolerance_table(const subject::Description& description, const Request& request) {
  std::vector<Tolerance> table;
  for (const Dtype dtype : every_dtype(description)) {
    for (Tolerance& row : rows_of(dtype, request.class_tolerance)) table.push_back(std::move(row));
  }
  if (!description.device.empty() && description.device != "cpu") {
    table.push_back(
        {"all", "device " + description.device,
         "the same bounds: sums may be taken in any order, products and sums may be fused, results below the "
         "smallest normal number may be flushed to zero; exponentials must be within one unit in the last "
         "place, which fast approximations are not"});
  }
  return table;
}

std::string held_to(const Case& tried) {
  const char* what = row_of(tried.claim);
  for (const Tolerance& row : rows_of(tried.dtype, tried.class_tolerance)) {
    if (row.what == what) return fmt::format("{}: {}", row.what, row.rule);
  }
  return "";
}

std::string held_to(const Case& tried, const ClassTolerance& resolved) {
  const std::string softmax =
      fmt::format("{}: softmax of the logits as rounded to {}", kClasses, subject::name(tried.dtype));
  switch (resolved.rule) {
    case ClassRule::exact:
      return softmax + " itself";
    case ClassRule::rounded_sum:
      return fmt::format("{}: the exact law of round(round(noise) + logit) in {}, the first of equals", kClasses,
                         subject::name(tried.dtype));
    case ClassRule::log_odds:
      return fmt::format("{}, within a {}margin of {:g} on the log odds of every set of classes that is looked at",
                         softmax,
                         tried.class_tolerance && tried.class_tolerance->rule == ClassRule::log_odds ? "declared " : "",
                         resolved.size);
    case ClassRule::relative:
      return fmt::format("{}, each class within a declared factor of exp(+-{:g})", softmax, resolved.size);
  }
  return softmax;
}

std::string not_carried(const std::string& claim, Dtype dtype) {
  const std::string_view what = row_of(claim);
  const double bits = -std::log2(subject::unit_roundoff(dtype));
  if (what == kGradients) {
    return fmt::format(
        "A bound on the rounding of gradients in {} ({} significant bits) leaves room for wrong ones: nothing would be "
        "told.",
        subject::name(dtype), bits);
  }
  if (what == kDensities) {
    return fmt::format("A log-density in {} ({} significant bits) is too coarse to tell a wrong one.",
                       subject::name(dtype), bits);
  }
  return fmt::format(
      "{} has {} significant bits: its values lie on a grid so coarse that a right subject does not follow the law of "
      "this claim. What classes are drawn is judged in it.",
      subject::name(dtype), bits);
}

}  // namespace gumbelcheck::claim
