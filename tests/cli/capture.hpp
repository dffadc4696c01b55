#pragma once

// The program run in this process, with what it wrote.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "gumbelcheck/cli/program.hpp"

namespace gumbelcheck::cli {

struct Outcome {
  int status = -1;
  std::string out;
  std::string error;
};

inline Outcome run(const std::vector<std::string>& arguments, const char* columns = "120") {
  ::setenv("COLUMNS", columns, 1);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.status = run_program(arguments);
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.error = testing::internal::GetCapturedStderr();
  return outcome;
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace gumbelcheck::cli
