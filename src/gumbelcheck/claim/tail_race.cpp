#include "gumbelcheck/claim/tail_race.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/statistic/exact_tails.hpp"

namespace gumbelcheck::claim {

double share_left_by_grid(double distance, int bits) {
  const double c = std::ldexp(std::exp(-distance), bits);
  return 1 / (c * std::expm1(1 / c));
}

TailRace::TailRace(std::uint64_t rows) : grid_bits_(rows < kFarRows ? 17 : 24) {
  const double near = rows < kFarRows ? 12 : 15;
  const double far = rows < kFarRows ? 14 : 18;
  fields_ = {{near, kClasses / 4}, {far, kClasses - kClasses / 4 - 1}};
  wins_.resize(fields_.size());
}

std::vector<double> TailRace::logits() const {
  std::vector<double> made = {0};
  for (const Field& field : fields_) made.insert(made.end(), field.classes, -field.distance);
  return made;
}

void TailRace::add(std::span<const std::int64_t> indices) {
  for (const std::int64_t index : indices) {
    if (index < 0 || index >= static_cast<std::int64_t>(kClasses)) {
      throw std::invalid_argument(
          fmt::format("TailRace::add: an index is {}; there are classes 0 to {}.", index, kClasses - 1));
    }
    ++rows_;
    if (index > 0) ++wins_[static_cast<std::size_t>(index) > fields_.front().classes ? 1 : 0];
  }
}

double TailRace::chance(std::size_t field) const {
  double all = 1;
  for (const Field& each : fields_) all += static_cast<double>(each.classes) * std::exp(-each.distance);
  return static_cast<double>(fields_[field].classes) * std::exp(-fields_[field].distance) / all;
}

std::vector<TailTest> TailRace::tests() const {
  std::vector<TailTest> made;
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    made.push_back({fmt::format("classes {} below the largest won {} of {} rows, {:.3g} expected", fields_[f].distance,
                                wins_[f], rows_, static_cast<double>(rows_) * chance(f)),
                    statistic::binomial_two_sided(wins_[f], rows_, chance(f))});
  }
  return made;
}

TailTest TailRace::on_coarse_grid() const {
  const std::size_t far = fields_.size() - 1;
  const double share = share_left_by_grid(fields_[far].distance, grid_bits_);
  const auto left = static_cast<std::uint64_t>(share * static_cast<double>(wins_[far]));
  return {fmt::format("{} wins left by a grid of 2^-{}", left, grid_bits_),
          statistic::binomial_two_sided(left, rows_, chance(far))};
}

}  // namespace gumbelcheck::claim
