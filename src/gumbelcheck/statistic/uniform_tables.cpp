#include "gumbelcheck/statistic/uniform_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace gumbelcheck::statistic {
namespace {

constexpr std::size_t kBins = 32;
constexpr std::size_t kSide = 8;
constexpr std::size_t kMostOwnTables = 16;    // up to here each coordinate has a table of its own
constexpr std::size_t kOwnTables = 8;         // beyond, the first so many
constexpr std::size_t kMostSecondPairs = 64;  // of the second order: a row of many coordinates has enough in them

std::size_t own_tables(std::size_t coordinates) { return coordinates <= kMostOwnTables ? coordinates : kOwnTables; }

CellLaw uniform_law(std::string name, std::size_t cells, std::size_t entries_per_draw) {
  return {.name = std::move(name),
          .probability = std::vector<double>(cells, 1.0 / static_cast<double>(cells)),
          .entries_per_draw = entries_per_draw,
          .cells = Cells::bins_of_a_uniform};
}

CellLaw pair_law(std::string name, std::size_t entries_per_draw) {
  CellLaw law = uniform_law(std::move(name), kSide * kSide, entries_per_draw);
  law.cells = Cells::squares_of_two_uniforms;
  return law;
}

CellLaw tail_law(std::string name, int bits, std::size_t entries_per_draw) {
  CellLaw law{.name = std::move(name),
              .probability = {0.75},
              .entries_per_draw = entries_per_draw,
              .cells = Cells::dyadic_tail};
  for (int k = 2; k < bits; ++k) law.probability.push_back(std::ldexp(1.0, -(k + 1)));
  law.probability.push_back(std::ldexp(1.0, -bits));
  return law;
}

// Pairs that are no neighbours, each coordinate in one of them at most.
std::vector<std::pair<std::uint32_t, std::uint32_t>> second_order(std::size_t coordinates) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  if (coordinates < 3) return pairs;
  std::vector<std::uint32_t> order;
  for (std::size_t start = 0; start < 2; ++start) {
    for (std::size_t j = start; j < coordinates; j += 2) order.push_back(static_cast<std::uint32_t>(j));
  }
  if (coordinates > 2 * kMostSecondPairs) {
    // The same list in every run: only as many swaps as there are entries wanted.
    random::Stream words({.seed = coordinates, .purpose = random::Purpose::control});
    for (std::size_t j = 0; j < 2 * kMostSecondPairs; ++j) {
      std::swap(order[j], order[j + static_cast<std::size_t>(words() % (coordinates - j))]);
    }
    order.resize(2 * kMostSecondPairs);
  }
  for (std::size_t j = 0; j + 1 < order.size(); j += 2) pairs.emplace_back(order[j], order[j + 1]);
  return pairs;
}

// rule  0 for [1/4, ...), k - 1 for [2^-(k+1), 2^-k), the last for everything below 2^-bits
std::size_t tail_cell(double distance, int bits) {
  // The exponent bits alone: -0 is as near to the end as 0.
  const int exponent = static_cast<int>((std::bit_cast<std::uint64_t>(distance) >> 52) & 0x7FF) - 1023;
  const int k = -exponent - 1;
  return k < 2 ? 0 : static_cast<std::size_t>(std::min(k, bits) - 1);
}

}  // namespace

UniformTables::UniformTables(UniformLayout layout)
    : layout_(std::move(layout)),
      second_order_(layout_.pairs ? second_order(layout_.coordinates) : decltype(second_order_){}) {
  if (layout_.coordinates == 0)
    throw std::invalid_argument("UniformTables: coordinates is 0, but a row has at least one.");
  for (const int bits : {layout_.tail_bits_at_zero, layout_.tail_bits_at_one}) {
    if (bits != 0 && (bits < 2 || bits > 60)) {
      throw std::invalid_argument(
          fmt::format("UniformTables: tail bits are {}, but they are 0 (no tail bins) or from 2 to 60.", bits));
    }
  }
}

