#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

namespace gumbelcheck::statistic {

// Made by tests/data/statistic/make_engine_tables.py, with 50 digits and more.
inline const nlohmann::json& tables() {
  static const nlohmann::json read =
      nlohmann::json::parse(std::ifstream(GUMBELCHECK_TEST_DATA "/statistic/engine_tables.json"));
  return read;
}

}  // namespace gumbelcheck::statistic
