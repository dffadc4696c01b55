#pragma once

// JSON as every file of this program has it. JSON has no infinity and no NaN: those are the texts "inf", "-inf", "nan".

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace gumbelcheck::report {

nlohmann::ordered_json real(double value);
// nullopt for another text; throws the library's own errors for what is neither a number nor text
std::optional<double> real_from(const nlohmann::ordered_json& value);

// What the parser found wrong, without the parser's own words.
std::string in_words(const nlohmann::json::exception& error);

}  // namespace gumbelcheck::report
