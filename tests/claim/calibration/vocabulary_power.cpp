// How many draws it takes to see what is wrong with a sampler of 131,072 classes: the table of proofs/statistics.md.
//
//   vocabulary_power [PATHS]     of each fault, 21 unless said otherwise; a few minutes
//
// Exit status 1 where a median is above twice the draws expected.

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <string_view>

#include "claim/vocabulary.hpp"

namespace claim_test {
namespace {

int run(std::uint32_t paths) {
  const Law right = vocabulary();
  const claim::ClassTables tables(right, "classes");
  const statistic::Engine engine(tables.laws());
  bool within = true;
  std::uint32_t number = 0;
  fmt::print("{:<42} {:>10} {:>10} {:>10}   {}\n", "fault", "median", "most", "expected", "leading at the median");
  for (const VocabularyFault& fault : vocabulary_faults(right)) {
    const QuickSampler sampler(fault.law(right));
    std::vector<Detection> seen;
    for (std::uint32_t path = 0; path < paths; ++path) {
      random::Stream stream({.seed = 11, .purpose = random::Purpose::calibration, .case_index = number, .block = path});
      const auto most = static_cast<std::uint64_t>(4 * fault.draws);
      seen.push_back(detection(tables, engine, sampler, most, 1e-12, stream));
      if (!seen.back().found) seen.back().draws *= 10;
    }
    std::sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.draws < b.draws; });
    const Detection& median = seen[seen.size() / 2];
    within = within && static_cast<double>(median.draws) <= 2 * fault.draws;
    fmt::print("{:<42} {:>10} {:>10} {:>10.3g}   {}\n", fault.name, median.draws, seen.back().draws, fault.draws,
               median.leading);
    std::fflush(stdout);
    ++number;
  }
  return within ? 0 : 1;
}

}  // namespace
}  // namespace claim_test

int main(int argc, char** argv) {
  std::uint32_t paths = 21;
  if (argc > 1) {
    const std::string_view text = argv[1];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), paths);
    if (error != std::errc() || end != text.data() + text.size() || paths == 0) {
      fmt::print(stderr, "vocabulary_power: '{}' is no number of paths; it takes one of 1 or more.\n", text);
      return 2;
    }
  }
  return claim_test::run(paths);
}
