#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "gumbelcheck/picture/chart.hpp"
#include "gumbelcheck/picture/simplex.hpp"
#include "gumbelcheck/report/claim_maps.hpp"
#include "gumbelcheck/report/counted_exhibit.hpp"
#include "gumbelcheck/report/exhibit_pictures.hpp"

namespace gumbelcheck::report {

namespace {

using claim::CheckResult;
using claim::Exhibit;
using picture::Scaling;
using picture::Tone;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string simplex_pictures(const claim::ClaimResult& result, picture::Ids& ids) {
  std::vector<std::string> made;
  for (const CheckResult& check : result.checks) {
    for (const Exhibit& exhibit : check.exhibits) {
      const Counted counted(exhibit);
      if (exhibit.kind != "simplex" || !counted) continue;
      const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(counted.counts.size()))));
      if (side * side != counted.counts.size()) continue;
      // Density over that of the uniform law; a triangle that nothing fell into has none.
      std::vector<double> sampled, exact;
      for (std::size_t k = 0; k < counted.counts.size(); ++k) {
        const double cells = static_cast<double>(counted.counts.size());
        sampled.push_back(counted.counts[k] > 0 ? counted.counts[k] / counted.total * cells : kNan);
        exact.push_back(counted.expected[k] * cells);
      }
      const auto both = [&] {
        picture::Range range{.low = HUGE_VAL, .high = 0};
        for (const double value : exact) {
          if (value > 0) range = {std::min(range.low, value), std::max(range.high, value)};
        }
        return range;
      }();
      const auto simplex = [&](const char* what, const char* description, std::vector<double> values) {
        return svg(picture::Simplex{.words = {.title = fmt::format("{} at {:g}", what, check.tried.temperature),
                                              .description = fmt::format("{} Temperature {:g}.", description,
                                                                         check.tried.temperature)},
                                    .corners = {"class 2", "class 0", "class 1"},
                                    .side = side,
                                    .values = std::move(values),
                                    .scaling = Scaling::log10,
                                    .range = both,
                                    .label = "density / uniform",
                                    .hatched = "none fell here"},
                   ids);
      };
      made.push_back(simplex("sampled", "Density of the samples on the simplex of three classes.", sampled));
      made.push_back(simplex("the law", "Density of the Concrete law on the same triangles.", exact));
    }
  }
  if (made.empty()) return "";
  return "<h4>Do samples fall where the law puts them, at each temperature?</h4>\n" +
         block("small", made, "Samples on the simplex of three classes, beside their law");
}

// Of the checks that took differences the one that came nearest to its bound, or went farthest beyond.
std::string steps_picture(const claim::ClaimResult& result, picture::Ids& ids) {
  const CheckResult* nearest = nullptr;
  const Exhibit* chosen = nullptr;
  for (const CheckResult& check : result.checks) {
    const auto found = std::ranges::find(check.exhibits, "steps", &Exhibit::kind);
    if (found == check.exhibits.end() || !check.exact) continue;
    if (nearest != nullptr && !(check.exact->worst > nearest->exact->worst)) continue;
    nearest = &check;
    chosen = &*found;
  }
  if (chosen == nullptr) return "";
  const std::vector<double>* const step = column(*chosen, "step");
  const std::vector<double>* const error = column(*chosen, "error");
  const std::vector<double>* const bound = column(*chosen, "bound");
  const std::vector<double>* const used = column(*chosen, "used");
  if (step == nullptr || error == nullptr || bound == nullptr || used == nullptr) return "";
  picture::Chart chart{
      .words = {.title = "How far is the gradient from finite differences?",
                .description = fmt::format(
                    "{}: at each step the slope nearest to its bound. The bound grows with the square of a large step, "
                    "by the curve's own bending, and as rounding is divided by a small one; a right gradient stays "
                    "below it.",
                    nearest->tried.label)},
      .x = {.label = chosen->title, .scaling = Scaling::log10},
      .y = {.label = "gradient less difference", .scaling = Scaling::log10},
      .plot_height = 150};
  for (std::size_t n = 0; n < used->size(); ++n) {
    if ((*used)[n] != 1) continue;
    chart.layers.push_back(
        picture::Rule{.direction = picture::Direction::vertical, .at = (*step)[n], .label = "step of the check"});
  }
  chart.layers.push_back(picture::Line{
      .x = *step, .y = *bound, .tone = Tone::vermilion, .stroke = picture::Stroke::dashed, .label = "bound"});
  chart.layers.push_back(picture::Points{.x = *step, .y = *error, .label = "found"});
  return svg(chart, ids);
}

// One estimate against temperature, over the checks that have it.
std::string against_temperature(const claim::ClaimResult& result, std::string_view quantity, picture::Chart chart,
                                picture::Ids& ids) {
  std::map<double, const statistic::Estimate*> by_temperature;
  for (const CheckResult& check : result.checks) {
    if (!check.evidence) continue;
    for (const statistic::Estimate& found : check.evidence->estimates) {
      // The first case of a temperature: others have other logits.
      if (found.quantity.starts_with(quantity)) by_temperature.try_emplace(check.tried.temperature, &found);
    }
  }
  if (by_temperature.size() < 3) return "";
  std::vector<double> x, low, high, expected;
  for (const auto& [temperature, found] : by_temperature) {
    x.push_back(temperature);
    low.push_back(found->low);
    high.push_back(found->high);
    expected.push_back(found->expected);
  }
  chart.layers.push_back(picture::Line{.x = x, .y = expected, .tone = Tone::vermilion, .label = "by the law"});
  chart.layers.push_back(picture::Intervals{.x = x, .low = low, .high = high, .label = "measured"});
  return svg(chart, ids);
}

}  // namespace

std::string pictures_of_claim(const claim::ClaimResult& result, picture::Ids& ids) {
  const std::string text =
      simplex_pictures(result, ids) + block("charts",
                                            {steps_picture(result, ids), map_of_temperatures(result, ids),
                                             map_of_rows(result, ids), map_of_seeds(result, ids)},
                                            "All checks of the claim");
  const picture::Axis temperature{.label = "temperature", .scaling = Scaling::log10};
  std::vector<std::string> made = {
      against_temperature(result, "bias of the estimator",
                          {.words = {.title = "How biased is the estimator?",
                                     .description = "Distance of the mean of the straight-through gradient from the "
                                                    "exact gradient, against temperature."},
                           .x = temperature,
                           .y = {.label = "distance of the mean", .low = 0.},
                           .plot_height = 130},
                          ids),
      against_temperature(result, "variance of the estimator",
                          {.words = {.title = "How much does it scatter?",
                                     .description = "Variance of the straight-through gradient, summed over its "
                                                    "entries, against temperature."},
                           .x = temperature,
                           .y = {.label = "variance", .scaling = Scaling::log10},
                           .plot_height = 130},
                          ids)};
  return text + block("charts", made, "Bias and variance of the estimator");
}

}  // namespace gumbelcheck::report
