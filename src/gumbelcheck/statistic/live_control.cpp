#include "gumbelcheck/statistic/live_control.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gumbelcheck::statistic {
namespace {

std::uint64_t total_of(const std::vector<std::uint64_t>& cells) {
  return std::accumulate(cells.begin(), cells.end(), std::uint64_t{0});
}

// The pairs table has half the draws of the others and more cells than most: it needs the most.
std::size_t weakest_table(const Engine& engine, const Counts& counts) {
  std::size_t weakest = 0;
  double largest = -1;
  for (std::size_t t = 0; t < engine.laws().size(); ++t) {
    const auto& probability = engine.laws()[t].probability;
    const auto cells = std::count_if(probability.begin(), probability.end(), [](double p) { return p > 0; });
    const double draws = static_cast<double>(total_of(counts.tables[t]));
    // n w^2 = 176 at 2 cells and 800 at 1000: the square root, and a part that does not grow. Only the order
    // of tables is used.
    const double need = (std::sqrt(static_cast<double>(cells)) + 8) / std::max(1.0, draws);
    if (engine.laws()[t].bounded && cells >= 2 && need > largest) {
      largest = need;
      weakest = t;
    }
  }
  return weakest;
}

// Splits `moved` over cells in proportion to `weight`, exactly: differences of floor(moved * running / total).
// Where moved <= total, no cell gets more than its weight.
class Shares {
 public:
  Shares(std::uint64_t moved, std::uint64_t total) : moved_(moved), total_(total) {}
  std::uint64_t next(std::uint64_t weight) {
    running_ += weight;
    // moved * running / total without overflow: quotient and remainder apart.
    const std::uint64_t upto = multiply_divide(moved_, running_, total_);
    const std::uint64_t share = upto - given_;
    given_ = upto;
    return share;
  }

 private:
  // rule  floor(a b / c) for b <= c, bit by bit: standard C++ has no 128-bit product
  static std::uint64_t multiply_divide(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    std::uint64_t quotient = 0;
    std::uint64_t remainder = 0;
    for (int bit = 63; bit >= 0; --bit) {
      quotient *= 2;
      remainder *= 2;
      if ((a >> bit) & 1) remainder += b;
      quotient += remainder / c;
      remainder %= c;
    }
    return quotient;
  }
  std::uint64_t moved_, total_, running_ = 0, given_ = 0;
};

}  // namespace

PlantedCounts plant_effect(const Engine& engine, const Counts& counts, double effect, const random::StreamId& stream) {
  PlantedCounts made{.counts = counts, .effect = 0, .table = weakest_table(engine, counts)};
  const std::vector<double>& probability = engine.laws()[made.table].probability;
  std::vector<std::uint64_t>& cells = made.counts.tables[made.table];
  const std::uint64_t total = total_of(cells);
  random::Stream words(stream);
  std::vector<bool> gives(cells.size()), best;
  std::uint64_t best_giving = 0;
  std::uint64_t best_distance = total + 1;
  for (int attempt = 0; attempt < 32; ++attempt) {
    std::uint64_t giving = 0;
    for (std::size_t k = 0; k < cells.size(); ++k) {
      gives[k] = (words() & 1) != 0;
      if (gives[k]) giving += cells[k];
    }
    if (giving == 0 || giving == total) continue;
    const std::uint64_t distance = giving > total - giving ? 2 * giving - total : total - 2 * giving;
    if (distance < best_distance) {
      best_distance = distance;
      best = gives;
      best_giving = giving;
    }
  }
  if (best.empty()) return made;  // all draws in one cell: nothing to move between
  const auto wanted = static_cast<std::uint64_t>(std::llround(effect * static_cast<double>(total)));
  if (best_giving < wanted && total - best_giving > best_giving) {
    best.flip();
    best_giving = total - best_giving;
  }
  const std::uint64_t moved = std::min(wanted, best_giving);
  Shares taken(moved, best_giving);
  Shares given(moved, total - best_giving);
  for (std::size_t k = 0; k < cells.size(); ++k) {
    if (probability[k] == 0) continue;
    if (best[k]) {
      cells[k] -= taken.next(cells[k]);
    } else {
      cells[k] += given.next(cells[k]);
    }
  }
  made.effect = static_cast<double>(moved) / static_cast<double>(total);
  return made;
}

}  // namespace gumbelcheck::statistic
