#include "gumbelcheck/claim/class_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gumbelcheck::claim {

namespace {

constexpr std::size_t kGroups = 64;

ClassGroups summed(const std::vector<double>& probability, std::vector<std::uint32_t> group) {
  ClassGroups made{std::move(group), {}};
  made.probability.assign(*std::ranges::max_element(made.group) + 1, 0.0);
  for (std::size_t k = 0; k < probability.size(); ++k) made.probability[made.group[k]] += probability[k];
  return made;
}

}  // namespace

ClassGroups groups_of_equal_mass(const std::vector<double>& probability, std::size_t most) {
  std::vector<std::uint32_t> order(probability.size());
  std::iota(order.begin(), order.end(), 0u);
  if (probability.size() <= most) return summed(probability, order);
  std::ranges::stable_sort(order, [&](auto a, auto b) { return probability[a] > probability[b]; });
  std::vector<std::uint32_t> group(probability.size());
  double before = 0;
  double last = 0;
  std::uint32_t current = 0;
  for (const std::uint32_t k : order) {
    const double step = std::floor(before * static_cast<double>(most));
    // A class without mass begins no group: a group of probability 0 alone would hold nothing.
    if (step > last && probability[k] > 0) {
      last = step;
      ++current;
    }
    group[k] = current;
    before += probability[k];
  }
  return summed(probability, std::move(group));
}

ClassGroups groups_of_neighbours(const std::vector<double>& probability, std::size_t most) {
  std::vector<std::uint32_t> group(probability.size());
  for (std::size_t k = 0; k < group.size(); ++k) {
    group[k] = static_cast<std::uint32_t>(group.size() <= most ? k : k * most / group.size());
  }
  return summed(probability, std::move(group));
}

ClassTables::ClassTables(const std::vector<double>& probability, const std::string& name) {
  const bool large = probability.size() > kMostBoundedClasses;
  laws_.push_back({.name = name, .probability = probability, .temperature = true, .bounded = !large});
  if (!large) return;
  const auto append = [&](ClassGroups groups, std::string_view what) {
    laws_.push_back({.name = fmt::format("{} of {}", what, name), .probability = std::move(groups.probability)});
    groups_.push_back(std::move(groups.group));
  };
  append(groups_of_neighbours(probability, kGroups), "64 blocks of ids");
  append(groups_of_equal_mass(probability, kGroups), "groups of about equal mass");
}

}  // namespace gumbelcheck::claim
