#include "gumbelcheck/report/exhibit_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "gumbelcheck/picture/chart.hpp"
#include "gumbelcheck/report/counted_exhibit.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

namespace {

using claim::CheckResult;
using claim::Exhibit;
using picture::Scaling;
using picture::Tone;

constexpr std::size_t kMostBarsOfCells = 40;

// What a cell of a table is, for a title.
std::string_view what_is_counted(const Exhibit& exhibit) {
  const std::string_view title = exhibit.title;
  if (title.starts_with("classes") || title.starts_with("first place") || title.starts_with("largest class")) {
    return "class";
  }
  if (title.starts_with("coin")) return "side of the coin";
  if (title.starts_with("groups of")) return "group of classes";
  if (title.find("blocks of ids of classes") != std::string_view::npos) return "block of classes";
  return "cell";
}

// Names of few cells; many have numbers.
std::vector<std::string> names_of(std::size_t cells) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < cells && cells <= kMostBarsOfCells; ++k) names.push_back(fmt::format("{}", k));
  return names;
}

std::vector<double> numbered(std::size_t size, double from = 0) {
  std::vector<double> made(size);
  std::iota(made.begin(), made.end(), from);
  return made;
}

std::string cells_picture(const Exhibit& exhibit, const Counted& counted, picture::Ids& ids) {
  const std::vector<double> scores = counted.scores();
  const double band = band_of_scores(scores.size());
  picture::Chart chart{
      .words = {.title = fmt::format("Is each {} as frequent as it should be?", what_is_counted(exhibit)),
                .description =
                    fmt::format("{}: {} drawn; each cell's count as standard deviations from its expectation.",
                                exhibit.title, grouped(static_cast<std::uint64_t>(counted.total)))},
      .x = {.label = exhibit.title, .categories = names_of(scores.size())},
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
  const auto [least, most] = std::ranges::minmax(counted.expected);
  const bool logarithmic = least > 0 && most > 30 * least;
  std::vector<double> low, high;
  for (const double count : counted.counts) {
    const picture::Range interval = interval_of(count, counted.total);
    // 0 has no place on a logarithmic axis: down to its foot.
    low.push_back(logarithmic ? std::max(interval.low, least / 10) : interval.low);
    high.push_back(interval.high);
  }
  picture::Chart chart{.words = {.title = fmt::format("How often was each {} drawn?", what_is_counted(exhibit)),
                                 .description = fmt::format("{}: frequencies with intervals at 1 - 1e-6, beside what "
                                                            "was expected.",
                                                            exhibit.title)},
                       .x = {.label = exhibit.title, .categories = names_of(counted.counts.size())},
                       .y = {.label = "frequency"},
                       .plot_height = 130};
  if (logarithmic) {
    chart.y.scaling = Scaling::log10;
    chart.y.low = least / 10;
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
  constexpr double kFootOfTail = .5;  // entries: a count of 0 has no place on a logarithmic axis
  std::vector<double> place, expected, low, high;
  for (std::size_t k = 1; k < counted.counts.size(); ++k) {
    place.push_back(static_cast<double>(k + 1));
    expected.push_back(counted.total * counted.expected[k]);
    const picture::Range interval = interval_of(counted.counts[k], counted.total);
    low.push_back(std::max(kFootOfTail, counted.total * interval.low));
    high.push_back(counted.total * interval.high);
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

}  // namespace gumbelcheck::report
