#pragma once

// Pages of reports/power and reports/calibration: pictures of what the programs there wrote. They stand with the tests,
// as the programs that make the data do: `gumbelcheck` renders what it wrote itself, and knows of no other file.

#include <filesystem>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "gumbelcheck/picture/svg.hpp"

namespace gumbelcheck::pages {

using Json = nlohmann::ordered_json;

struct Interval {
  double low = 0, high = 1;
};
// Of a share, at 99%: Clopper and Pearson. domain  of > 0
Interval share_interval(std::uint64_t seen, std::uint64_t of);

// What is drawn from one of a folder's files.
struct Part {
  const char* file;
  std::string (*sections)(const Json& data, picture::Ids& ids);
};
// rule    in this order; a part whose file is not there is left out
// throws  std::invalid_argument with a sentence that names the file, where one is not as its program writes it
std::string sections_of(const std::filesystem::path& folder, std::initializer_list<Part> parts);

// A section of a page: what is asked, how to read the answer, pictures of one size.
std::string section(std::string_view question, std::string_view how_to_read, const std::vector<std::string>& pictures);
std::string page(std::string_view title, std::string_view sentence, const std::string& sections);

// Each from the files of its folder; throws as sections_of.
std::string power_page(const std::filesystem::path& folder);
std::string calibration_page(const std::filesystem::path& folder);

}  // namespace gumbelcheck::pages
