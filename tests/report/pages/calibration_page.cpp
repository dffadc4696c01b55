#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "gumbelcheck/picture/chart.hpp"
#include "gumbelcheck/picture/dot_table.hpp"
#include "gumbelcheck/report/text.hpp"
#include "report/pages/data_page.hpp"

namespace gumbelcheck::pages {

namespace {

using picture::Scaling;
using picture::Shape;
using picture::Tone;

// How often E crosses 1 / level, beside what it may: of each law the engine, and each of its components.
std::string crossings(const Json& data, picture::Ids& ids) {
  std::vector<picture::Chart> charts;
  for (const Json& law : data.at("null_paths")) {
    std::vector<double> level, share, low, high, part_level, part_share;
    std::size_t never = 0;
    std::uint64_t paths = 0;
    for (const Json& one : law.at("crossings")) {
      const double may = one.at("level");
      const std::uint64_t seen = one.at("seen"), of = one.at("of");
      paths = of;
      const double crossed = static_cast<double>(seen) / static_cast<double>(of);
      if (one.at("component") != "engine") {
        never += seen == 0;
        if (seen == 0) continue;
        part_level.push_back(may);
        part_share.push_back(crossed);
        continue;
      }
      const Interval interval = share_interval(seen, of);
      level.push_back(may);
      share.push_back(crossed);
      // 0 has no place on a logarithmic axis: down to a tenth of one path.
      low.push_back(std::max(interval.low, .1 / static_cast<double>(of)));
      high.push_back(interval.high);
    }
    charts.push_back(
        {.words = {.title = fmt::format("{}: {} paths", law.at("law").get<std::string>(), report::grouped(paths)),
                   .description = fmt::format(
                       "Share of right paths whose E crosses 1 over the level at one of {} looks, with 99% intervals, "
                       "beside the line that Ville's inequality allows. {} of the figures of components are 0 and have "
                       "no ring.",
                       law.at("looks").get<int>(), never)},
         .x = {.label = "level: E crosses 1 over this", .scaling = Scaling::log10},
         .y = {.label = "share of paths", .scaling = Scaling::log10},
         .layers = {
             picture::Line{.x = {1e-4, 1},
                           .y = {1e-4, 1},
                           .tone = Tone::muted,
                           .stroke = picture::Stroke::dashed,
                           .label = "may"},
             picture::Points{
                 .x = part_level, .y = part_share, .tone = Tone::muted, .shape = Shape::ring, .label = "components"},
             picture::Intervals{.x = level, .low = low, .high = high},
             picture::Points{.x = level, .y = share, .label = "engine"}}});
  }
  picture::share_axes(charts);
  std::vector<std::string> pictures;
  for (const picture::Chart& chart : charts) pictures.push_back(svg(chart, ids));
  return section(
      "How often does a right subject's evidence reach a threshold?",
      "Paths of counts from the law itself, looked at as the engine looks. The p-value that is reported is 1 "
      "over the largest E, so this is its distribution function, at the levels that the data hold: whole "
      "paths are not kept. Above the dashed line the error rates would not hold; far below it the engine "
      "would be asleep.",
      pictures);
}

// A share beside what it may be, on one axis for all: in units of that.
struct Bounded {
  std::string name;
  std::uint64_t seen = 0, of = 0;
  double may = 1;
};

std::string table_of(const std::string& title, const std::string& description, const std::vector<Bounded>& rows,
                     picture::Ids& ids) {
  if (rows.empty()) return "";
  picture::DotTable table{.words = {.title = title, .description = description},
                          .axis = {.label = "share, over what it may be", .low = 0.},
                          .rows = {},
                          .rules = {{.at = 1, .label = "may"}}};
  for (const Bounded& row : rows) {
    const Interval interval = share_interval(row.seen, row.of);
    table.rows.push_back({.name = row.name,
                          .value = static_cast<double>(row.seen) / static_cast<double>(row.of) / row.may,
                          .range = picture::Range{interval.low / row.may, interval.high / row.may},
                          .note = fmt::format("{} of {}", report::grouped(row.seen), report::grouped(row.of))});
  }
  return svg(table, ids);
}

void add_rate(const Json& truth, const char* member, const std::string& name, std::vector<Bounded>& rows) {
  if (!truth.contains(member)) return;
  const Json& rate = truth.at(member);
  rows.push_back({.name = name, .seen = rate.at("seen"), .of = rate.at("of"), .may = rate.at("level")});
}

std::string raised_rates(const Json& data, picture::Ids& ids) {
  std::vector<Bounded> false_alarms, misses;
  for (const Json& law : data.at("whole_runs")) {
    const std::string name = law.at("law");
    for (const Json& truth : law.at("truths")) {
      const std::string off =
          fmt::format("{}, off by {} x", name, report::number(truth.at("true_effect_over_declared").get<double>()));
      add_rate(truth, "runs_refuting", name + ": run refutes", false_alarms);
      add_rate(truth, "not_upheld", name + ": not upheld", false_alarms);
      add_rate(truth, "upheld_wrongly", off + ": upheld", misses);
      add_rate(truth, "not_refuted", off + ": not refuted", misses);
    }
  }
  std::vector<std::string> pictures;
  const auto add = [&](std::string picture) {
    if (!picture.empty()) pictures.push_back(std::move(picture));
  };
  add(table_of("The law itself", "Share of runs that refute, and of checks that are not upheld, over the rate allowed.",
               false_alarms, ids));
  add(table_of("Off by the declared effect and more", "Share of checks upheld, and not refuted, over the rate allowed.",
               misses, ids));
  return section(
      "Do both error rates hold where they can be counted?",
      "Runs of many checks at raised rates, on counts from the law and from laws that are off. Lines are 99% "
      "intervals, in units of the rate allowed.",
      pictures);
}

std::string whole_runs(const Json& data, picture::Ids& ids) {
  std::vector<Bounded> rows;
  constexpr double kCrossing = .1;  // Ville's inequality at E of 10
  for (const Json& run : data.at("runs")) {
    const double rate = run.at("false_alarm_rate");
    // What is too rare to be counted would only stretch the axis.
    if (rate < 1e-3) continue;
    rows.push_back({.name = fmt::format("run refutes (may: {})", report::number(rate)),
                    .seen = run.at("refuting_runs"),
                    .of = run.at("runs"),
                    .may = rate});
    rows.push_back({.name = "E crosses 10 (may: 0.1)",
                    .seen = run.at("paths_crossing_10"),
                    .of = run.at("null_paths"),
                    .may = kCrossing});
    if (run.contains("checks_that_could_be_upheld") && data.contains("miss_rate_of_the_second")) {
      const double may = data.at("miss_rate_of_the_second");
      rows.push_back({.name = fmt::format("not upheld (may: {})", report::number(may)),
                      .seen = run.at("of_them_not_upheld"),
                      .of = run.at("checks_that_could_be_upheld"),
                      .may = may});
    }
  }
  const std::string picture = table_of(
      "The built-in implementation, every claim",
      "Share of runs that refute anything, of paths whose E crosses 10, and of checks not upheld, over the rate "
      "allowed, with 99% intervals.",
      rows, ids);
  if (picture.empty()) return "";
  return section(
      "Does the whole program keep its rates?",
      fmt::format("{} seeds, every claim that chance enters, {} draws a check, at a raised false-alarm rate. "
                  "Only how often thresholds are crossed is kept, no p-values.",
                  data.at("seeds").get<std::uint64_t>(), report::grouped(data.at("draws").get<std::uint64_t>())),
      {picture});
}

}  // namespace

std::string calibration_page(const std::filesystem::path& folder) {
  return page(
      "Is the engine what it says it is?",
      "How often right subjects reach a threshold, and whether both error rates hold, on simulated counts and in "
      "whole runs.",
      sections_of(folder, {{"engine.json", crossings}, {"engine.json", raised_rates}, {"null_runs.json", whole_runs}}));
}

}  // namespace gumbelcheck::pages
