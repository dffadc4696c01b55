#pragma once

// Measurements that ctest passes on to a dashboard when a test prints them.

#include <string>

#include "gumbelcheck/claim/result.hpp"

namespace gumbelcheck::report {

// rule  <CTestMeasurement type="..." name="...">...</CTestMeasurement>, one a line: the verdict; claims by verdict;
//       and of each claim that was judged its verdict, draws, and of the check shown the effect, its upper bound and
//       log10 of E, or the error over its bound
std::string ctest_measurements(const claim::RunRecord& record);

}  // namespace gumbelcheck::report
