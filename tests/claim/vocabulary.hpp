#pragma once

// A vocabulary, what may go wrong with a sampler of it, and how many draws it takes to see that: on counts drawn from
// the faulty law, so no subject takes part.

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/class_tables.hpp"
#include "gumbelcheck/law/softmax.hpp"
#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/statistic/sequential.hpp"

namespace claim_test {

using namespace gumbelcheck;

using Law = std::vector<double>;

inline Law vocabulary(std::size_t classes = 131072) {
  return law::softmax_double(claim::model_like_logits(1, classes).values, 1.0);
}

inline Law scaled_to_one(Law law) {
  double sum = 0;
  for (const double p : law) sum += p;
  for (double& p : law) p /= sum;
  return law;
}

template <class Change>  // (class, probability) -> weight
Law changed(const Law& law, const Change& change) {
  Law made(law.size());
  for (std::size_t k = 0; k < law.size(); ++k) made[k] = change(k, law[k]);
  return scaled_to_one(std::move(made));
}

// The 512 neighbouring classes whose mass is the median of all such blocks.
inline std::size_t usual_block(const Law& law) {
  std::vector<std::pair<double, std::size_t>> blocks;
  for (std::size_t first = 0; first + 512 <= law.size(); first += 512) {
    double mass = 0;
    for (std::size_t k = first; k < first + 512; ++k) mass += law[k];
    blocks.emplace_back(mass, first);
  }
  std::sort(blocks.begin(), blocks.end());
  return blocks[blocks.size() / 2].second;
}

// The class whose probability is nearest to .001, by ratio.
inline std::size_t one_in_a_thousand(const Law& law) {
  const auto distance = [](double p) { return std::fabs(std::log(p / .001)); };
  return static_cast<std::size_t>(
      std::min_element(law.begin(), law.end(), [&](double a, double b) { return distance(a) < distance(b); }) -
      law.begin());
}

struct VocabularyFault {
  std::string name;
  std::function<Law(const Law&)> law;
  double draws;  // at which a median path is expected to be refuted at 1e-12, by earlier measurements or a formula
};

inline std::vector<VocabularyFault> vocabulary_faults(const Law& right) {
  const double lost = right[one_in_a_thousand(right)];
  return {
      {"ids shifted by one",
       [](const Law& law) {
         Law shifted = law;
         std::rotate(shifted.begin(), shifted.end() - 1, shifted.end());
         return shifted;
       },
       20},
      {"classes below 1e-6 lost",
       [](const Law& law) { return changed(law, [](std::size_t, double p) { return p < 1e-6 ? 0 : p; }); }, 4.6e3},
      {"a block of 512 ids dropped",
       [](const Law& law) {
         const std::size_t first = usual_block(law);
         return changed(law, [first](std::size_t k, double p) { return k - first < 512 ? 0 : p; });
       },
       4.3e4},
      {"one class of .001 lost",
       [](const Law& law) {
         const std::size_t lost_class = one_in_a_thousand(law);
         return changed(law, [lost_class](std::size_t k, double p) { return k == lost_class ? 0 : p; });
       },
       44 / lost},
      {"temperature x 1.01",
       [](const Law& law) { return changed(law, [](std::size_t, double p) { return std::pow(p, 1 / 1.01); }); }, 1e5},
      {"every class 4% up or down",
       [](const Law& law) {
         random::Stream signs({.seed = 4, .purpose = random::Purpose::calibration});
         return changed(law, [&signs](std::size_t, double p) { return p * ((signs() & 1) == 0 ? 1.04 : 0.96); });
       },
       4e5},
      {"logits in bfloat16",
       [](const Law& law) {
         // The logits of this vocabulary have the mean 0.
         double mean = 0;
         for (const double p : law) mean += std::log(p) / static_cast<double>(law.size());
         return changed(law, [mean](std::size_t, double p) {
           const double logit = std::log(p) - mean;
           const double step = std::ldexp(1.0, std::ilogb(logit) - 7);  // of eight significant bits
           return std::exp(std::round(logit / step) * step);
         });
       },
       5e6},
      {"float32 running sum, in the order of ids",
       [](const Law& law) {
         Law found(law.size());
         float sum = 0;
         for (std::size_t k = 0; k < law.size(); ++k) {
           const float before = sum;
           sum += static_cast<float>(law[k]);
           found[k] = static_cast<double>(sum) - static_cast<double>(before);
         }
         return scaled_to_one(std::move(found));
       },
       8e5},
  };
}

// Draws of a law by its running sum, found through a table of where each of 2^17 equal parts begins.
class QuickSampler {
 public:
  explicit QuickSampler(const Law& law) {
    double sum = 0;
    for (const double p : law) sums_.push_back(sum += p);
    std::size_t k = 0;
    for (std::size_t part = 0; part < kParts; ++part) {
      while (k + 1 < sums_.size() && sums_[k] <= sum * static_cast<double>(part) / kParts) ++k;
      starts_.push_back(k);
    }
  }
  std::size_t operator()(random::Stream& stream) const {
    const std::uint64_t word = stream();
    const double target = sums_.back() * (static_cast<double>(word >> 11) + .5) * 0x1p-53;
    std::size_t k = starts_[word >> (64 - kBits)];
    while (sums_[k] <= target && k + 1 < sums_.size()) ++k;
    return k;
  }

 private:
  static constexpr int kBits = 17;
  static constexpr std::size_t kParts = std::size_t{1} << kBits;
  std::vector<double> sums_;
  std::vector<std::size_t> starts_;
};

struct Detection {
  bool found = false;
  std::uint64_t draws = 0;
  double largest_log_e = 0;
  std::string leading;
};

// Draws from `sampler` are counted as `tables` does and looked at by the schedule until E reaches 1/alpha.
inline Detection detection(const claim::ClassTables& tables, const statistic::Engine& engine,
                           const QuickSampler& sampler, std::uint64_t most, double alpha, random::Stream& stream) {
  Detection seen;
  statistic::Counts counts = engine.empty();
  for (const std::uint64_t look : statistic::look_schedule(most)) {
    for (; counts.rows < look; ++counts.rows) tables.add(sampler(stream), counts, 0);
    const statistic::LogE found = engine.log_e(counts);
    seen.draws = look;
    if (found.lower > seen.largest_log_e) seen.leading = found.leading;
    seen.largest_log_e = std::max(seen.largest_log_e, found.lower);
    seen.found = found.lower >= -std::log(alpha);
    if (seen.found) break;
  }
  return seen;
}

}  // namespace claim_test
