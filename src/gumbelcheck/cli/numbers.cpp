#include "gumbelcheck/cli/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/verify/plan.hpp"

namespace gumbelcheck::cli {
namespace {

[[noreturn]] void refuse(std::string_view option, std::string_view given, std::string_view rule) {
  throw std::invalid_argument(fmt::format("{} is '{}'; it must be {}.", option, report::shortened(given, 80), rule));
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<double> real_number(std::string_view text) {
  std::string_view digits = text;
  const bool plus = !digits.empty() && digits.front() == '+';
  if (plus) digits.remove_prefix(1);  // from_chars takes no plus
  if (digits.empty() || (plus && (digits.front() == '-' || digits.front() == '+'))) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end != digits.data() + digits.size() || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::strtod(std::string(digits).c_str(), nullptr);
  return value;
}

std::uint64_t count_number(std::string_view option, const std::string& text, std::uint64_t least, std::uint64_t most) {
  std::string digits = text;
  std::erase(digits, '_');
  const std::optional<double> value = real_number(digits);
  if (!value || !(*value >= static_cast<double>(least)) || *value > static_cast<double>(most) ||
      *value != std::floor(*value)) {
    refuse(option, text,
           most == kMostCount
               ? fmt::format("a whole number from {} to 2^53, such as 1000000 or 1e6", least)
               : fmt::format("a whole number from {} to {}, such as 1000 or 1e3", least, report::grouped(most)));
  }
  return static_cast<std::uint64_t>(*value);
}

unsigned thread_number(std::string_view option, const std::string& text) {
  constexpr unsigned kMost = 1024;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > kMost) {
    refuse(option, text, fmt::format("a whole number from 0 (as many as there are cores) to {}", kMost));
  }
  return value;
}

double fraction(std::string_view option, const std::string& text) {
  const std::optional<double> value = real_number(text);
  if (!value || !(*value > 0) || !(*value < 1)) refuse(option, text, "a number above 0 and below 1, such as 1e-6");
  return *value;
}

double effect_number(std::string_view option, const std::string& text) {
  const std::optional<double> value = real_number(text);
  if (!value || !(*value >= verify::kSmallestEffect) || !(*value < 1)) {
    refuse(option, text,
           fmt::format("a total variation of at least {} and below 1, such as 0.01", verify::kSmallestEffect));
  }
  return *value;
}

double seconds_number(std::string_view option, const std::string& text) {
  constexpr double kMost = 1e7;
  const std::optional<double> value = real_number(text);
  if (!value || !(*value > 0) || !(*value <= kMost)) {
    refuse(option, text, "a number of seconds above 0 and at most 1e7, such as 90");
  }
  return *value;
}

std::vector<double> temperatures(std::string_view option, const std::string& text) {
  std::vector<double> values;
  for (const std::string& part : split(text, ',')) {
    const std::optional<double> value = real_number(part);
    if (!value || !(*value > 0) || !std::isfinite(*value)) {
      refuse(option, text, "finite numbers above 0 with commas between them, such as 0.5,1");
    }
    values.push_back(*value);
  }
  return values;
}

std::uint64_t seed_number(std::string_view option, const std::string& text) {
  if (text == "random") {
    std::random_device source;
    const std::uint64_t high = source();
    return ((high << 32) | source()) >> 11;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value >= (std::uint64_t{1} << 53)) {
    refuse(option, text, "a whole number from 0 to 2^53 - 1, or `random`");
  }
  return value;
}

}  // namespace gumbelcheck::cli
