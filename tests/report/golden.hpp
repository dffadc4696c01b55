#pragma once

// Files that a rendering must equal, byte for byte. GUMBELCHECK_WRITE_GOLDEN=1 writes what was rendered in
// their place: look at the difference before it is committed.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace gumbelcheck::report {

inline void expect_golden(const std::string& name, const std::string& rendered) {
  const std::string path = GUMBELCHECK_TEST_DATA "/report/" + name;
  if (std::getenv("GUMBELCHECK_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << rendered;
    FAIL() << path << " was written; run again without GUMBELCHECK_WRITE_GOLDEN";
  }
  std::ifstream stream(path, std::ios::binary);
  const std::string golden{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_EQ(golden, rendered);
}

}  // namespace gumbelcheck::report
