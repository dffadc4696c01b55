// concrete/density: the log-density equals the oracle where every entry is positive, and its documented limit
// where one is zero.

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/law/concrete.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

const char* const kZeroEntry = "an entry is zero";
constexpr std::size_t kPoints = 400;

// An impossible class has no density: the user's logits are taken without theirs.
Request of_possible_classes(Request request) {
  if (request.logits) std::erase_if(*request.logits, [](double logit) { return !std::isfinite(logit); });
  return request;
}

std::vector<Case> density_cases(const subject::Description& description, const Request& asked) {
  const Request request = of_possible_classes(asked);
  CaseList list("concrete/density", request);
  for (const subject::Dtype dtype : judged_dtypes(description)) {
    for (const double temperature : temperatures_of(request)) {
      list.add(spread_logits(request.seed, 5), dtype, temperature, {kPoints, 0});
      list.add(spread_logits(request.seed, 5), dtype, temperature, {kPoints, 0}, kZeroEntry);
    }
    list.add(spread_logits(request.seed, 2), dtype, temperature_or(request, .5), {kPoints, 0});
    list.add(spread_logits(request.seed, 32), dtype, temperature_or(request, .5), {kPoints, 0});
  }
  return list.take();
}

// Points from the centre of the simplex to close to its corners, as the dtype holds them.
std::vector<double> simplex_point(random::Stream& stream, std::size_t classes, std::size_t number,
                                  subject::Dtype dtype) {
  constexpr double kSpreads[] = {0, 1, 4, 16};
  const double spread = kSpreads[number % 4];
  std::vector<double> point(classes);
  for (double& x : point) x = std::exp(spread * (2 * random::uniform_pair(stream()).lower - 1));
  const double sum = std::accumulate(point.begin(), point.end(), 0.0);
  for (double& x : point) x = subject::rounded_to(dtype, x / sum);
  return point;
}

// Each of some 2K + 4 terms is rounded, and so is each of their sums.
double rounding_bound(const std::vector<double>& logits, double temperature, const double* x, subject::Dtype dtype) {
  const double classes = static_cast<double>(logits.size());
  double size = std::lgamma(classes) + (classes - 1) * std::abs(std::log(temperature)) + 1;
  double largest = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double log_x = std::abs(std::log(x[i]));
    size += std::abs(logits[i]) + (temperature + 1) * log_x;
    largest = std::max(largest, std::abs(logits[i]) + temperature * log_x);
  }
  size += 2 * classes * (largest + std::log(classes));
  return (classes + 8) * subject::unit_roundoff(dtype) * size;
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
    std::vector<double> points, repeated;
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
      repeated.insert(repeated.end(), logits.begin(), logits.end());
    }
    const subject::Shape shape = {static_cast<std::size_t>(tried.draws), classes};
    subject::Question question = inquiry.question(Operation::concrete_log_density);
    if (question.axis) question.axis = -1;
    question.arrays = {{"logits", subject::real_array(shape, repeated, tried.dtype)},
                       {"value", subject::real_array(shape, points, tried.dtype)}};
    const subject::Answer answer = inquiry.ask(question);
    const Reals density(array(answer, "log_density"));
    result.draws = tried.draws;

    Tally tally(zero_entry ? "the limit at a zero entry: +inf below temperature 1/(K-1), -inf above"
                           : "50-digit Concrete log-density at the same rounded point",
                "(K + 8) unit roundoffs of the sum of the sizes of its terms");
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
      tally.compare(given, expected, rounding_bound(logits, tried.temperature, point.data(), tried.dtype), where);
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
