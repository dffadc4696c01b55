#pragma once

// Counts drawn from a law, one binomial a cell: a plain oracle that shares nothing with the engine.
//
// error  Boost.Random's binomial distribution inverts or rejects on doubles: its law is right to a few 1e-16,
//        far below what any number of paths here could see

#include <algorithm>
#include <boost/random/binomial_distribution.hpp>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::statistic {

inline random::Stream calibration_stream(std::uint32_t case_index, std::uint32_t block) {
  return random::Stream({.seed = 20240229,
                         .purpose = random::Purpose::calibration,
                         .claim = 1,
                         .case_index = case_index,
                         .block = block});
}

class Sampler {
 public:
  explicit Sampler(std::span<const double> probability) {
    // Each cell's share of what it and all later cells have: conditional probabilities of the chain of binomials.
    std::vector<double> left(probability.size());
    std::inclusive_scan(probability.rbegin(), probability.rend(), left.rbegin());
    for (std::size_t k = 0; k < probability.size(); ++k) {
      share_.push_back(left[k] > 0 ? std::min(1.0, probability[k] / left[k]) : 0);
    }
  }
  void add(std::vector<std::uint64_t>& cells, std::uint64_t draws, random::Stream& stream) const {
    for (std::size_t k = 0; k < share_.size() && draws > 0; ++k) {
      std::uint64_t here = draws;
      if (k + 1 < share_.size()) {
        boost::random::binomial_distribution<std::int64_t> binomial(static_cast<std::int64_t>(draws), share_[k]);
        here = static_cast<std::uint64_t>(binomial(stream));
      }
      cells[k] += here;
      draws -= here;
    }
  }

 private:
  std::vector<double> share_;
};

}  // namespace gumbelcheck::statistic