std::vector<CellLaw> UniformTables::laws() const {
  const std::size_t coordinates = layout_.coordinates;
  const std::string& name = layout_.name;
  std::vector<CellLaw> made;
  for (std::size_t j = 0; j < own_tables(coordinates); ++j) {
    made.push_back(uniform_law(fmt::format("{}{} in 32 bins", name, j + 1), kBins, 1));
  }
  if (coordinates > kMostOwnTables) {
    made.push_back(uniform_law(fmt::format("{}{} to {}{} in 32 bins", name, kOwnTables + 1, name, coordinates), kBins,
                               coordinates - kOwnTables));
  }
  if (layout_.tail_bits_at_zero > 0) made.push_back(tail_law(name + " near 0", layout_.tail_bits_at_zero, coordinates));
  if (layout_.tail_bits_at_one > 0) made.push_back(tail_law(name + " near 1", layout_.tail_bits_at_one, coordinates));
  if (layout_.pairs) {
    const std::string pair = name + " in 8 x 8 bins, ";
    if (coordinates >= 2) made.push_back(pair_law(pair + "neighbours (1, 2), (3, 4), ...", coordinates / 2));
    if (coordinates >= 3) {
      made.push_back(pair_law(pair + "neighbours (2, 3), (4, 5), ...", (coordinates - 1) / 2));
      made.push_back(pair_law(fmt::format("{}pairs ({}, {}), ... of a second order", pair, second_order_[0].first + 1,
                                          second_order_[0].second + 1),
                              second_order_.size()));
    }
    // Here a draw is two rows.
    made.push_back(pair_law(pair + "rows 2t and 2t + 1", coordinates));
    made.back().rows_per_draw = 2;
  }
  return made;
}

void UniformTables::add(std::span<const random::UniformPair> row, BlockState& state, Counts& counts,
                        std::size_t first_table) const {
  const std::size_t coordinates = layout_.coordinates;
  if (row.size() != coordinates) {
    throw std::invalid_argument(fmt::format(
        "UniformTables::add: row has {} entries, but the layout has {} coordinates.", row.size(), coordinates));
  }
  std::vector<std::uint64_t>* table = counts.tables.data() + first_table;
  const std::size_t own = own_tables(coordinates);
  const std::size_t after_bins = own + (own < coordinates ? 1 : 0);
  std::uint64_t* at_zero = layout_.tail_bits_at_zero > 0 ? table[after_bins].data() : nullptr;
  const std::size_t after_zero = after_bins + (at_zero != nullptr ? 1 : 0);
  std::uint64_t* at_one = layout_.tail_bits_at_one > 0 ? table[after_zero].data() : nullptr;
  const std::size_t pairs = after_zero + (at_one != nullptr ? 1 : 0);
  state.bins.resize(coordinates);
  // All entries are looked at before any is counted, so that a row is counted as a whole or not at all.
  for (std::size_t j = 0; j < coordinates; ++j) {
    const bool low = row[j].lower < row[j].upper;
    const double distance = low ? row[j].lower : row[j].upper;
    if (!(distance >= 0 && distance <= 0.5)) {
      throw std::invalid_argument(
          fmt::format("UniformTables::add: row[{}] is ({}, {}), but it must be u and 1 - u with u between 0 and 1.", j,
                      row[j].lower, row[j].upper));
    }
    const auto bin = static_cast<std::uint8_t>(std::min(15, static_cast<int>(distance * kBins)));
    state.bins[j] = low ? bin : static_cast<std::uint8_t>(kBins - 1 - bin);
  }
  for (std::size_t j = 0; j < coordinates; ++j) {
    ++table[std::min(j, own)][state.bins[j]];
    const bool low = row[j].lower < row[j].upper;
    if (at_zero != nullptr) ++at_zero[low ? tail_cell(row[j].lower, layout_.tail_bits_at_zero) : 0];
    if (at_one != nullptr) ++at_one[low ? 0 : tail_cell(row[j].upper, layout_.tail_bits_at_one)];
  }
  if (!layout_.pairs) return;
  const auto pair_cell = [](std::uint8_t first, std::uint8_t second) {
    return static_cast<std::size_t>(first >> 2) * kSide + static_cast<std::size_t>(second >> 2);
  };
  std::size_t next = pairs;
  for (std::size_t start = 0; start < 2; ++start) {
    if (coordinates < start + 2) break;
    std::vector<std::uint64_t>& cells = table[next++];
    for (std::size_t j = start; j + 1 < coordinates; j += 2) ++cells[pair_cell(state.bins[j], state.bins[j + 1])];
  }
  if (!second_order_.empty()) {
    std::vector<std::uint64_t>& cells = table[next++];
    for (const auto& [first, second] : second_order_) ++cells[pair_cell(state.bins[first], state.bins[second])];
  }
  if (state.holds_previous) {
    for (std::size_t j = 0; j < coordinates; ++j) ++table[next][pair_cell(state.previous[j], state.bins[j])];
  } else {
    state.previous.swap(state.bins);
  }
  state.holds_previous = !state.holds_previous;
}

}  // namespace gumbelcheck::statistic
