#include "gumbelcheck/claim/stream_cases.hpp"

#include <fmt/format.h>

namespace gumbelcheck::claim {

LogitsSet stream_logits(const Request& request, const Path& path, std::size_t batch) {
  if (path.operation == subject::Operation::gumbel) return no_logits();
  LogitsSet set = spread_logits(request.seed, 4, 1.5);
  if (batch == 1) return set;
  // Equal logits in every row: only then would shared noise show as equal results.
  const std::vector<double> row = set.values;
  set.shape = {batch, row.size()};
  set.label = fmt::format("{} equal rows of {} classes", batch, row.size());
  for (std::size_t b = 1; b < batch; ++b) set.values.insert(set.values.end(), row.begin(), row.end());
  return set;
}

statistic::UniformTables dependence_tables(std::size_t coordinates) {
  return statistic::UniformTables({.coordinates = coordinates, .tail_bits_at_zero = 0, .tail_bits_at_one = 0});
}

std::string missing_random_path(const subject::Description& description) {
  if (judged_dtypes(description).empty()) return "The subject offers neither float32 nor float64.";
  return random_paths(description).empty() ? "The subject offers no random operation." : "";
}

std::string missing_seeds_of_any_dtype(const subject::Description& description) {
  if (random_paths(description).empty()) return "The subject offers no random operation.";
  return description.seeding == subject::Seeding::none ? "The subject takes no seed." : "";
}

std::string missing_seeds(const subject::Description& description) {
  if (std::string missing = missing_random_path(description); !missing.empty()) return missing;
  return description.seeding == subject::Seeding::none ? "The subject takes no seed." : "";
}

}  // namespace gumbelcheck::claim
