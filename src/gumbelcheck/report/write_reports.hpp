#pragma once

// The four files of a run.

#include <filesystem>
#include <string_view>

#include "gumbelcheck/claim/result.hpp"
#include "gumbelcheck/report/expected.hpp"

namespace gumbelcheck::report {

// rule    makes the folder with its parents where it is not there
// throws  std::invalid_argument with a sentence when it cannot be made, is not a folder or cannot be written to
void prepare_directory(const std::filesystem::path& directory);

// rule    verdict.json, junit.xml, report.md, report.html; each whole or not at all, the older file standing until then
// throws  std::invalid_argument as prepare_directory; std::runtime_error with a sentence when a
//         file cannot be written (full disk, no permission)
void write_reports(const claim::RunRecord& record, const std::filesystem::path& directory,
                   const ExpectedOutcome* expected = nullptr);

// rule    writes a temporary file beside `path`, then renames it over `path`
// throws  std::runtime_error with a sentence; the temporary file is gone then
void write_whole(const std::filesystem::path& path, std::string_view text);

}  // namespace gumbelcheck::report
