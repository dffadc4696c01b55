// concrete/normalised and concrete/convexity: what holds of the whole log-density, and not of its value at a point.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/concrete_row.hpp"
#include "gumbelcheck/claim/density_points.hpp"
#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/simplex_quadrature.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/law/concrete.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

std::string missing_density(const subject::Description& description) {
  return lacks(description, Operation::concrete_log_density);
}

// ---- concrete/normalised

constexpr std::size_t kMostClassesOfGaps = 3;
constexpr std::size_t kMostClassesOfAQuadrature = 4;
constexpr std::size_t kMostLawPoints = 4096;
// Of the mass: rounding or a rule that may be off by more tells nothing.
constexpr double kLargestError = .05;

std::vector<Case> normalised_cases(const subject::Description& description, const Request& asked) {
  const Request request = of_possible_classes(asked);
  CaseList list("concrete/normalised", request);
  const CasePlan plan{.draws = kMostLawPoints};
  for (const subject::Dtype dtype : judged_dtypes(description)) {
    for (const double temperature : temperatures_of(request)) {
      for (const std::size_t classes : {2u, 3u}) {
        list.add(spread_logits(request.seed, classes), dtype, temperature, plan);
      }
    }
    for (const double temperature : {.01, .5}) {
      list.add(spread_logits(request.seed, 4), dtype, temperature_or(request, temperature), plan);
    }
    list.add(spread_logits(request.seed, 32), dtype, temperature_or(request, 1), plan);
  }
  return list.take();
}

// Beyond this gap an entry may be below the smallest normal number: K of those below the largest.
double largest_gap(const Case& tried) {
  return -std::log(static_cast<double>(tried.logits.size()) * subject::smallest_normal(tried.dtype));
}

// What lies beyond the largest gap, at most.
// rule  sum_i P(B_i > pi_i (exp(temperature gap) - 1)) = sum_i 1 / (1 + pi_i (exp(temperature gap) - 1))
double mass_beyond(const std::vector<double>& probabilities, double temperature, double gap) {
  double sum = 0;
  for (const double p : probabilities) sum += 1 / (1 + p * std::expm1(temperature * gap));
  return sum;
}

struct Region {
  SimplexNodes nodes;
  double mass = 1;     // exact
  double missing = 0;  // at most so much of it is beyond the nodes
};

Region region_of(const Inquiry& inquiry, const std::vector<double>& logits) {
  const Case& tried = inquiry.tried();
  // Beyond 10,000 temperature multiples nothing is left of any law.
  const double gap = std::min(largest_gap(tried), 1e4 / tried.temperature);
  const std::vector<double> probabilities = row_probabilities(tried).front();
  if (logits.size() > kMostClassesOfGaps && std::ranges::min(probabilities) < kLeastProbability) {
    throw Ended{Verdict::unsupported, "A class has a probability below 1e-300."};
  }
  if (logits.size() > kMostClassesOfAQuadrature) {
    const double beyond = mass_beyond(probabilities, tried.temperature, gap);
    if (beyond > 1e-9) {
      throw Ended{Verdict::unsupported,
                  fmt::format("At temperature {:g} up to {:.2g} of the mass of {} classes is too close to the edge of "
                              "the simplex for {}; its integral is computed for at most {} classes.",
                              tried.temperature, std::min(1.0, beyond), logits.size(), subject::name(tried.dtype),
                              kMostClassesOfAQuadrature)};
    }
    random::Stream stream(inquiry.stream(random::Purpose::cotangent));
    const std::size_t count = std::min<std::size_t>(tried.draws, kMostElementsOfQuestion / logits.size());
    return {.nodes = law_points(probabilities, tried.temperature, count, stream), .missing = beyond};
  }
  Region made{.nodes = logits.size() <= kMostClassesOfGaps ? gap_nodes(logits, tried.temperature, gap)
                                                           : anchored_nodes(probabilities, tried.temperature, gap)};
  const law::Concrete law{.logits = law::reals(logits), .temperature = tried.temperature};
  made.mass = std::max(0.0, law::nearest_double(law::mass_within_ratio(law, exp(-law::Real(made.nodes.largest_gap)))));
  const Integral& expected = made.nodes.expected;
  const double off = std::max(std::abs(expected.value - made.mass), std::abs(expected.coarse - made.mass));
  if (!(off <= kLargestError * made.mass)) {
    throw Ended{
        Verdict::unsupported,
        fmt::format("The quadrature is too coarse for logits {:g} apart: it is off by {:.2g}, of a mass of {:.2g}.",
                    std::ranges::max(logits) - std::ranges::min(logits), off, made.mass)};
  }
  return made;
}

