#pragma once

// Numbers as people type them. Every function throws std::invalid_argument with a sentence that names the
// option, what was given and what is allowed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gumbelcheck::cli {

// rule    the whole text as a decimal number; "inf", "-inf" and "nan" in any case, with or without sign;
//         nullopt when it is no number. Out of range: infinity, or 0 where it is too small, as IEEE rounds.
std::optional<double> real_number(std::string_view text);

inline constexpr std::uint64_t kMostCount = std::uint64_t{1} << 53;

// "1000000", "1e6", "1_000_000": a whole number from `least` to `most`
std::uint64_t count_number(std::string_view option, const std::string& text, std::uint64_t least = 1,
                           std::uint64_t most = kMostCount);

// a rate or a size: above 0 and below 1
double fraction(std::string_view option, const std::string& text);

// a total variation that some number of draws sees: from verify::kSmallestEffect to below 1
double effect_number(std::string_view option, const std::string& text);

// 0 (as many as there are cores) to 1024
unsigned thread_number(std::string_view option, const std::string& text);

// A time: above 0 and at most 10 million seconds (some 115 days)
double seconds_number(std::string_view option, const std::string& text);

// "0.5,1": finite and above 0
std::vector<double> temperatures(std::string_view option, const std::string& text);

// 0 to 2^53 - 1: what every subject of the protocol can take; "random" draws one from the system
std::uint64_t seed_number(std::string_view option, const std::string& text);

std::vector<std::string> split(std::string_view text, char separator);  // parts trimmed, empty ones kept

}  // namespace gumbelcheck::cli
