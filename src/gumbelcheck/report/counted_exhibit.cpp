#include "gumbelcheck/report/counted_exhibit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gumbelcheck/picture/chart.hpp"

namespace gumbelcheck::report {

const std::vector<double>* column(const claim::Exhibit& exhibit, std::string_view name) {
  const auto found = std::ranges::find(exhibit.columns, name, &claim::Exhibit::Column::name);
  return found == exhibit.columns.end() ? nullptr : &found->values;
}

Counted::Counted(const claim::Exhibit& exhibit) {
  const std::vector<double>* const p = column(exhibit, "expected");
  const std::vector<double>* const n = column(exhibit, "counted");
  if (p == nullptr || n == nullptr || p->empty() || p->size() != n->size()) return;
  expected = *p;
  counts = *n;
  total = std::accumulate(counts.begin(), counts.end(), 0.0);
}

std::vector<double> Counted::scores() const {
  std::vector<double> made;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const double deviation = std::sqrt(total * expected[k] * (1 - expected[k]));
    made.push_back(deviation > 0 ? (counts[k] - total * expected[k]) / deviation
                                 : std::numeric_limits<double>::quiet_NaN());
  }
  return made;
}

picture::Range interval_of(double count, double total) {
  const double z2 = 2 * std::log(2 / kPointwise);
  const double share = count / total;
  const double middle = (count + z2 / 2) / (total + z2);
  const double half = std::sqrt(z2 * (count * (1 - share) + z2 / 4)) / (total + z2);
  return {.low = std::max(0., middle - half), .high = std::min(1., middle + half)};
}

double band_of_scores(std::size_t cells) {
  return std::sqrt(2 * std::log(2 * static_cast<double>(cells) / kPointwise));
}

std::string block(std::string_view size, std::vector<std::string> pictures, std::string_view label) {
  std::erase(pictures, "");
  if (pictures.empty()) return "";
  return fmt::format("<div class=\"{}\">\n{}</div>\n", size, picture::side_by_side(pictures, label));
}

}  // namespace gumbelcheck::report