CheckResult check_normalised(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const std::vector<double> logits = rounded_logits(tried);
    if (logits.size() < 2) throw Ended{Verdict::unsupported, "One class has no density."};
    const Region region = region_of(inquiry, logits);
    const SimplexNodes& nodes = region.nodes;
    std::vector<double> points = nodes.points;
    for (double& x : points) x = subject::rounded_to(tried.dtype, x);
    const std::vector<double> density = asked_log_density(inquiry, points);
    result.draws = nodes.size();
    const Integral integral = integrate(nodes, density);
    // The nodes themselves are made in double, with an exponential and a quotient an entry.
    const double moved = point_rounding(nodes.classes, tried.temperature, tried.dtype) +
                         3 * point_rounding(nodes.classes, tried.temperature, subject::Dtype::float64);
    double rounding = region.missing + 1e-12 * region.mass;
    double between_rules = rounding;  // how far rounding may move the one rule from the other
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      const std::span<const double> point(points.data() + n * nodes.classes, nodes.classes);
      const double bound = density_rounding(logits, tried.temperature, point, tried.dtype) + moved;
      const double term = std::exp(density[n] + nodes.log_weights[n]);
      if (!(term > 0)) continue;
      rounding += term * std::expm1(bound);
      between_rules += std::abs(1 - nodes.coarse_shares[n]) * term * std::expm1(bound);
    }
    if (std::isfinite(integral.value) && rounding > kLargestError * std::max(region.mass, integral.value)) {
      throw Ended{Verdict::unsupported,
                  fmt::format("At temperature {:g} the rounding of points and densities in {} may change the integral "
                              "by {:.2g}, of {:.2g}.",
                              tried.temperature, subject::name(tried.dtype), rounding, integral.value)};
    }
    // What the rules make of the right density is a fact, and no answer of the subject can widen it: a right one gives
    // the same value and the same difference of rules, but for rounding.
    Tally tally("the exact mass of {x_i / x_m >= T}, a finite sum",
                "what the quadrature is off by on the right density, and the rounding of points and densities");
    tally.compare(integral.value, region.mass, std::abs(nodes.expected.value - region.mass) + rounding, [&] {
      return fmt::format("integral of the density over {{x_i / x_m >= {:.3g}}} by {} points",
                         std::exp(-nodes.largest_gap), nodes.size());
    });
    tally.conclude(result);
    const double differ = std::abs(integral.value - integral.coarse);
    const double differ_by_right = std::abs(nodes.expected.value - nodes.expected.coarse);
    if (result.verdict == Verdict::upheld && !(differ <= differ_by_right + between_rules)) {
      result.verdict = Verdict::inconclusive;
      result.finding = fmt::format(
          "Two quadrature rules differ by {:.2g} on this density, and by no more than {:.2g} on the right one: its "
          "integral is not known so well.",
          differ, differ_by_right + between_rules);
    }
  });
}

// ---- concrete/convexity

constexpr std::uint64_t kPairs = 400;
constexpr std::size_t kMostConvexClasses = 4096;
constexpr std::uint64_t kInformativePairs = 100;  // whose gap is above 100 times its bound

bool convex(std::size_t classes, double temperature) { return static_cast<double>(classes - 1) * temperature <= 1; }

std::vector<Case> convexity_cases(const subject::Description& description, const Request& asked) {
  const Request request = of_possible_classes(asked);
  CaseList list("concrete/convexity", request);
  for (const std::size_t own : {2u, 5u, 17u}) {
    const LogitsSet set = spread_logits(request.seed, own);
    const std::size_t classes = request.logits ? request.logits->size() : own;
    std::vector<double> temperatures = temperatures_of(request);
    std::erase_if(temperatures, [&](double temperature) { return !convex(classes, temperature); });
    if (request.temperatures.empty()) {
      // And at the end of the range, on the dtype's grid.
      auto end = static_cast<float>(1 / static_cast<double>(classes - 1));
      if (!convex(classes, end)) end = std::nextafter(end, 0.0f);
      temperatures.push_back(end);
    } else if (temperatures.empty()) {
      temperatures.push_back(request.temperatures.front());  // the check says why it cannot be asked
    }
    for (const subject::Dtype dtype : judged_dtypes(description)) {
      for (const double temperature : temperatures) list.add(set, dtype, temperature, {kPairs, 0});
    }
  }
  return list.take();
}

