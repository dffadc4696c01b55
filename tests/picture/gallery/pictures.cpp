#include "pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

namespace gumbelcheck::picture {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double normal_tail(double z) { return std::erfc(z / std::numbers::sqrt2) / 2; }

// std::mt19937_64 is the same everywhere; the distributions of <random> are not.
double uniform(std::mt19937_64& engine) { return (double(engine() >> 11) + .5) * 0x1p-53; }
double gumbel(std::mt19937_64& engine) { return -std::log(-std::log(uniform(engine))); }
double normal(std::mt19937_64& engine) {
  return std::sqrt(-2 * std::log(uniform(engine))) * std::cos(2 * std::numbers::pi * uniform(engine));
}

Chart frequencies() {
  std::mt19937_64 engine(1);
  const double draws = 2e3;
  Intervals intervals{.x = {}, .low = {}, .high = {}, .tone = Tone::blue, .label = "counted, with 99.9 % interval"};
  Points counted{.x = {}, .y = {}, .tone = Tone::blue};
  Points law{.x = {}, .y = {}, .tone = Tone::vermilion, .shape = Shape::ring, .label = "softmax"};
  double sum = 0;
  for (int k = 0; k < 10; ++k) sum += std::exp(-.35 * k);
  Axis x{.label = "class"};
  for (int k = 0; k < 10; ++k) {
    const double p = std::exp(-.35 * k) / sum;
    const double sd = std::sqrt(p * (1 - p) / draws);
    const double seen = p + sd * normal(engine);
    law.x.push_back(k);
    law.y.push_back(p);
    counted.x.push_back(k + .22);
    counted.y.push_back(seen);
    intervals.x.push_back(k + .22);
    intervals.low.push_back(seen - 3.3 * sd);
    intervals.high.push_back(seen + 3.3 * sd);
    x.categories.push_back(std::to_string(k));
  }
  return {.words = {"Classes come as often as their weights say",
                    "Frequency of ten classes in 2,000 draws with intervals, and softmax of the logits: every law lies "
                    "in its interval."},
          .x = x,
          .y = {.label = "frequency", .low = 0},
          .layers = {intervals, counted, law}};
}

Chart histogram() {
  std::mt19937_64 engine(2);
  Bars bars{.edges = steps(-3, 9, 49), .heights = std::vector<double>(48), .tone = Tone::blue, .label = "counted"};
  for (int i = 0; i < 20000; ++i) {
    const double cell = (gumbel(engine) + 3) * 4;
    if (cell >= 0 && cell < 48) bars.heights[static_cast<std::size_t>(cell)] += 4. / 20000;
  }
  const auto x = steps(-3, 9, 512);
  const Line law{.x = x,
                 .y = each(x, [](double g) { return std::exp(-g - std::exp(-g)); }),
                 .tone = Tone::ink,
                 .label = "Gumbel density"};
  return {
      .words = {"The noise is Gumbel noise", "Histogram of 20,000 draws of noise under the density of the Gumbel law."},
      .x = {.label = "noise"},
      .y = {.label = "density"},
      .layers = {bars, law}};
}

Chart difference() {
  std::mt19937_64 engine(3);
  std::vector<double> draws;
  for (int i = 0; i < 2000; ++i) draws.push_back(uniform(engine) < .02 ? .5 * uniform(engine) : uniform(engine));
  std::sort(draws.begin(), draws.end());
  Line line{.x = {0}, .y = {0}, .stepped = true, .tone = Tone::blue, .label = "counted minus exact"};
  for (std::size_t i = 0; i < draws.size(); ++i) {
    line.x.push_back(draws[i]);
    line.y.push_back(double(i + 1) / 2000. - draws[i]);
  }
  const auto x = steps(0, 1, 101);
  const auto width = [](double u) { return 3.5 * std::sqrt(u * (1 - u) / 2000) + .002; };
  const Band band{.x = x,
                  .low = each(x, [&](double u) { return -width(u); }),
                  .high = each(x, width),
                  .tone = Tone::muted,
                  .label = "where a right sampler stays"};
  return {
      .words = {"The distribution function stays within its band",
                "Difference between counted and exact distribution function of the pivot, 2,000 draws, and the band "
                "that a right sampler leaves once in 1,000 runs."},
      .x = {.label = "pivot"},
      .y = {.label = "difference of distribution functions"},
      .layers = {band, line}};
}

Chart tail() {
  const auto x = steps(8, 24, 512);
  const Line law{.x = x,
                 .y = each(x, [](double g) { return -std::expm1(-std::exp(-g)); }),
                 .tone = Tone::blue,
                 .label = "Gumbel law"};
  // -log(-log(1 - k 2^-24)): the largest values of a 24-bit uniform.
  Line grid{.x = {},
            .y = {},
            .stepped = true,
            .tone = Tone::vermilion,
            .stroke = Stroke::solid,
            .label = "noise from 24-bit uniforms"};
  for (int k = 3000; k >= 2; --k) {
    grid.x.push_back(-std::log(-std::log1p(-k * 0x1p-24)));
    grid.y.push_back((k - 1) * 0x1p-24);
  }
  const Rule cap{.direction = Direction::vertical, .at = 24 * std::numbers::ln2, .label = "largest value: 16.6"};
  return {.words =
              {"A 24-bit uniform cuts the tail off",
               "Probability of noise above a value, on a logarithmic axis: the Gumbel law falls on in a straight line, "
               "noise made of 24-bit uniforms comes in atoms and ends at 16.6."},
          .x = {.label = "noise"},
          .y = {.label = "probability of more", .scaling = Scaling::log10},
          .layers = {law, grid, cap}};
}

Chart evidence() {
  std::mt19937_64 engine(4);
  Chart chart{
      .words = {"Evidence against a temperature that is 1 % off",
                "Evidence against draws on logarithmic axes. The wrong sampler passes the line of refutation after "
                "some 80,000 draws; the right one stays below 1."},
      .x = {.label = "draws", .scaling = Scaling::log2},
      .y = {.label = "evidence E", .scaling = Scaling::log10},
      .layers = {}};
  for (const bool wrong : {true, false}) {
    Line line{
        .x = {}, .y = {}, .tone = wrong ? Tone::vermilion : Tone::blue, .label = wrong ? "1 % too cold" : "right"};
    double walk = 0;
    double n = 64;
    for (int i = 0; i < 500; ++i) {
      const double next = n * std::exp2(12. / 500);
      walk += (wrong ? 3.2e-4 : -1.5e-5) * (next - n) + .012 * std::sqrt(next - n) * normal(engine) * (wrong ? 1. : .4);
      n = next;
      line.x.push_back(n);
      line.y.push_back(std::exp(walk * (wrong ? 1. : .5)));
    }
    chart.layers.push_back(line);
  }
  chart.layers.push_back(Rule{.at = 1e12, .tone = Tone::ink, .label = "refuted above 1e12"});
  return chart;
}

Chart finite_differences() {
  std::mt19937_64 engine(5);
  Points seen{.x = {}, .y = {}, .tone = Tone::blue, .shape = Shape::disc, .label = "difference seen"};
  Line bound{.x = {}, .y = {}, .tone = Tone::vermilion, .stroke = Stroke::dashed, .label = "computed bound"};
  for (double k = -8; k <= -.4; k += .25) {
    const double h = std::pow(10, k);
    const double truth = .08 * h * h + 4e-17 / h * std::abs(normal(engine));
    seen.x.push_back(h);
    seen.y.push_back(truth);
    bound.x.push_back(h);
    bound.y.push_back(.3 * h * h + 6e-16 / h);
  }
  return {
      .words = {"Finite differences agree with the gradient, within the bound",
                "Error of central differences against the step, and the bound computed for it, both logarithmic: every "
                "point lies below the bound, which is least at a step of 1e-5."},
      .x = {.label = "step", .scaling = Scaling::log10},
      .y = {.label = "error", .scaling = Scaling::log10},
      .layers = {bound, seen}};
}

Chart temperatures() {
  const std::vector<double> tau = {.01, .1, .5, 1, 2, 10};
  const std::vector<double> scale = {0, 1, 5, 20, 100};
  Heat heat{.columns = tau.size(),
            .rows = scale.size(),
            .values = {},
            .scaling = Scaling::log10,
            .numbers = true,
            .label = "largest error / bound"};
  Chart chart{
      .words = {"Where the gradient comes nearest to its bound",
                "Largest error as a share of its bound, for six temperatures and five scales of the logits. Cold and "
                "large is nearest; one cell is not finite."},
      .x = {.label = "temperature"},
      .y = {.label = "scale of the logits"},
      .layers = {}};
  for (const double t : tau) chart.x.categories.push_back(fmt::format("{:g}", t));
  for (const double s : scale) {
    chart.y.categories.push_back(fmt::format("{:g}", s));
    for (const double t : tau) {
      heat.values.push_back(s == 100 && t == .01 ? kNan
                                                 : std::min(.9, .004 * (1 + s) / std::pow(t, .6) / (1 + s / 50)));
    }
  }
  chart.layers.push_back(heat);
  return chart;
}

Chart power() {
  Chart chart{
      .words = {"What so many draws see",
                "Probability of refuting against the size of the effect, after ten thousand, a hundred thousand and a "
                "million draws."},
      .x = {.label = "total variation", .scaling = Scaling::log10},
      .y = {.label = "probability of refuting", .low = 0, .high = 1},
      .layers = {}};
  const Tone tones[] = {Tone::blue, Tone::green, Tone::purple};
  const Stroke strokes[] = {Stroke::solid, Stroke::dashed, Stroke::dotted};
  const char* labels[] = {"10,000 draws", "100,000", "1 million"};
  std::vector<double> x;
  for (int i = 0; i < 512; ++i) x.push_back(std::pow(10, -4 + 3. * i / 511));
  for (int i = 0; i < 3; ++i) {
    const double root = std::pow(10, 2 + .5 * i);
    chart.layers.push_back(Line{.x = x,
                                .y = each(x, [&](double v) { return normal_tail(5.2 - 2 * v * root); }),
                                .tone = tones[i],
                                .stroke = strokes[i],
                                .label = labels[i]});
  }
  chart.layers.push_back(Rule{.direction = Direction::vertical, .at = .01, .label = "declared"});
  return chart;
}

}  // namespace

