#include "gumbelcheck/report/exhibit_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>

#include "gumbelcheck/picture/chart.hpp"
#include "gumbelcheck/picture/simplex.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

namespace {

using claim::CheckResult;
using claim::Exhibit;
using picture::Scaling;
using picture::Tone;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kPointwise = 1e-6;  // level of the intervals and bands that are shown
constexpr std::size_t kMostBarsOfCells = 40;

const std::vector<double>* column(const Exhibit& exhibit, std::string_view name) {
  const auto found = std::ranges::find(exhibit.columns, name, &Exhibit::Column::name);
  return found == exhibit.columns.end() ? nullptr : &found->values;
}

// What was counted beside what was expected; absent where the exhibit has other columns.
struct Counted {
  explicit Counted(const Exhibit& exhibit) {
    const std::vector<double>* const p = column(exhibit, "expected");
    const std::vector<double>* const n = column(exhibit, "counted");
    if (p == nullptr || n == nullptr || p->empty() || p->size() != n->size()) return;
    expected = *p;
    counts = *n;
    total = std::accumulate(counts.begin(), counts.end(), 0.0);
  }
  explicit operator bool() const { return total > 0; }
  // Standard deviations from the expectation.
  std::vector<double> scores() const {
    std::vector<double> made;
    for (std::size_t k = 0; k < counts.size(); ++k) {
      const double deviation = std::sqrt(total * expected[k] * (1 - expected[k]));
      made.push_back(deviation > 0 ? (counts[k] - total * expected[k]) / deviation : kNan);
    }
    return made;
  }
  std::vector<double> expected, counts;
  double total = 0;
};

// Pictures of one size, in as many columns as there is room for.
std::string block(std::string_view size, std::vector<std::string> pictures, std::string_view label) {
  std::erase(pictures, "");
  if (pictures.empty()) return "";
  return fmt::format("<div class=\"{}\">\n{}</div>\n", size, picture::side_by_side(pictures, label));
}

std::vector<double> numbered(std::size_t size, double from = 0) {
  std::vector<double> made(size);
  std::iota(made.begin(), made.end(), from);
  return made;
}

// A bound on the standard normal distribution's quantile, shared among so many cells.
double band_of_scores(std::size_t cells) {
  return std::sqrt(2 * std::log(2 * static_cast<double>(cells) / kPointwise));
}

std::string cells_picture(const Exhibit& exhibit, const Counted& counted, picture::Ids& ids) {
  const std::vector<double> scores = counted.scores();
  const double band = band_of_scores(scores.size());
  picture::Chart chart{.words = {.title = "Is each class as frequent as it should be?",
                                 .description = fmt::format(
                                     "{}: {} drawn; each cell's count as standard deviations from its expectation.",
                                     exhibit.title, grouped(static_cast<std::uint64_t>(counted.total)))},
                       .x = {.label = exhibit.title},
                       .y = {.label = "standard deviations from expectation"},
                       .plot_height = 130};
  if (scores.size() <= kMostBarsOfCells) {
    chart.layers.push_back(picture::Bars{.edges = numbered(scores.size() + 1, -.5), .heights = scores});
  } else {
    chart.layers.push_back(picture::Points{.x = numbered(scores.size()), .y = scores});
  }
  chart.layers.push_back(picture::Rule{.at = 0, .stroke = picture::Stroke::solid});
  const double largest = std::ranges::max(scores, {}, [](double z) { return std::isfinite(z) ? std::fabs(z) : 0; });
  if (std::fabs(largest) > band / 2) {
    chart.layers.push_back(picture::Rule{.at = band, .label = "chance ends"});
    chart.layers.push_back(picture::Rule{.at = -band});
  }
  return svg(chart, ids);
}

std::string frequency_picture(const Exhibit& exhibit, const Counted& counted, picture::Ids& ids) {
  std::vector<double> low, high;
  for (std::size_t k = 0; k < counted.counts.size(); ++k) {
    const double share = counted.counts[k] / counted.total;
    const double margin = std::sqrt(2 * std::log(2 / kPointwise) * share * (1 - share) / counted.total);
    low.push_back(share - margin);
    high.push_back(share + margin);
  }
  const auto [least, most] = std::ranges::minmax(counted.expected);
  picture::Chart chart{.words = {.title = "How often was each class drawn?",
                                 .description = fmt::format("{}: frequencies with intervals at 1 - 1e-6, beside what "
                                                            "was expected.",
                                                            exhibit.title)},
                       .x = {.label = exhibit.title},
                       .y = {.label = "frequency"},
                       .plot_height = 130};
  if (least > 0 && most > 30 * least) {
    chart.y.scaling = Scaling::log10;
  } else {
    chart.y.low = 0;
  }
  const std::vector<double> place = numbered(counted.counts.size());
  chart.layers.push_back(picture::Points{
      .x = place, .y = counted.expected, .tone = Tone::vermilion, .shape = picture::Shape::ring, .label = "expected"});
  chart.layers.push_back(picture::Intervals{.x = place, .low = low, .high = high, .label = "counted"});
  return svg(chart, ids);
}

std::string distribution_picture(const Exhibit& exhibit, const Counted& counted, picture::Ids& ids) {
  const std::size_t bins = counted.counts.size();
  std::vector<double> x = {0}, difference = {0};
  double sum = 0;
  for (std::size_t k = 0; k < bins; ++k) {
    sum += counted.counts[k] / counted.total - counted.expected[k];
    x.push_back(static_cast<double>(k + 1) / static_cast<double>(bins));
    difference.push_back(k + 1 == bins ? 0 : sum);
  }
  const double band = std::sqrt(std::log(2 / kPointwise) / (2 * counted.total));
  picture::Chart chart{
      .words = {.title = "Is this uniform distributed as it should be?",
                .description = fmt::format("{}: empirical less exact distribution function at the edges of the bins. "
                                           "Band: where a right one stays at once, at 1 - 1e-6 (Massart).",
                                           exhibit.title)},
      .x = {.label = exhibit.title, .low = 0., .high = 1.},
      .y = {.label = "empirical less exact distribution function"},
      .plot_height = 130};
  chart.layers.push_back(
      picture::Band{.x = {0, 1}, .low = {-band, -band}, .high = {band, band}, .tone = Tone::muted, .label = "chance"});
  chart.layers.push_back(picture::Line{.x = x, .y = difference});
  return svg(chart, ids);
}

std::string tail_picture(const Exhibit& exhibit, const Counted& counted, picture::Ids& ids) {
  std::vector<double> place, expected, low, high;
  for (std::size_t k = 1; k < counted.counts.size(); ++k) {
    place.push_back(static_cast<double>(k + 1));
    expected.push_back(counted.total * counted.expected[k]);
    const double margin = std::sqrt(2 * std::log(2 / kPointwise) * std::max(1.0, counted.counts[k]));
    low.push_back(std::max(.5, counted.counts[k] - margin));
    high.push_back(counted.counts[k] + margin);
  }
  picture::Chart chart{
      .words = {.title = "Does the tail reach as far as it should?",
                .description = fmt::format("{}: entries in dyadic cells 2^-k; what was expected as a line, what was "
                                           "counted with intervals at 1 - 1e-6.",
                                           exhibit.title)},
      .x = {.label = exhibit.title + ", cell 2^-k: k"},
      .y = {.label = "entries", .scaling = Scaling::log10},
      .plot_height = 130};
  chart.layers.push_back(picture::Line{.x = place, .y = expected, .tone = Tone::vermilion, .label = "expected"});
  chart.layers.push_back(picture::Intervals{.x = place, .low = low, .high = high, .label = "counted"});
  return svg(chart, ids);
}

std::string squares_picture(const Exhibit& exhibit, const Counted& counted, picture::Ids& ids) {
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(counted.counts.size()))));
  if (side * side != counted.counts.size()) return "";
  picture::Chart chart{
      .words = {.title = "Are two uniforms independent?",
                .description =
                    fmt::format("{}: each square's count as standard deviations from its expectation.", exhibit.title)},
      .x = {.label = "bin of the second", .categories = {}},
      .y = {.label = "bin of the first", .categories = {}},
      .plot_height = 150};
  for (std::size_t k = 0; k < side; ++k) {
    chart.x.categories.push_back(fmt::format("{}", k + 1));
    chart.y.categories.push_back(fmt::format("{}", k + 1));
  }
  chart.layers.push_back(picture::Heat{
      .columns = side, .rows = side, .values = counted.scores(), .label = "standard deviations from expectation"});
  return svg(chart, ids);
}

