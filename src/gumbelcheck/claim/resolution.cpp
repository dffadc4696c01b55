#include "gumbelcheck/claim/resolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/concrete_pivot.hpp"

namespace gumbelcheck::claim {

namespace {

constexpr int kLeastTailBits = 8;  // below, ties of right samples would show in 32 bins
constexpr double kNoise = 2;

double largest_logit(const Case& tried) {
  double largest = 0;
  for (const double logit : tried.logits) {
    if (std::isfinite(logit)) largest = std::max(largest, std::abs(logit));
  }
  return largest;
}

int tail_bits(const Case& tried, double size) { return tail_bits_at_one(size, subject::unit_roundoff(tried.dtype)); }

[[noreturn]] void refuse(const Case& tried, const char* what) {
  throw Ended{
      Verdict::unsupported,
      fmt::format("At temperature {} and logits of up to {:g} neighbouring {} values are too far apart to carry {}.",
                  tried.temperature, largest_logit(tried), subject::name(tried.dtype), what)};
}

}  // namespace

int resolved_tail_bits(const Case& tried) {
  return tail_bits(tried, tried.temperature + largest_logit(tried) + kNoise);
}

void require_concrete_resolution(const Case& tried) {
  if (resolved_tail_bits(tried) < kLeastTailBits) refuse(tried, "the law of the sample");
}

void require_rounding_resolution(const Case& tried) {
  if (tail_bits(tried, tried.temperature) < kLeastTailBits) refuse(tried, "the law of its largest entry");
  require_noise_resolution(tried);
}

// Sums on a spacing of s = 2 u |logit| tie with a chance of about s, and ties go to one side. That adds at most s^2/3 to
// the squared effect size of a draw: about 20 in all at the limit, and some 200 are needed to refute.
void require_noise_resolution(const Case& tried) {
  const double most =
      std::min(std::exp2(-8), std::sqrt(15 / static_cast<double>(std::max<std::uint64_t>(1, tried.draws))));
  if (largest_logit(tried) * subject::unit_roundoff(tried.dtype) > most) refuse(tried, "noise of size 1");
}

// Rounding to a spacing s = 2 u |maximum| moves the edges of 32 bins of the uniform by up to .2 s, at random. That
// adds about 8.5 s^2 to the noncentrality of a draw: about .5 in all at the limit, and some 60 are needed to refute.
void require_maximum_resolution(const Case& tried) {
  const double rounding = (largest_logit(tried) + kNoise) * subject::unit_roundoff(tried.dtype);
  if (rounding > .125 / std::sqrt(static_cast<double>(tried.draws))) refuse(tried, "the law of the maximum");
}

}  // namespace gumbelcheck::claim
