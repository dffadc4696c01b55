#pragma once

// The goodness-of-fit tests that people use, on counts of classes and of uniforms: what reports/power holds the faults
// against. None of them shares code with the engine.

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gumbelcheck::recipes {

inline constexpr std::size_t kBins = 32;
inline constexpr std::size_t kEdges = 4096;  // Kolmogorov's distance is taken at them: a little less than it is

// What the tests need of the draws so far.
struct Seen {
  std::vector<std::vector<double>> laws;             // of the classes of each row
  std::vector<std::vector<std::uint64_t>> classes;   // [row][class]; empty where the path draws noise
  std::vector<std::vector<std::uint64_t>> uniforms;  // [coordinate][edge]; empty where it draws classes
  std::uint64_t draws = 0;
};

inline double chi_squared_p(const std::vector<std::uint64_t>& counts, const std::vector<double>& law, double total) {
  double statistic = 0, rest_expected = 0, rest_counted = 0;
  std::size_t cells = 0;
  const auto add = [&](double counted, double expected) {
    statistic += (counted - expected) * (counted - expected) / expected;
    ++cells;
  };
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const double expected = total * law[k];
    if (expected >= 5) {
      add(static_cast<double>(counts[k]), expected);
    } else {
      rest_expected += expected;
      rest_counted += static_cast<double>(counts[k]);
    }
  }
  if (rest_expected >= 5) add(rest_counted, rest_expected);
  if (cells < 2) return 1;
  if (!std::isfinite(statistic)) return 0;
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(static_cast<double>(cells - 1)), statistic));
}

// The smallest p-value, times how many there are.
inline double pearson(const Seen& seen) {
  double smallest = 1;
  for (std::size_t row = 0; row < seen.classes.size(); ++row) {
    smallest = std::min(smallest, chi_squared_p(seen.classes[row], seen.laws[row], static_cast<double>(seen.draws)));
  }
  for (const std::vector<std::uint64_t>& fine : seen.uniforms) {
    std::vector<std::uint64_t> bins(kBins);
    double total = 0;
    for (std::size_t i = 0; i < kEdges; ++i) {
      bins[i * kBins / kEdges] += fine[i];
      total += static_cast<double>(fine[i]);
    }
    smallest = std::min(smallest, chi_squared_p(bins, std::vector<double>(kBins, 1.0 / kBins), total));
  }
  return std::min(1.0,
                  smallest * static_cast<double>(std::max<std::size_t>(1, seen.classes.size() + seen.uniforms.size())));
}

inline double massart_p(const std::vector<std::uint64_t>& counts, const std::vector<double>& law) {
  double total = 0, counted = 0, expected = 0, distance = 0;
  for (const std::uint64_t c : counts) total += static_cast<double>(c);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    counted += static_cast<double>(counts[k]) / total;
    expected += law[k];
    distance = std::max(distance, std::fabs(counted - expected));
  }
  return std::min(1.0, 2 * std::exp(-2 * total * distance * distance));
}

inline double kolmogorov(const Seen& seen) {
  double smallest = 1;
  // Where numbers are drawn their uniforms say more than the largest of them does.
  const bool classes = seen.uniforms.empty();
  for (std::size_t row = 0; classes && row < seen.classes.size(); ++row) {
    smallest = std::min(smallest, massart_p(seen.classes[row], seen.laws[row]));
  }
  const std::vector<double> even(kEdges, 1.0 / kEdges);
  for (const auto& fine : seen.uniforms) smallest = std::min(smallest, massart_p(fine, even));
  return std::min(1.0, smallest * static_cast<double>(classes ? seen.classes.size() : seen.uniforms.size()));
}

inline std::optional<double> smallest_cosine(const Seen& seen) {
  std::optional<double> smallest;
  for (std::size_t row = 0; row < seen.classes.size(); ++row) {
    double product = 0, counted = 0, expected = 0;
    for (std::size_t k = 0; k < seen.laws[row].size(); ++k) {
      const double c = static_cast<double>(seen.classes[row][k]);
      product += c * seen.laws[row][k];
      counted += c * c;
      expected += seen.laws[row][k] * seen.laws[row][k];
    }
    const double cosine = product / std::sqrt(counted * expected);
    smallest = std::min(smallest.value_or(1), cosine);
  }
  return smallest;
}

// Asks a subject for more and more draws of one case.
struct Test {
  std::string name;
  std::function<bool(const Seen&)> alarm;
};
inline const std::vector<Test>& growing_tests() {
  static const std::vector<Test> tests = {{"pearson", [](const Seen& seen) { return pearson(seen) < 1e-9; }},
                                          {"ks", [](const Seen& seen) { return kolmogorov(seen) < 1e-9; }},
                                          {"cosine", [](const Seen& seen) {
                                             const auto cosine = smallest_cosine(seen);
                                             return cosine && !(*cosine > .99);
                                           }}};
  return tests;
}
inline const std::vector<Test>& ten_thousand_tests() {
  static const std::vector<Test> tests = {
      {"torch 1e4",
       [](const Seen& seen) { return seen.uniforms.empty() ? pearson(seen) < 1e-3 : kolmogorov(seen) < 1e-3; }},
      {"jax 1e4",
       [](const Seen& seen) { return seen.uniforms.empty() ? pearson(seen) < .01 : kolmogorov(seen) < .01; }}};
  return tests;
}

inline bool z_alarm(const Seen& seen) {
  bool alarm = false;
  for (std::size_t k = 0; k < seen.laws[0].size(); ++k) {
    const double expected = static_cast<double>(seen.draws) * seen.laws[0][k];
    const double z = (static_cast<double>(seen.classes[0][k]) - expected) / std::sqrt(expected * (1 - seen.laws[0][k]));
    alarm = alarm || !(std::fabs(z) < 2.58);
  }
  return alarm;
}

}  // namespace gumbelcheck::recipes