std::vector<double> steps(double low, double high, int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(low + (high - low) * i / (count - 1));
  return values;
}

std::vector<Chart> charts() {
  return {frequencies(), histogram(), difference(), tail(), evidence(), finite_differences(), temperatures(), power()};
}

std::vector<Simplex> simplexes() {
  std::vector<Simplex> result;
  const double alpha[] = {.5, .3, .2};
  for (const double tau : {.1, .5, 1., 2.}) {
    Simplex simplex{
        .words = {fmt::format("temperature {:g}", tau),
                  fmt::format("Density of the Concrete law of three classes with weights 0.5, 0.3 and 0.2 at "
                              "temperature {:g}.",
                              tau)},
        .corners = {"0.5", "0.3", "0.2"},
        .side = 20,
        .values = std::vector<double>(400),
        .scaling = Scaling::log10,
        .range = Range{.01, 100},
        .label = "times uniform"};
    for (std::size_t cell = 0; cell < simplex.values.size(); ++cell) {
      const std::array<double, 3> x = middle_of(cell, simplex.side);
      double log_density = 2 * std::log(tau);  // times the uniform density, 2
      double sum = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        log_density += std::log(alpha[k]) - (tau + 1) * std::log(x[k]);
        sum += alpha[k] * std::pow(x[k], -tau);
      }
      simplex.values[cell] = std::exp(log_density - 3 * std::log(sum));
    }
    result.push_back(simplex);
  }
  return result;
}

