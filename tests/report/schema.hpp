#pragma once

// Whether a verdict.json follows docs/verdict.schema.json.

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gumbelcheck::report {

using nlohmann::json;

inline const json& schema() {
  static const json document = [] {
    std::ifstream file(GUMBELCHECK_SOURCE_DIR "/docs/verdict.schema.json");
    return json::parse(file);
  }();
  return document;
}

// The part of JSON Schema that the file uses: $ref, type, required, properties, additionalProperties, items,
// enum, const, minimum, maximum, anyOf, pattern (left to the other validator).
inline void violations(const json& value, const json& rule, const std::string& where, std::vector<std::string>& found) {
  if (rule.contains("$ref")) {
    const std::string name = rule["$ref"].get<std::string>().substr(std::string("#/$defs/").size());
    violations(value, schema()["$defs"].at(name), where, found);
    return;
  }
  const auto is = [&](const std::string& type) {
    return type == "integer"  ? value.is_number_integer()
           : type == "number" ? value.is_number()
                              : type == value.type_name();
  };
  if (rule.contains("type") && !is(rule["type"])) found.push_back(where + " is no " + rule["type"].dump());
  if (rule.contains("const") && value != rule["const"]) found.push_back(where + " is not " + rule["const"].dump());
  if (rule.contains("enum") && std::find(rule["enum"].begin(), rule["enum"].end(), value) == rule["enum"].end()) {
    found.push_back(where + " is none of " + rule["enum"].dump());
  }
  if (rule.contains("minimum") && value.is_number() && value < rule["minimum"])
    found.push_back(where + " is too small");
  if (rule.contains("maximum") && value.is_number() && value > rule["maximum"])
    found.push_back(where + " is too large");
  if (rule.contains("anyOf")) {
    bool any = false;
    for (const json& branch : rule["anyOf"]) {
      std::vector<std::string> own;
      violations(value, branch, where, own);
      any = any || own.empty();
    }
    if (!any) found.push_back(where + " fits no branch of anyOf");
  }
  if (value.is_object()) {
    for (const json& name : rule.value("required", json::array())) {
      if (!value.contains(name.get<std::string>())) found.push_back(where + " lacks " + name.dump());
    }
    for (const auto& [name, member] : value.items()) {
      const json properties = rule.value("properties", json::object());
      const std::string path = where + "/" + name;
      if (properties.contains(name)) {
        violations(member, properties[name], path, found);
      } else if (rule.contains("additionalProperties") && rule["additionalProperties"].is_object()) {
        violations(member, rule["additionalProperties"], path, found);
      } else if (rule.contains("additionalProperties") && rule["additionalProperties"] == false) {
        found.push_back(path + " is not in the schema");
      }
    }
  }
  if (value.is_array() && rule.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      violations(value[i], rule["items"], where + "/" + std::to_string(i), found);
    }
  }
}

// "" where the text follows docs/verdict.schema.json.
inline std::string first_violation(const std::string& verdict) {
  std::vector<std::string> found;
  violations(json::parse(verdict), schema(), "", found);
  return found.empty() ? "" : found.front();
}

}  // namespace gumbelcheck::report
