// concrete/density: the log-density equals the oracle where every entry is positive, and its documented limit
// where one is zero.

#include <fmt/format.h>

#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/density_points.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/claim/tolerance.hpp"
#include "gumbelcheck/law/concrete.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

const char* const kZeroEntry = "an entry is zero";
constexpr CasePlan kPlan = {.draws = 400, .effect = 0, .cost = 8};  // two logarithms an entry, of fifty digits

std::vector<Case> density_cases(const subject::Description& description, const Request& asked) {
  const Request request = of_possible_classes(asked);
  CaseList list("concrete/density", request);
  for (const subject::Dtype dtype : judged_dtypes(description)) {
    for (const double temperature : temperatures_of(request)) {
      list.add(spread_logits(request.seed, 5), dtype, temperature, kPlan);
      list.add(spread_logits(request.seed, 5), dtype, temperature, kPlan, kZeroEntry);
    }
    list.add(spread_logits(request.seed, 2), dtype, temperature_or(request, .5), kPlan);
    list.add(spread_logits(request.seed, 32), dtype, temperature_or(request, .5), kPlan);
  }
  return list.take();
}

CheckResult check_density(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const std::size_t classes = tried.logits.size();
    const bool zero_entry = tried.variant == kZeroEntry;
    // (K - 1) temperature as the dtype may come to hold it: so close to 1, either limit is right.
    const double distance = static_cast<double>(classes - 1) * tried.temperature - 1;
    if (zero_entry && std::abs(distance) <= 8 * subject::unit_roundoff(tried.dtype)) {
      throw Ended{Verdict::unsupported, "At temperature 1/(K-1) itself the limit is finite and not documented."};
    }
    const std::vector<double> logits = rounded_logits(tried);
    random::Stream stream(inquiry.stream(random::Purpose::cotangent));
    std::vector<double> points;
    for (std::size_t n = 0; n < tried.draws; ++n) {
      std::vector<double> point = simplex_point(stream, classes, n, tried.dtype);
      if (zero_entry) {
        // The mass of the entry that becomes zero goes to its neighbour, so that the point stays on the
        // simplex.
        const std::size_t zero = n % classes;
        double& neighbour = point[(zero + 1) % classes];
        neighbour = subject::rounded_to(tried.dtype, neighbour + point[zero]);
        point[zero] = 0;
      }
      points.insert(points.end(), point.begin(), point.end());
    }
    const std::vector<double> density = asked_log_density(inquiry, points);
    result.draws = tried.draws;

    Tally tally(zero_entry ? "the limit at a zero entry: +inf below temperature 1/(K-1), -inf above"
                           : "50-digit Concrete log-density at the same rounded point",
                density_words(tried.dtype));
    for (std::size_t n = 0; n < tried.draws; ++n) {
      const double given = density[n];
      const std::span<const double> point(points.data() + n * classes, classes);
      const auto where = [&] { return "log-density at " + row_text(point); };
      if (zero_entry) {
        const double limit = distance < 0 ? HUGE_VAL : -HUGE_VAL;
        tally.require(given == limit,
                      [&] { return fmt::format("{} is {}; the limit is {}", where(), shown(given), limit); });
        continue;
      }
      const double expected = law::concrete_log_density_double(logits, tried.temperature, point);
      tally.compare(given, expected, density_rounding(logits, tried.temperature, point, tried.dtype), where);
    }
    tally.conclude(result);
  });
}

}  // namespace

Family concrete_density() {
  return {{.sheet = {.id = "concrete/density",
                     .statement = "The log-density equals log((K-1)! temperature^(K-1) prod_k alpha_k "
                                  "x_k^(-temperature-1) / (sum_i alpha_i x_i^(-temperature))^K) where every entry is "
                                  "positive; where one is zero it is the limit, +inf for temperature < 1/(K-1) and "
                                  "-inf above; never NaN.",
                     .pivot = "none: exact",
                     .test = "400 points from the centre to the corners of the simplex at each temperature, against a "
                             "50-digit oracle; points with one zero entry apart",
                     .power = "any error above the rounding of its terms: a factor left out, a wrong exponent",
                     .proof = "proofs/concrete.md#concrete-density",
                     .source = "Maddison, Mnih and Teh 2017"},
           .cases = density_cases,
           .missing = [](const subject::Description& d) { return lacks(d, Operation::concrete_log_density); },
           .check = check_density}};
}

}  // namespace gumbelcheck::claim::family
