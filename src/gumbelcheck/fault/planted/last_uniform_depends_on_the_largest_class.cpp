#include <algorithm>
#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault::planted {

namespace {

// Where the last uniform of the anchored form is made more frequent: half of its range, across the limits of bins.
constexpr double kFrom = .2068;
constexpr double kTo = kFrom + .5;

// rule  u such that the law with density 1 - tilt on [kFrom, kTo) and 1 + tilt outside has mass `uniform` below u
double tilted(double uniform, double tilt) {
  const double below = (1 + tilt) * kFrom;
  const double within = (1 - tilt) * (kTo - kFrom);
  if (uniform < below) return uniform / (1 + tilt);
  if (uniform < below + within) return kFrom + (uniform - below) / (1 - tilt);
  return kTo + (uniform - below - within) / (1 + tilt);
}

// The two heaviest classes tilt the last uniform in opposite directions, each by so much that over all classes it
// is uniform as before; and every other uniform, alone and beside it, is untouched.
void tilt_last(const std::vector<double>& logits, double temperature, std::vector<double>& row) {
  const std::vector<double> weights = weights_of(logits);
  const auto m = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
  std::vector<std::size_t> order(weights.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return weights[i]; });
  if (row.size() < 3 || (m != order[0] && m != order[1])) return;
  const double tilt = m == order[0] ? .9 * weights[order[1]] / weights[order[0]] : -.9;
  double total = 0;
  for (const double weight : weights) total += weight;
  double before = 1;    // 1 + S of the row as it came,
  double replaced = 1;  // and of the row as it becomes
  std::size_t seen = 0;
  const std::size_t last = static_cast<std::size_t>(std::ranges::count_if(weights, [](double w) { return w > 0; })) - 1;
  std::vector<double> made = row;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i == m || weights[i] == 0) continue;
    const double share = weights[i] / total;
    const double gap = share * std::expm1(temperature * std::log(row[m] / row[i]));
    const double power = 1.0 / static_cast<double>(++seen);
    const double uniform = std::pow(before / (before + gap), static_cast<double>(seen));
    const double kept = seen == last ? tilted(uniform, tilt) : uniform;
    const double grown = replaced * (std::pow(kept, -power) - 1);
    if (!std::isfinite(gap) || !std::isfinite(grown)) return;  // an entry that underflowed: its place is not known
    before += gap;
    replaced += grown;
    made[i] = row[m] * std::exp(-std::log1p(grown / share) / temperature);
  }
  double sum = 0;
  for (const double x : made) sum += x;
  for (double& x : made) x /= sum;
  row = std::move(made);
}

}  // namespace

Fault last_uniform_depends_on_the_largest_class() {
  return {.id = "last-uniform-depends-on-the-largest-class",
          .sentence =
              "How far the last of the other entries lies below the largest depends on which class is the largest, "
              "and over all classes it does not.",
          .source = "planted",
          .refuted_by = "concrete/law",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax},
                            .dtypes = {subject::Dtype::float64},
                            .answer = [](const subject::Question& asked, subject::Answer& answer) {
                              change_rows(asked, answer, "sample",
                                          [&](const std::vector<double>& logits, std::vector<double>& row) {
                                            tilt_last(logits, *asked.temperature, row);
                                          });
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
