#include "gumbelcheck/report/json_values.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

nlohmann::ordered_json real(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

std::optional<double> real_from(const nlohmann::ordered_json& value) {
  if (!value.is_string()) return value.get<double>();
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  if (value == "nan") return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

std::string in_words(const nlohmann::json::exception& error) {
  if (const auto* syntax = dynamic_cast<const nlohmann::json::parse_error*>(&error)) {
    return fmt::format("it is no JSON, from byte {} on", syntax->byte);
  }
  const std::string_view words = error.what();
  constexpr std::string_view kKey = "key '";
  const std::size_t key = words.find(kKey);
  if (key != std::string_view::npos) {
    const std::string_view rest = words.substr(key + kKey.size());
    return fmt::format("the member \"{}\" is missing", shortened(rest.substr(0, rest.find('\'')), 80));
  }
  return "one of its members is of another kind than it must be";
}

}  // namespace gumbelcheck::report