std::string evidence_picture(const Exhibit& exhibit, const CheckResult& check, const statistic::Budget& budget,
                             picture::Ids& ids) {
  const std::vector<double>* const draws = column(exhibit, "draws");
  const std::vector<double>* const log_e = column(exhibit, "log_e");
  if (draws == nullptr || log_e == nullptr || draws->size() < 3) return "";
  std::vector<double> decades;
  for (const double e : *log_e) decades.push_back(e / std::numbers::ln10);
  const double refutes = -std::log10(budget.alpha_per_check());
  picture::Chart chart{.words = {.title = "How did the evidence against the claim grow?",
                                 .description = "log10 of E at each look. A right subject reaches the line with "
                                                "probability at most the check's share of the false-alarm rate."},
                       .x = {.label = "draws", .scaling = Scaling::log2},
                       .y = {.label = "log10 E"},
                       .plot_height = 130};
  chart.layers.push_back(picture::Line{.x = *draws, .y = decades});
  if (check.verdict == claim::Verdict::refuted) {
    chart.layers.push_back(picture::Rule{.at = refutes, .tone = Tone::vermilion, .label = "refuted from here"});
  }
  return svg(chart, ids);
}

std::string effect_picture(const Exhibit& exhibit, const CheckResult& check, picture::Ids& ids) {
  const std::vector<double>* const draws = column(exhibit, "draws");
  const std::vector<double>* const effect = column(exhibit, "effect");
  const std::vector<double>* const high = column(exhibit, "effect_high");
  if (draws == nullptr || effect == nullptr || high == nullptr || draws->size() < 3 || !check.evidence) return "";
  picture::Chart chart{
      .words = {.title = "How large could the effect still be?",
                .description = "Total variation as counted, and its upper bound at 1 - miss rate over all looks. "
                               "The claim is upheld when the bound falls below the declared effect."},
      .x = {.label = "draws", .scaling = Scaling::log2},
      .y = {.label = "total variation", .scaling = Scaling::log10},
      .plot_height = 130};
  // A look before anything was counted in a table leaves every effect possible: its bound is 1.
  chart.layers.push_back(picture::Line{.x = *draws, .y = *high, .label = "upper bound"});
  chart.layers.push_back(picture::Line{
      .x = *draws, .y = *effect, .tone = Tone::green, .stroke = picture::Stroke::dashed, .label = "counted"});
  if (check.evidence->declared_effect > 0) {
    chart.layers.push_back(
        picture::Rule{.at = check.evidence->declared_effect, .tone = Tone::vermilion, .label = "declared"});
  }
  return svg(chart, ids);
}

