#pragma once

// `gumbelcheck compare OLD NEW...`: verdict.json files side by side.

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gumbelcheck::cli {

struct CompareOptions {
  std::vector<std::string> files;
  std::optional<std::string> format;
  std::optional<std::string> out;
  bool all = false;
};

void add_compare(CLI::App& app, CompareOptions& options, std::function<int()>& chosen);

// rule    text, markdown, html or json; to standard output, or into a file, whole or not at all. Of the last file against
//         the one before it: 1 where something moved to refuted, 3 where a verdict became worse otherwise, else 0
// throws  std::invalid_argument with a sentence: fewer than two files or too many, a file that is no verdict.json, a
//         format that is none
int compare_command(const CompareOptions& options);

}  // namespace gumbelcheck::cli
