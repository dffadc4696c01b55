#include "gumbelcheck/claim/class_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "gumbelcheck/statistic/compensated_sum.hpp"

namespace gumbelcheck::claim {

namespace {

constexpr std::size_t kGroups = 64;
constexpr std::size_t kFineBlock = 128;  // ids

ClassGroups summed(const std::vector<double>& probability, std::vector<std::uint32_t> group) {
  ClassGroups made{std::move(group), {}};
  // Thousands of terms a group: added plainly, their rounding would exceed what the engine allows a law.
  std::vector<statistic::CompensatedSum> sums(*std::ranges::max_element(made.group) + 1);
  for (std::size_t k = 0; k < probability.size(); ++k) sums[made.group[k]].add(probability[k]);
  for (const statistic::CompensatedSum& sum : sums) made.probability.push_back(sum.value());
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

ClassGroups groups_of_blocks(const std::vector<double>& probability, std::size_t length) {
  std::vector<std::uint32_t> group(probability.size());
  for (std::size_t k = 0; k < group.size(); ++k) group[k] = static_cast<std::uint32_t>(k / length);
  return summed(probability, std::move(group));
}

ClassGroups groups_of_lanes(const std::vector<double>& probability, std::size_t period) {
  std::vector<std::uint32_t> group(probability.size());
  for (std::size_t k = 0; k < group.size(); ++k) group[k] = static_cast<std::uint32_t>(k % period);
  return summed(probability, std::move(group));
}

ClassGroups groups_of_octaves(const std::vector<double>& probability) {
  std::map<int, std::uint32_t, std::greater<>> octaves;
  for (const double p : probability) {
    if (p > 0) octaves[std::ilogb(p)] = 0;
  }
  std::uint32_t next = 0;
  for (auto& [octave, number] : octaves) number = next++;
  std::vector<std::uint32_t> group;
  group.reserve(probability.size());
  for (const double p : probability) group.push_back(p > 0 ? octaves.at(std::ilogb(p)) : next - 1);
  return summed(probability, std::move(group));
}

ClassTables::ClassTables(const std::vector<double>& probability, const std::string& name) {
  const bool large = probability.size() > kMostBoundedClasses;
  laws_.push_back({.name = name, .probability = probability, .temperature = true, .bounded = !large});
  if (!large) return;
  std::vector<std::vector<std::uint32_t>> groupings;
  const auto append = [&](ClassGroups groups, std::string_view what, bool bounded) {
    laws_.push_back({.name = fmt::format("{} of {}", what, name),
                     .probability = std::move(groups.probability),
                     .bounded = bounded});
    groupings.push_back(std::move(groups.group));
  };
  append(groups_of_neighbours(probability, kGroups), "64 blocks of ids", true);
  append(groups_of_equal_mass(probability, kGroups), "groups of about equal mass", true);
  append(groups_of_octaves(probability), "octaves of probability", false);
  append(groups_of_lanes(probability, kGroups), "ids modulo 64", false);
  // Up to there the 64 blocks are as fine.
  if (probability.size() > kGroups * kFineBlock) {
    append(groups_of_blocks(probability, kFineBlock), "blocks of 128 ids", false);
  }
  groups_.reserve(probability.size() * groupings.size());
  for (std::size_t k = 0; k < probability.size(); ++k) {
    for (const std::vector<std::uint32_t>& group : groupings) groups_.push_back(group[k]);
  }
}

}  // namespace gumbelcheck::claim
