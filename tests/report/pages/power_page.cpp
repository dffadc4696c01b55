#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include "gumbelcheck/picture/chart.hpp"
#include "gumbelcheck/picture/dot_table.hpp"
#include "gumbelcheck/report/html_text.hpp"
#include "gumbelcheck/report/text.hpp"
#include "report/pages/data_page.hpp"

namespace gumbelcheck::pages {

namespace {

using picture::Scaling;
using picture::Shape;
using picture::Tone;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Draws against effect, a chart for each law and direction.
std::string curves(const Json& data, picture::Ids& ids) {
  struct Curve {
    std::vector<double> effects, planned, upheld_at, upheld_after, refuted_at, refuted_after;
    std::uint64_t paths = 0, upheld = 0, refuted = 0, of_wrong = 0;
  };
  std::vector<std::string> order;
  std::map<std::string, Curve> by_law;
  for (const Json& point : data.at("points")) {
    std::string name = point.at("law");
    if (point.at("direction") != "half the mass") name += ", off by " + point.at("direction").get<std::string>();
    if (!by_law.contains(name)) order.push_back(name);
    Curve& curve = by_law[name];
    const double effect = point.at("effect");
    if (!point.at("draws_planned").is_null()) {
      curve.effects.push_back(effect);
      curve.planned.push_back(point.at("draws_planned"));
    }
    const Json right = point.value("right", Json::object()), &wrong = point.at("wrong");
    const auto add = [&](const Json& paths, std::vector<double>& at, std::vector<double>& after) {
      if (!paths.contains("median_draws") || !paths.at("median_draws").is_number()) return;
      at.push_back(effect);
      after.push_back(paths.at("median_draws"));
    };
    add(right, curve.upheld_at, curve.upheld_after);
    add(wrong, curve.refuted_at, curve.refuted_after);
    curve.paths += right.value("paths", std::uint64_t{0});
    curve.upheld += right.value("upheld", std::uint64_t{0});
    curve.of_wrong += wrong.at("paths").get<std::uint64_t>();
    curve.refuted += wrong.at("refuted").get<std::uint64_t>();
  }
  std::vector<picture::Chart> charts;
  for (const std::string& name : order) {
    const Curve& curve = by_law[name];
    charts.push_back({.words = {.title = name,
                                .description = fmt::format(
                                    "Draws planned, and median draws of simulated paths, against the effect. {} of {} "
                                    "right paths upheld, {} of {} wrong ones refuted.",
                                    curve.upheld, curve.paths, curve.refuted, curve.of_wrong)},
                      .x = {.label = "effect, total variation", .scaling = Scaling::log10},
                      .y = {.label = "draws", .scaling = Scaling::log10},
                      .layers = {picture::Line{.x = curve.effects,
                                               .y = curve.planned,
                                               .tone = Tone::muted,
                                               .stroke = picture::Stroke::dashed,
                                               .label = "planned"},
                                 picture::Points{.x = curve.refuted_at,
                                                 .y = curve.refuted_after,
                                                 .tone = Tone::vermilion,
                                                 .shape = Shape::cross,
                                                 .label = "wrong: refuted"},
                                 picture::Points{.x = curve.upheld_at,
                                                 .y = curve.upheld_after,
                                                 .tone = Tone::blue,
                                                 .shape = Shape::disc,
                                                 .label = "right: upheld"}}});
  }
  picture::share_axes(charts);
  std::vector<std::string> pictures;
  for (const picture::Chart& chart : charts) pictures.push_back(svg(chart, ids));
  return section(
      "How many draws does an effect take?",
      "The dashed line is what the plan asks for, at the default error rates. Marks are medians of simulated "
      "paths: a right subject's until it is upheld, and one's that is off by exactly the effect until it is "
      "refuted. All charts have the same axes; four times the effect takes a sixteenth of the draws.",
      pictures);
}

struct Share {
  std::string name;
  std::uint64_t seen = 0, of = 0;
  Interval interval;
};

Share share_of(const std::string& name, const Json& counted) {
  const Json& interval = counted.at("interval_99");
  return {.name = name,
          .seen = counted.at("seen"),
          .of = counted.at("of"),
          .interval = {.low = interval.at(0), .high = interval.at(1)}};
}

// Of each claim the law whose interval reaches farthest.
std::string table_of_shares(const std::string& title, const std::string& description, const std::vector<Share>& shares,
                            double allowed, picture::Ids& ids) {
  std::vector<std::string> order;
  std::map<std::string, Share> farthest;
  for (const Share& share : shares) {
    const auto [at, is_new] = farthest.try_emplace(share.name, share);
    if (is_new) order.push_back(share.name);
    if (share.interval.low > at->second.interval.low ||
        (share.interval.low == at->second.interval.low && share.interval.high < at->second.interval.high)) {
      at->second = share;
    }
  }
  picture::DotTable table{.words = {.title = title, .description = description},
                          .axis = {.label = "share of paths", .low = 0.},
                          .rows = {},
                          .rules = {{.at = allowed, .label = "allowed"}}};
  for (const std::string& name : order) {
    const Share& share = farthest[name];
    table.rows.push_back({.name = name,
                          .value = static_cast<double>(share.seen) / static_cast<double>(share.of),
                          .range = picture::Range{share.interval.low, share.interval.high}});
  }
  return svg(table, ids);
}

std::string misses(const Json& data, picture::Ids& ids) {
  const double allowed = data.at("miss_rate");
  const std::uint64_t paths = data.at("paths");
  std::vector<Share> upheld, not_refuted, not_upheld;
  std::vector<double> draws, low, high;
  std::uint64_t few = 0, beyond = 0;
  for (const Json& one : data.at("cases")) {
    const std::string claim = one.at("claim");
    double worst_low = -1, worst_high = 0;
    for (const Json& direction : one.at("directions")) {
      // A handful of paths bounds nothing near the rate allowed.
      if (direction.at("missed").at("of").get<std::uint64_t>() * 2 < paths) {
        ++few;
        continue;
      }
      upheld.push_back(share_of(claim, direction.at("missed")));
      not_refuted.push_back(share_of(claim, direction.at("not_refuted")));
      const Interval interval = not_refuted.back().interval;
      beyond += (interval.low > allowed) + (upheld.back().interval.low > allowed);
      if (interval.low > worst_low || (interval.low == worst_low && interval.high > worst_high)) {
        worst_low = interval.low;
        worst_high = interval.high;
      }
    }
    if (one.at("right").at("not_upheld").at("of").get<std::uint64_t>() * 2 >= paths) {
      not_upheld.push_back(share_of(claim, one.at("right").at("not_upheld")));
    }
    if (worst_low >= 0 && one.at("draws_needed").is_number()) {
      draws.push_back(one.at("draws_needed"));
      low.push_back(worst_low);
      high.push_back(worst_high);
    }
  }
  if (upheld.empty() || not_upheld.empty()) return "";
  picture::Chart against_draws{
      .words = {.title = "Does it depend on the draws planned?",
                .description = "For each set of tables the 99% interval of the share that is not refuted, of its worst "
                               "direction, against the draws that the plan asks for."},
      .x = {.label = "draws planned", .scaling = Scaling::log10},
      .y = {.label = "share not refuted", .low = 0.},
      .layers = {picture::Intervals{.x = draws, .low = low, .high = high, .label = ""},
                 picture::Rule{.at = allowed, .label = "allowed"}}};
  const std::string by_claim = " By claim, the direction that is worst.";
  return section(
      "How often is an effect of the declared size overlooked?",
      fmt::format(
          "Counts simulated from laws that are off by exactly the declared effect, at the draws that the plan "
          "asks for, the miss rate raised to {}. A dot is a share of some {} paths, its line a 99% interval. Of "
          "each claim the worst of its laws and directions is shown, of {} in all: such a share may "
          "lie beyond what is allowed by chance. Whole intervals lie beyond it in {}. {} with fewer than "
          "half of those paths are left out.",
          report::number(allowed), paths, upheld.size(), report::counted(beyond, "case"), report::counted(few, "law")),
      {table_of_shares("Off, and upheld", "Share of paths upheld though they are off." + by_claim, upheld, allowed,
                       ids),
       table_of_shares("Off, and not refuted", "Share of paths that are not refuted though they are off." + by_claim,
                       not_refuted, allowed, ids),
       table_of_shares("Right, and not upheld", "Share of right paths that are not upheld. By claim, the worst case.",
                       not_upheld, allowed, ids),
       svg(against_draws, ids)});
}

double number_or_none(const Json& object, const char* member) {
  return object.contains(member) && object.at(member).is_number() ? object.at(member).get<double>() : kNone;
}

// Beside Gumbelcheck: what they are called, and how they are drawn.
struct Other {
  const char* key;
  const char* name;
  Tone tone;
  Shape shape;
};
constexpr Other kGrowing[] = {{"pearson", "Pearson", Tone::green, Shape::square},
                              {"ks", "KS", Tone::purple, Shape::diamond},
                              {"cosine", "cosine", Tone::muted, Shape::triangle}};
constexpr Other kRecipes[] = {{"torch 1e4", "torch 1e4", Tone::green, Shape::square},
                              {"torch 100", "torch 100", Tone::purple, Shape::diamond},
                              {"jax 1e4", "jax 1e4", Tone::muted, Shape::triangle}};

// The same in numbers, with names in full.
std::string table_of_faults(const Json& data) {
  std::string text =
      "<details><summary>The same in numbers</summary>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
      "aria-label=\"Draws by fault\"><table><caption>Draws until each fault is refuted; \u2013: never, or not "
      "asked</caption><thead><tr><th scope=\"col\">fault</th><th scope=\"col\">claim</th><th scope=\"col\" "
      "class=\"n\">Gumbelcheck</th>";
  for (const Other& other : kGrowing) text += fmt::format("<th scope=\"col\" class=\"n\">{}</th>", other.name);
  text += "</tr></thead><tbody>\n";
  const auto draws = [](double value) {
    return std::isfinite(value) ? report::grouped(static_cast<std::uint64_t>(value)) : std::string("\u2013");
  };
  for (const Json& fault : data.at("faults")) {
    text += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{}</td>",
                        report::html_text(fault.at("fault").get<std::string>()),
                        report::html_text(fault.at("claim").get<std::string>()),
                        draws(number_or_none(fault.at("gumbelcheck"), "median_draws")));
    for (const Other& other : kGrowing) {
      text += fmt::format("<td class=\"n\">{}</td>", draws(number_or_none(fault.at("growing"), other.key)));
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table></div></details>\n";
}

std::string faults(const Json& data, picture::Ids& ids) {
  std::map<std::string, std::vector<const Json*>> by_claim;
  double least = std::numeric_limits<double>::infinity();
  const double most = data.at("most_draws").get<double>();
  for (const Json& fault : data.at("faults")) {
    by_claim[fault.at("claim")].push_back(&fault);
    least = std::min(least, fault.at("gumbelcheck").at("median_draws").get<double>());
  }
  std::vector<std::string> growing, recipes;
  std::vector<std::string> names;
  double last = most;
  for (auto& [claim, its_faults] : by_claim) {
    std::ranges::sort(its_faults, {}, [](const Json* fault) {
      return fault->at("gumbelcheck").at("median_draws").template get<double>();
    });
    for (const Json* fault : its_faults) {
      last = std::max(last, fault->at("gumbelcheck").at("median_draws").get<double>());
    }
  }
  for (const auto& [claim, its_faults] : by_claim) {
    picture::DotTable draws{
        .words = {.title = claim,
                  .description = "Draws until each fault of this claim is refuted, fewest first: Gumbelcheck a disc; "
                                 "Pearson a square; Kolmogorov and Smirnov a diamond; the cosine a triangle. What is "
                                 "missing was not found, or is not asked."},
        .axis = {.label = "draws", .scaling = Scaling::log10, .low = std::max(1., least), .high = last},
        .rows = {}};
    picture::DotTable alarms{
        .words = {.title = claim,
                  .description = "Share of runs in which each recipe raises the alarm: PyTorch's chi-squared after "
                                 "10,000 draws a square, its 100 draws a diamond, JAX's tests a triangle."},
        .axis = {.label = "share of runs that raise the alarm", .low = 0., .high = 1.},
        .rows = {}};
    for (const Json* fault : its_faults) {
      picture::DotRow row{.name = fault->at("fault"),
                          .value = number_or_none(fault->at("gumbelcheck"), "median_draws")};
      std::vector<std::string> never;
      for (const Other& other : kGrowing) {
        if (!fault->at("growing").contains(other.key)) continue;
        const double value = number_or_none(fault->at("growing"), other.key);
        row.beside.push_back({.value = value, .tone = other.tone, .shape = other.shape});
        if (!std::isfinite(value)) never.emplace_back(other.name);
      }
      if (never.size() == std::size(kGrowing)) {
        row.note = "no other";
      } else if (!never.empty()) {
        row.note = fmt::format("not {}", fmt::join(never, ", "));
      }
      draws.rows.push_back(std::move(row));
      if (fault->at("recipes").empty()) continue;
      picture::DotRow shares{.name = fault->at("fault"), .value = kNone, .note = " "};
      for (const Other& other : kRecipes) {
        const double share = number_or_none(fault->at("recipes"), other.key);
        if (std::isfinite(share)) shares.beside.push_back({.value = share, .tone = other.tone, .shape = other.shape});
      }
      alarms.rows.push_back(std::move(shares));
    }
    growing.push_back(svg(draws, ids));
    if (!alarms.rows.empty()) recipes.push_back(svg(alarms, ids));
  }
  picture::DotTable right{.words = {.title = "Of a right subject",
                                    .description = "Share of runs on a right subject in which each recipe raises the "
                                                   "alarm: squares, diamonds and triangles as above."},
                          .axis = {.label = "share of runs that raise the alarm", .low = 0.},
                          .rows = {}};
  for (const Json& one : data.value("right", Json::array())) {
    picture::DotRow row{.name = one.at("claim"), .value = kNone, .note = " "};
    for (const Other& other : kRecipes) {
      const double share = number_or_none(one.at("recipes"), other.key);
      if (std::isfinite(share)) row.beside.push_back({.value = share, .tone = other.tone, .shape = other.shape});
    }
    right.rows.push_back(std::move(row));
  }
  if (!right.rows.empty()) recipes.push_back(svg(right, ids));
  return section("How many draws does each fault take?",
                 fmt::format(
                     "\u25cf Gumbelcheck, median of {} runs, at 1e-12 for the check; \u25fc Pearson and \u25c6 "
                     "Kolmogorov-Smirnov at 1e-9, and \u25b2 a cosine above .99: the draws from which nine runs "
                     "in ten raise the alarm, up to {}. \"not\" names those that never do.",
                     data.at("runs").get<std::uint64_t>(), report::grouped(data.at("most_draws").get<std::uint64_t>())),
                 growing) +
         table_of_faults(data) +
         section("How often do published recipes see it?",
                 "\u25fc PyTorch's chi-squared after 10,000 draws, alarm at p of .001; \u25c6 PyTorch's 100 draws, |z| "
                 "above 2.58; \u25b2 JAX's tests after 10,000 draws, alarm at p of .01. The last picture is the price: "
                 "a right subject.",
                 recipes);
}

}  // namespace

std::string power_page(const std::filesystem::path& folder) {
  return page("What do draws see?",
              "How many draws an effect takes, how often it is overlooked, and what faults take beside other tests: "
              "simulated, and counted on planted faults.",
              sections_of(folder, {{"curves.json", curves}, {"simulation.json", misses}, {"faults.json", faults}}));
}

}  // namespace gumbelcheck::pages
