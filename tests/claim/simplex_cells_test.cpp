// What a picture of the simplex shows as expected: the law's own masses, by another way than the program's.

#include "gumbelcheck/claim/simplex_cells.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "gumbelcheck/law/concrete.hpp"
#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace {

using namespace gumbelcheck;
using claim::SimplexCells;

constexpr std::array kLogits = {.7, -.7, 0.};

// The density's mean over a triangle that is not at the rim, times its area. Around the centre, at (+-) the offsets of a
// rule that is exact for cubic polynomials.
double mass_by_density(const SimplexCells::Point& centre, bool upright, double temperature) {
  const double edge = 1. / static_cast<double>(claim::kSimplexSide);
  const auto at = [&](double x, double y) {
    const double turned = upright ? 1 : -1;
    const std::array point = {centre.x + turned * x * edge, centre.y + turned * y * edge, 0.};
    const std::array whole = {point[0], point[1], 1 - point[0] - point[1]};
    return std::exp(law::concrete_log_density_double(kLogits, temperature, whole));
  };
  const double near = 1. / 5 - 1. / 3, far = 3. / 5 - 1. / 3;
  const double mean = -27. / 48 * at(0, 0) + 25. / 48 * (at(near, near) + at(far, near) + at(near, far));
  return mean * edge * edge / 2;
}

TEST(SimplexCells, TheMassesAreThoseOfTheDensity) {
  const std::vector<SimplexCells::Point> centres = SimplexCells::centres();
  for (const double temperature : {.5, 1., 2.}) {
    const std::vector<double> masses = SimplexCells::masses(kLogits, temperature);
    EXPECT_NEAR(std::accumulate(masses.begin(), masses.end(), 0.0), 1, 1e-3);
    std::size_t compared = 0, t = 0;
    for (std::size_t strip = 0; strip < claim::kSimplexSide; ++strip) {
      for (std::size_t i = 0; i < 2 * (claim::kSimplexSide - strip) - 1; ++i, ++t) {
        const SimplexCells::Point& centre = centres[t];
        if (std::min({centre.x, centre.y, 1 - centre.x - centre.y}) < .15) continue;
        const double expected = mass_by_density(centre, i % 2 == 0, temperature);
        EXPECT_NEAR(masses[t] / expected, 1, 1e-3) << temperature << ": " << centre.x << ", " << centre.y;
        ++compared;
      }
    }
    EXPECT_GT(compared, 90u);
  }
}

TEST(SimplexCells, SamplesFallWhereTheMassesSay) {
  for (const double temperature : {.05, .1, 1.}) {
    SimplexCells cells;
    random::Stream words({.seed = 11, .purpose = random::Purpose::calibration});
    constexpr std::size_t draws = 200000;
    for (std::size_t i = 0; i < draws; ++i) {
      std::array<double, 3> x{};
      double sum = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        const double exponential = -std::log(random::uniform_pair(words()).lower);
        x[k] = std::pow(std::exp(kLogits[k]) / exponential, 1 / temperature);
        sum += x[k];
      }
      for (double& entry : x) entry /= sum;
      cells.add(x);
    }
    const claim::Exhibit shown = cells.exhibit(kLogits, temperature);
    const std::vector<double>& expected = shown.columns.at(2).values;
    const std::vector<double>& counted = shown.columns.at(3).values;
    EXPECT_EQ(std::accumulate(counted.begin(), counted.end(), 0.0), draws);
    double chi_squared = 0;
    for (std::size_t t = 0; t < expected.size(); ++t) {
      const double mean = draws * expected[t];
      if (mean > 5) chi_squared += (counted[t] - mean) * (counted[t] - mean) / mean;
    }
    EXPECT_LT(chi_squared, 400 + 6 * std::sqrt(800.)) << temperature;
    double off = 0;
    for (std::size_t t = 0; t < expected.size(); ++t) off += std::fabs(counted[t] / draws - expected[t]) / 2;
    EXPECT_LT(off, .03) << temperature;
  }
}

TEST(SimplexCells, CornersEdgesAndWhatIsNoRowAreCountedWhereTheyAreOrNotAtAll) {
  SimplexCells cells;
  cells.add(std::array{1., 0., 0.});
  cells.add(std::array{0., 1., 0.});
  cells.add(std::array{0., 0., 1.});
  cells.add(std::array{std::nan(""), 0., 1.});
  cells.add(std::array{-1., 1., 1.});
  cells.add(std::array{.5, .5});
  const claim::Exhibit shown = cells.exhibit(kLogits, 1);
  const std::vector<double>& counted = shown.columns.at(3).values;
  EXPECT_EQ(std::accumulate(counted.begin(), counted.end(), 0.0), 3);
  EXPECT_EQ(counted.front(), 1);                          // x = y = 0
  EXPECT_EQ(counted.at(2 * claim::kSimplexSide - 2), 1);  // x = 1
  EXPECT_EQ(counted.back(), 1);                           // y = 1
}

}  // namespace
