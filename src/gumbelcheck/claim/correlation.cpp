#include "gumbelcheck/claim/correlation.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gumbelcheck::claim {

namespace {

// 2 u - 1, from whichever half resolves it.
std::vector<double> centred(const std::vector<random::UniformPair>& uniforms) {
  std::vector<double> made;
  made.reserve(uniforms.size());
  for (const random::UniformPair& u : uniforms) made.push_back(u.lower - u.upper);
  return made;
}

}  // namespace

RowCorrelations::RowCorrelations(std::size_t batch)
    : batch_(batch), sums_(batch * kMostLater), pairs_(batch * kMostLater) {}

void RowCorrelations::add(const UniformRows::Block& block) {
  const std::vector<double> values = centred(block.uniforms);
  const std::size_t rows = values.size() / block.coordinates;
  for (std::size_t b = 0; b < batch_; ++b) {
    for (std::size_t later = 1; later <= kMostLater; ++later) {
      double sum = 0;
      std::uint64_t pairs = 0;
      for (std::size_t row = b; row + later < rows; row += batch_, ++pairs) {
        const double* const one = values.data() + row * block.coordinates;
        const double* const other = one + later * block.coordinates;
        for (std::size_t c = 0; c < block.coordinates; ++c) sum += one[c] * other[c];
      }
      sums_[b * kMostLater + later - 1] += 3 * sum;
      pairs_[b * kMostLater + later - 1] += pairs * block.coordinates;
    }
  }
}

Exhibit RowCorrelations::exhibit() const {
  Exhibit made{.kind = "rows",
               .title = "each row and the rows after it",
               .columns = {{"row", {}}, {"later", {}}, {"correlation", {}}, {"pairs", {}}}};
  for (std::size_t k = 0; k < sums_.size(); ++k) {
    if (pairs_[k] == 0) continue;
    const auto pairs = static_cast<double>(pairs_[k]);
    made.columns[0].values.push_back(static_cast<double>(k / kMostLater));
    made.columns[1].values.push_back(static_cast<double>(k % kMostLater + 1));
    made.columns[2].values.push_back(sums_[k] / pairs);
    made.columns[3].values.push_back(pairs);
  }
  return made;
}

SeedCorrelations::SeedCorrelations(std::uint64_t seed, int bits) {
  kept_.push_back({.seed = seed});
  for (int bit = 0; bit < bits; ++bit) {
    if (bit > 3 && bit % 8 != 0) continue;
    kept_.push_back({.seed = seed ^ (std::uint64_t{1} << bit), .bit = static_cast<double>(bit + 1)});
  }
}

void SeedCorrelations::add(std::uint64_t seed, const UniformRows::Block& block) {
  const auto place = std::ranges::find(kept_, seed, &Kept::seed);
  if (place != kept_.end()) place->centred = centred(block.uniforms);
}

std::optional<Exhibit> SeedCorrelations::exhibit() const {
  Exhibit made{.kind = "seeds",
               .title = fmt::format("seed {} and seeds that differ in a bit", kept_.front().seed),
               .columns = {{"bit", {}}, {"other_bit", {}}, {"correlation", {}}, {"pairs", {}}}};
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    for (std::size_t j = i + 1; j < kept_.size(); ++j) {
      const std::vector<double>& one = kept_[i].centred;
      const std::vector<double>& other = kept_[j].centred;
      if (one.empty() || one.size() != other.size()) continue;
      double sum = 0;
      for (std::size_t k = 0; k < one.size(); ++k) sum += one[k] * other[k];
      const auto pairs = static_cast<double>(one.size());
      made.columns[0].values.push_back(kept_[i].bit);
      made.columns[1].values.push_back(kept_[j].bit);
      made.columns[2].values.push_back(3 * sum / pairs);
      made.columns[3].values.push_back(pairs);
    }
  }
  if (made.columns.front().values.empty()) return std::nullopt;
  return made;
}

}  // namespace gumbelcheck::claim
