#pragma once

// What the claims about streams share: which paths they take, with which logits, and where dependence is
// counted.

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"
#include "gumbelcheck/statistic/uniform_tables.hpp"

namespace gumbelcheck::claim {

inline constexpr double kStreamTemperature = 1;

// Logits of the harness's own: few classes, none of them rare, `batch` equal rows of them. None for noise.
LogitsSet stream_logits(const Request& request, const Path& path, std::size_t batch);

// Tables of 32 bins and of pairs. Only dependence is looked for: the tails of a uniform are the laws'
// business, and near 1 a dtype ties.
statistic::UniformTables dependence_tables(std::size_t coordinates);

// "" when something random is offered (and takes seeds), else the sentence that says that it is not.
std::string missing_random_path(const subject::Description& description);
std::string missing_seeds(const subject::Description& description);
std::string missing_seeds_of_any_dtype(const subject::Description& description);

}  // namespace gumbelcheck::claim
