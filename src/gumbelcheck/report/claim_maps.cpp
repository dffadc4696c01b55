#include "gumbelcheck/report/claim_maps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "gumbelcheck/picture/chart.hpp"
#include "gumbelcheck/picture/heat.hpp"
#include "gumbelcheck/report/counted_exhibit.hpp"

namespace gumbelcheck::report {

namespace {

using claim::CheckResult;
using claim::Exhibit;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// What a row of the map of temperatures is of; in the order in which the rows stand.
struct Size {
  subject::Dtype dtype;
  bool impossible = false;  // a class among them
  double largest = 0;       // |logit|, to one digit: spread logits differ by chance
  auto operator<=>(const Size&) const = default;
  std::string text() const {
    return fmt::format("{}, {}", subject::name(dtype),
                       impossible ? std::string("\u2212inf") : picture::short_number(largest));
  }
};

Size size_of(const claim::Case& tried) {
  Size size{.dtype = tried.dtype};
  for (const double logit : tried.logits) {
    if (std::isfinite(logit)) {
      size.largest = std::max(size.largest, std::fabs(logit));
    } else {
      size.impossible = true;
    }
  }
  if (size.largest > 0) {
    const double digit = std::pow(10, std::floor(std::log10(size.largest)));
    size.largest = std::round(size.largest / digit) * digit;
  }
  return size;
}

// Largest error over bound; NaN beyond the bound, and where a check ended without an answer.
double margin_of(const CheckResult& check) {
  return check.exact && check.exact->worst <= 1 ? check.exact->worst : kNan;
}

// What was seen of one pair, in standard deviations of what independent ones give.
struct Correlated {
  std::size_t row = 0, column = 0;
  double score = 0;
};
std::vector<Correlated> correlated(const Exhibit& exhibit, std::string_view row, std::string_view other) {
  const std::vector<double>* const rows = column(exhibit, row);
  const std::vector<double>* const columns = column(exhibit, other);
  const std::vector<double>* const correlation = column(exhibit, "correlation");
  const std::vector<double>* const pairs = column(exhibit, "pairs");
  std::vector<Correlated> made;
  if (rows == nullptr || columns == nullptr || correlation == nullptr || pairs == nullptr) return made;
  constexpr double kMostPlaces = 64;
  for (std::size_t n = 0; n < rows->size(); ++n) {
    const auto place = [&](double value) { return value >= 0 && value < kMostPlaces; };
    if (!place((*rows)[n]) || !place((*columns)[n])) return {};  // a file from elsewhere
    made.push_back({.row = static_cast<std::size_t>((*rows)[n]),
                    .column = static_cast<std::size_t>((*columns)[n]),
                    .score = (*correlation)[n] * std::sqrt((*pairs)[n])});
  }
  return made;
}

double size_of(const Correlated& pair) { return std::isfinite(pair.score) ? std::fabs(pair.score) : HUGE_VAL; }

struct Strongest {
  const CheckResult* check = nullptr;
  const Exhibit* exhibit = nullptr;
  std::vector<Correlated> pairs;
  Correlated pair;
};
Strongest strongest(const claim::ClaimResult& result, std::string_view kind, std::string_view row,
                    std::string_view other) {
  Strongest found;
  for (const CheckResult& check : result.checks) {
    for (const Exhibit& exhibit : check.exhibits) {
      if (exhibit.kind != kind) continue;
      std::vector<Correlated> pairs = correlated(exhibit, row, other);
      const auto most = std::ranges::max_element(pairs, {}, [](const Correlated& p) { return size_of(p); });
      if (most == pairs.end() || (found.check != nullptr && !(size_of(*most) > size_of(found.pair)))) continue;
      const Correlated pair = *most;
      found = {&check, &exhibit, std::move(pairs), pair};
    }
  }
  return found;
}

std::string chance(std::size_t pairs) {
  return fmt::format("Independent ones stay within {:.1f} at once, at 1 - 1e-6.", band_of_scores(pairs));
}

}  // namespace

std::string map_of_temperatures(const claim::ClaimResult& result, picture::Ids& ids) {
  std::map<Size, std::map<double, double>> rows;
  for (const CheckResult& check : result.checks) {
    if (check.tried.effect > 0 || check.evidence || check.tried.logits.empty()) continue;
    if (!check.exact && check.verdict == claim::Verdict::unsupported) continue;  // not asked
    const double margin = margin_of(check);
    const auto [cell, fresh] = rows[size_of(check.tried)].try_emplace(check.tried.temperature, margin);
    if (!fresh && !(cell->second >= margin)) cell->second = std::isnan(cell->second) ? kNan : margin;
  }
  std::set<double> temperatures, sizes;
  std::erase_if(rows, [](const auto& row) { return row.second.size() < 3; });
  for (const auto& [size, cells] : rows) {
    sizes.insert(size.impossible ? -1 : size.largest);
    for (const auto& cell : cells) temperatures.insert(cell.first);
  }
  if (sizes.size() < 2) return "";
  picture::Heat heat{.columns = temperatures.size(),
                     .rows = rows.size(),
                     .numbers = true,
                     .label = "largest error / bound",
                     .hatched = "beyond it, or no number"};
  picture::Chart chart{
      .words = {.title = "At which temperatures and logits does it hold?",
                .description = "The largest error over its bound, by temperature and by the size of the largest logit "
                               "in each dtype; beyond 1 the claim is refuted."},
      .x = {.label = "temperature"},
      .y = {.label = "dtype, largest logit"},
      .plot_height = 20 * static_cast<double>(rows.size())};
  for (const double temperature : temperatures) chart.x.categories.push_back(picture::short_number(temperature));
  for (const auto& [size, cells] : rows) {
    chart.y.categories.push_back(size.text());
    for (const double temperature : temperatures) {
      const auto cell = cells.find(temperature);
      // Two digits are what there is room for.
      heat.values.push_back(cell == cells.end() ? kNan : std::round(cell->second * 100) / 100);
    }
  }
  chart.layers.push_back(std::move(heat));
  return svg(chart, ids);
}

std::string map_of_rows(const claim::ClaimResult& result, picture::Ids& ids) {
  const Strongest found = strongest(result, "rows", "row", "later");
  if (found.check == nullptr) return "";
  std::size_t rows = 0, most = 0;
  for (const Correlated& pair : found.pairs) {
    rows = std::max(rows, pair.row + 1);
    most = std::max(most, pair.column);
  }
  if (most == 0) return "";
  picture::Heat heat{.columns = most,
                     .rows = rows,
                     .values = std::vector<double>(rows * most, kNan),
                     .numbers = true,
                     .label = "standard deviations from 0"};
  for (const Correlated& pair : found.pairs) {
    if (pair.column > 0) heat.values[pair.row * most + pair.column - 1] = std::round(pair.score * 10) / 10;
  }
  picture::Chart chart{
      .words = {.title = "Does a row know of the rows after it?",
                .description = fmt::format("{}: correlation of each row's uniforms with those of the rows that come "
                                           "later in the answer. {}",
                                           found.check->tried.label, chance(found.pairs.size()))},
      .x = {.label = "rows later"},
      .y = {.label = "row of the batch"},
      .plot_height = 26 * static_cast<double>(rows)};
  for (std::size_t k = 1; k <= most; ++k) chart.x.categories.push_back(fmt::format("{}", k));
  for (std::size_t k = 0; k < rows; ++k) chart.y.categories.push_back(fmt::format("{}", k));
  chart.layers.push_back(std::move(heat));
  return svg(chart, ids);
}

std::string map_of_seeds(const claim::ClaimResult& result, picture::Ids& ids) {
  const Strongest found = strongest(result, "seeds", "bit", "other_bit");
  if (found.check == nullptr) return "";
  std::set<std::size_t> bits;
  for (const Correlated& pair : found.pairs) bits.insert({pair.row, pair.column});
  if (bits.size() < 2) return "";
  const std::size_t side = bits.size() - 1;  // a column for all but the last, a row for all but the first
  const auto place = [&](std::size_t bit) {
    return static_cast<std::size_t>(std::distance(bits.begin(), bits.find(bit)));
  };
  picture::Heat heat{.columns = side,
                     .rows = side,
                     .values = std::vector<double>(side * side, kNan),
                     .triangle = true,
                     .label = "standard deviations from 0"};
  for (const Correlated& pair : found.pairs) {
    const auto [first, second] = std::minmax({place(pair.row), place(pair.column)});
    if (first == second) return "";  // a file from elsewhere
    heat.values[(second - 1) * side + first] = pair.score;
    if (second <= first + 1) continue;
    heat.values[first * side + second - 1] = pair.score;  // the same again, which is not drawn
  }
  const auto name = [](std::size_t bit) { return bit == 0 ? std::string("none") : fmt::format("2^{}", bit - 1); };
  picture::Chart chart{
      .words = {.title = "Do seeds that differ in a bit know of each other?",
                .description =
                    fmt::format("{}: correlation of the uniforms under two of {} seeds, which differ from one of them "
                                "in a single bit. Strongest: {:.1f} standard deviations, between {} and {}. {}",
                                found.check->tried.label, bits.size(), found.pair.score, name(found.pair.row),
                                name(found.pair.column), chance(found.pairs.size()))},
      .x = {.label = "bit that one seed differs in"},
      .y = {.label = "bit that the other differs in"},
      .plot_height = 190};
  for (const std::size_t bit : bits) {
    if (bit != *bits.rbegin()) chart.x.categories.push_back(name(bit));
    if (bit != *bits.begin()) chart.y.categories.push_back(name(bit));
  }
  chart.layers.push_back(std::move(heat));
  return svg(chart, ids);
}

}  // namespace gumbelcheck::report