// Of several exhibits of one kind the one that lies farthest from its law.
const Exhibit* farthest(const CheckResult& check, std::string_view kind) {
  const Exhibit* chosen = nullptr;
  double largest = -1;
  for (const Exhibit& exhibit : check.exhibits) {
    if (exhibit.kind != kind) continue;
    const Counted counted(exhibit);
    if (!counted) continue;
    double score = 0;
    for (const double z : counted.scores()) score = std::max(score, std::isfinite(z) ? std::fabs(z) : 0);
    if (score > largest) {
      largest = score;
      chosen = &exhibit;
    }
  }
  return chosen;
}

}  // namespace

std::string pictures_of_check(const CheckResult& check, const statistic::Budget& budget, picture::Ids& ids) {
  std::vector<std::string> made;
  const auto draw = [&](std::string_view kind, const auto& picture) {
    const Exhibit* const exhibit = farthest(check, kind);
    if (exhibit != nullptr) made.push_back(picture(*exhibit, Counted(*exhibit), ids));
  };
  if (const Exhibit* const cells = farthest(check, "cells"); cells != nullptr) {
    const Counted counted(*cells);
    constexpr std::size_t kMostFrequencies = 32;
    if (counted.counts.size() <= kMostFrequencies) made.push_back(frequency_picture(*cells, counted, ids));
  }
  draw("cells", cells_picture);
  draw("bins", distribution_picture);
  draw("tail", tail_picture);
  draw("squares", squares_picture);
  for (const Exhibit& exhibit : check.exhibits) {
    if (exhibit.kind != "looks") continue;
    if (check.verdict == claim::Verdict::refuted) made.push_back(evidence_picture(exhibit, check, budget, ids));
    made.push_back(effect_picture(exhibit, check, ids));
  }
  return block("charts", made, "What was counted: " + check.tried.label);
}

namespace {

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
        return svg(picture::Simplex{.words = {.title = fmt::format("{}, {:g}", what, check.tried.temperature),
                                              .description = description},
                                    .corners = {"class 2", "class 0", "class 1"},
                                    .side = side,
                                    .values = std::move(values),
                                    .scaling = Scaling::log10,
                                    .range = both,
                                    .label = "density / uniform"},
                   ids);
      };
      made.push_back(simplex("sampled", "Density of the samples on the simplex of three classes.", sampled));
      made.push_back(simplex("the law", "Density of the Concrete law on the same triangles.", exact));
    }
  }
  if (made.empty()) return "";
  return "<p>Samples on the simplex of three classes, beside their law, at each temperature:</p>\n" +
         block("small", made, "Samples on the simplex of three classes, beside their law");
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
  std::string text = simplex_pictures(result, ids);
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