CheckResult check_convexity(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const std::vector<double> logits = rounded_logits(tried);
    const std::size_t classes = logits.size();
    if (classes < 2 || !convex(classes, tried.temperature)) {
      throw Ended{Verdict::unsupported,
                  fmt::format("At temperature {:g} the log-density of {} classes is not convex: it is up to 1/(K-1).",
                              tried.temperature, classes)};
    }
    if (classes > kMostConvexClasses) {
      throw Ended{Verdict::unsupported, fmt::format("The rounding of {} terms hides how the log-density bends; at most "
                                                    "{} classes are asked for.",
                                                    classes, kMostConvexClasses)};
    }
    random::Stream stream(inquiry.stream(random::Purpose::cotangent));
    std::vector<double> points;  // of each pair its two ends and its middle
    for (std::uint64_t n = 0; n < tried.draws; ++n) {
      const std::vector<double> one = simplex_point(stream, classes, n, tried.dtype);
      const std::vector<double> other = simplex_point(stream, classes, n + 1, tried.dtype);
      points.insert(points.end(), one.begin(), one.end());
      points.insert(points.end(), other.begin(), other.end());
      for (std::size_t k = 0; k < classes; ++k) {
        points.push_back(subject::rounded_to(tried.dtype, (one[k] + other[k]) / 2));
      }
    }
    const std::vector<double> density = asked_log_density(inquiry, points);
    result.draws = tried.draws;
    Tally tally("the mean of the log-densities at the ends of a segment",
                "the rounding of three log-densities and of the middle");
    std::uint64_t informative = 0;
    const double moved = point_rounding(classes, tried.temperature, tried.dtype);
    for (std::uint64_t n = 0; n < tried.draws; ++n) {
      const auto point = [&](std::size_t which) {
        return std::span<const double>(points).subspan((3 * n + which) * classes, classes);
      };
      const auto rounding = [&](std::size_t which) {
        return density_rounding(logits, tried.temperature, point(which), tried.dtype) + moved;
      };
      const double ends = (density[3 * n] + density[3 * n + 1]) / 2;
      const double excess = density[3 * n + 2] - ends;
      const double bound = (rounding(0) + rounding(1)) / 2 + rounding(2);
      informative += -excess > 100 * bound;
      // At or below the mean of the ends all is well; NaN is not.
      tally.compare(excess <= 0 ? ends : density[3 * n + 2], ends, bound, [&] {
        return fmt::format("log-density midway between {} and {}", row_text(point(0)), row_text(point(1)));
      });
    }
    tally.conclude(result);
    if (result.verdict == Verdict::upheld && informative < std::min(kInformativePairs, tried.draws)) {
      result.verdict = Verdict::inconclusive;
      result.finding =
          fmt::format("On only {} of {} segments does the log-density bend by more than 100 times its rounding.",
                      informative, tried.draws);
    }
  });
}

}  // namespace

Family concrete_normalised() {
  return {
      {.sheet = {.id = "concrete/normalised",
                 .statement = "The density integrates to the exact mass of {x_i / x_m >= T for all i}, m the largest "
                              "entry, at every temperature; T is K times the smallest normal number of the dtype, "
                              "below which no entry can be asked for.",
                 .pivot = "none: exact",
                 .test = "Gauss-Kronrod quadrature in the gaps log(x_m / x_i) for two and three classes, over the cube "
                         "of the anchored form for four, and the mean of the density over that of 4,096 points of the "
                         "law for 32; the mass is a finite sum",
                 .power = "a factor above the rounding of the points (from 1e-9 in float64 to a thousandth in float32 "
                          "at temperature 100); inconclusive where two rules differ by more than they do on the right "
                          "density; blind to errors that leave the integral as it is. A consequence of "
                          "concrete/density",
                 .proof = "proofs/concrete.md#concrete-normalised",
                 .source = "Maddison, Mnih and Teh 2017",
                 .implied_by = "concrete/density"},
       .cases = normalised_cases,
       .missing = missing_density,
       .check = check_normalised},
      {.sheet = {.id = "concrete/convexity",
                 .statement = "For temperatures up to 1/(K-1) the log-density is a convex function of the point, so "
                              "that it has no strict maximum inside the simplex.",
                 .pivot = "none: exact",
                 .test = "400 segments between points from the centre to the corners: the log-density midway is at "
                         "most the mean of its ends; at the temperatures of the grid up to 1/(K-1) and at that itself, "
                         "for 2, 5 and 17 classes",
                 .power = "a log-density that bends the other way by more than its rounding; a constant one is "
                          "inconclusive. A consequence of concrete/density",
                 .proof = "proofs/concrete.md#concrete-convexity",
                 .source = "Maddison, Mnih and Teh 2017, Proposition 1(d)",
                 .implied_by = "concrete/density"},
       .cases = convexity_cases,
       .missing = missing_density,
       .check = check_convexity}};
}

}  // namespace gumbelcheck::claim::family
