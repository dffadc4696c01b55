#include "gumbelcheck/claim/simplex_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace gumbelcheck::claim {

namespace {

constexpr auto kSide = static_cast<double>(kSimplexSide);
constexpr int kPiecesOfEdge = 800;

// Strip j has 2 (side - j) - 1 triangles.
std::size_t first_of_strip(std::size_t strip, std::size_t side) { return strip * (2 * side - strip); }

std::vector<SimplexCells::Point> centres_of(std::size_t side) {
  std::vector<SimplexCells::Point> made;
  const double edge = 1 / static_cast<double>(side);
  for (std::size_t strip = 0; strip < side; ++strip) {
    for (std::size_t i = 0; i < 2 * (side - strip) - 1; ++i) {
      const double third = i % 2 == 0 ? 1. / 3 : 2. / 3;
      made.push_back({(static_cast<double>(i / 2) + third) * edge, (static_cast<double>(strip) + third) * edge});
    }
  }
  return made;
}

std::size_t triangle_of(double x, double y, std::size_t side) {
  const auto scale = static_cast<double>(side);
  const auto strip = std::min(side - 1, static_cast<std::size_t>(y * scale));
  const std::size_t most = side - strip - 1;
  const auto column = std::min(most, static_cast<std::size_t>(x * scale));
  const double within = (x * scale - static_cast<double>(column)) + (y * scale - static_cast<double>(strip));
  const bool between = within > 1 && column < most;
  return first_of_strip(strip, side) + 2 * column + (between ? 1 : 0);
}

using Row = std::array<double, 3>;

// rule  exp(logit_k - temperature log x_k), divided by their sum; a class of entry 0 has it all
std::optional<Row> image(std::span<const double> logits, double temperature, const Row& x) {
  Row exponent{};
  std::size_t zeros = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    zeros += x[k] == 0 ? 1 : 0;
    exponent[k] = logits[k] - temperature * std::log(x[k]);
  }
  if (zeros > 1) return std::nullopt;  // a corner is the image of a whole edge: its ends are there already
  Row y{};
  const double largest = *std::ranges::max_element(exponent);
  double sum = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    y[k] = zeros > 0 ? (x[k] == 0 ? 1 : 0) : std::exp(exponent[k] - largest);
    sum += y[k];
  }
  for (double& entry : y) entry /= sum;
  return y;
}

std::array<Row, 3> corners_of(std::size_t strip, std::size_t i) {
  const std::size_t column = i / 2;
  const auto at = [](std::size_t a, std::size_t b) -> Row {
    return {static_cast<double>(a) / kSide, static_cast<double>(b) / kSide,
            static_cast<double>(kSimplexSide - a - b) / kSide};
  };
  if (i % 2 == 0) return {at(column, strip), at(column + 1, strip), at(column, strip + 1)};
  return {at(column + 1, strip), at(column + 1, strip + 1), at(column, strip + 1)};
}

// Of the image of a triangle, as a share of the simplex: twice the area in the plane of the first two entries.
double area_of_image(const std::array<Row, 3>& corners, std::span<const double> logits, double temperature) {
  // Points of an edge are even in the logarithm of odds, where images are smooth; beyond this nothing moves.
  const double reach = 40 / std::min(temperature, 1.);
  double twice = 0;
  std::optional<Row> first, last;
  const auto visit = [&](const std::optional<Row>& y) {
    if (!y) return;
    if (last) twice += (*last)[0] * (*y)[1] - (*y)[0] * (*last)[1];
    if (!first) first = y;
    last = y;
  };
  for (std::size_t corner = 0; corner < 3; ++corner) {
    const Row& from = corners[corner];
    const Row& to = corners[(corner + 1) % 3];
    visit(image(logits, temperature, from));
    for (int piece = 1; piece < kPiecesOfEdge; ++piece) {
      const double odds = std::exp(reach * (2. * piece / kPiecesOfEdge - 1));
      Row x{};
      for (std::size_t k = 0; k < 3; ++k) x[k] = from[k] / (1 + odds) + to[k] / (1 + 1 / odds);
      visit(image(logits, temperature, x));
    }
  }
  visit(first);
  return std::fabs(twice);
}

}  // namespace

std::vector<double> SimplexCells::masses(std::span<const double> logits, double temperature) {
  std::vector<double> made;
  for (std::size_t strip = 0; strip < kSimplexSide; ++strip) {
    for (std::size_t i = 0; i < 2 * (kSimplexSide - strip) - 1; ++i) {
      made.push_back(area_of_image(corners_of(strip, i), logits, temperature));
    }
  }
  return made;
}

void SimplexCells::add(std::span<const double> row) {
  const bool on_simplex = row.size() == 3 && std::ranges::all_of(row, [](double x) { return x >= 0 && x <= 1 + 1e-3; });
  if (on_simplex) ++counts_[triangle_of(row[0], row[1], kSimplexSide)];
}

std::vector<SimplexCells::Point> SimplexCells::centres() { return centres_of(kSimplexSide); }

Exhibit SimplexCells::exhibit(std::span<const double> logits, double temperature) const {
  std::vector<double> x, y;
  for (const Point& centre : centres()) {
    x.push_back(centre.x);
    y.push_back(centre.y);
  }
  return {.kind = "simplex",
          .title = fmt::format("temperature {:g}", temperature),
          .columns = {{"x", x},
                      {"y", y},
                      {"expected", masses(logits, temperature)},
                      {"counted", {counts_.begin(), counts_.end()}}}};
}

}  // namespace gumbelcheck::claim