DotTable faults() {
  struct Row {
    const char* claim;
    double draws;
    const char* fault;
  };
  const Row rows[] = {
      {"gumbel/law", 4e3, "noise doubled"},          {"gumbel/tail", 1.2e6, "24-bit uniforms"},
      {"gumbel-max/law", 2.1e4, "off by one class"}, {"gumbel-max/independence", 3.4e5, "shared noise"},
      {"gumbel-top-k/law", 9e4, "repeats"},          {"concrete/law", 8.6e4, "1 % too cold"},
      {"concrete/rounding", 5e5, "float16 ties"},    {"concrete/cold", kNan, "not found"},
      {"straight-through/one-hot", 1, "soft value"}, {"straight-through/temperature", 40, "gradient dropped"},
      {"stream/calls", 2.3e3, "seed kept"}};
  DotTable table{.words = {"Faults, by the draws until they are refuted",
                           "For each claim the draws that its own fault needed, with the range of twenty seeds, on a "
                           "logarithmic axis: from one draw to a million; one was not found."},
                 .axis = {.label = "draws", .scaling = Scaling::log10},
                 .rows = {},
                 .rules = {{.at = 1e6, .label = "planned"}}};
  for (const Row& row : rows) {
    DotRow shown{.name = row.claim, .value = row.draws, .note = row.fault};
    if (row.draws > 100) shown.range = Range{row.draws / 1.8, row.draws * 1.6};
    if (!std::isfinite(row.draws)) shown.tone = Tone::vermilion;
    table.rows.push_back(shown);
  }
  return table;
}

std::vector<Chart> multiples() {
  std::vector<Chart> charts;
  for (const double tau : {.1, .5, 1., 2.}) {
    const auto x = steps(.001, .999, 300);
    const double a = .6 / .4;
    Line line{.x = x, .y = each(x, [&](double v) {
                        const double l = std::pow(v, -tau) * a, r = std::pow(1 - v, -tau);
                        return tau * a * std::pow(v, -tau - 1) * std::pow(1 - v, -tau - 1) / ((l + r) * (l + r));
                      })};
    charts.push_back({.words = {fmt::format("temperature {:g}", tau),
                                fmt::format("Density of the first of two entries at temperature {:g}.", tau)},
                      .x = {.label = "x", .low = 0, .high = 1},
                      .y = {.label = "density", .low = 0, .high = 4},
                      .layers = {line},
                      .width = 180,
                      .plot_height = 110});
  }
  share_axes(charts);
  return charts;
}

}  // namespace gumbelcheck::picture
