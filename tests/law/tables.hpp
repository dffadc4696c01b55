#pragma once

// Reads the tables of tests/data/law: inputs are decimal strings for doubles, results decimal strings of 45 digits.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gumbelcheck/law/real.hpp"

namespace gumbelcheck::law {

inline nlohmann::json table(const std::string& name) {
  return nlohmann::json::parse(std::ifstream(GUMBELCHECK_TEST_DATA "/law/" + name + ".json"));
}

inline double input(const nlohmann::json& text) { return std::strtod(text.get<std::string>().c_str(), nullptr); }

inline std::vector<double> inputs(const nlohmann::json& texts) {
  std::vector<double> values;
  for (const auto& text : texts) values.push_back(input(text));
  return values;
}

inline Real result(const nlohmann::json& text) {
  const auto digits = text.get<std::string>();
  if (digits == "-inf") return -std::numeric_limits<Real>::infinity();
  if (digits == "inf") return std::numeric_limits<Real>::infinity();
  return Real(digits);
}

// Equal within kRealError of `scale`; infinities exactly.
inline testing::AssertionResult near(const Real& found, const Real& expected, const Real& scale) {
  if (found == expected) return testing::AssertionSuccess();
  const Real error = abs(found - expected);
  if (error <= kRealError * abs(scale)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "found " << found.str(40) << ", expected " << expected.str(40) << ": off by "
                                     << error.str(3) << "; " << kRealError << " of " << Real(abs(scale)).str(3)
                                     << " are allowed";
}

inline testing::AssertionResult near(const Real& found, const Real& expected) {
  return near(found, expected, expected);
}

inline Real largest_magnitude(const std::vector<double>& values) {
  Real largest = 0;
  for (const double value : values) {
    if (std::isfinite(value) && abs(Real(value)) > largest) largest = abs(Real(value));
  }
  return largest;
}

}  // namespace gumbelcheck::law
