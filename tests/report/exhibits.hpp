#pragma once

// Records with everything that pictures are drawn from.

#include <cmath>

#include "report/record.hpp"

namespace gumbelcheck::report {

inline claim::Exhibit exhibit_of(const std::string& kind, const std::string& title, std::size_t cells) {
  std::vector<double> expected(cells, 1 / static_cast<double>(cells)), counted;
  for (std::size_t k = 0; k < cells; ++k) counted.push_back(100 + static_cast<double>(k * 7 % 13));
  return {.kind = kind, .title = title, .columns = {{"expected", expected}, {"counted", counted}}};
}

inline claim::Exhibit looks() {
  return {.kind = "looks",
          .title = "evidence at each look",
          .columns = {{"draws", {16, 32, 64, 128}},
                      {"log_e", {-1.25, 3, 40, HUGE_VAL}},
                      {"effect", {.5, .25, .125, 0}},
                      {"effect_high", {1, 1, .75, .5}}}};
}

inline claim::RunRecord with_exhibits(claim::RunRecord record = small_record()) {
  const std::string title = record.description.name == "sampler" ? "classes <b>" : record.description.name;
  for (claim::ClaimResult& result : record.claims) {
    double temperature = .25;
    for (claim::CheckResult& check : result.checks) {
      check.tried.temperature = temperature *= 2;
      check.exhibits = {exhibit_of("cells", title, 5),
                        exhibit_of("bins", "U1 in 32 bins", 32),
                        exhibit_of("tail", "U near 0", 22),
                        exhibit_of("squares", "U in 8 x 8 bins", 64),
                        exhibit_of("simplex", "three classes", 400),
                        looks()};
    }
  }
  return record;
}

// As many claims, of every verdict, each with checks and something to look at.
inline claim::RunRecord many_claims(std::size_t count) {
  claim::RunRecord record = small_record();
  const std::vector<claim::ClaimResult> some = with_exhibits().claims;
  record.claims.clear();
  for (std::size_t i = 0; i < count; ++i) {
    record.claims.push_back(some[i % some.size()]);
    record.claims.back().sheet.id += "-" + std::to_string(i);
    for (claim::CheckResult& check : record.claims.back().checks) check.tried.claim = record.claims.back().sheet.id;
  }
  record.budget.checks = 2 * count;
  return record;
}

}  // namespace gumbelcheck::report
