#pragma once

// verdict.json back into a record, so that every other format can be rendered from the file alone.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "gumbelcheck/claim/result.hpp"
#include "gumbelcheck/report/expected.hpp"

namespace gumbelcheck::report {

struct ReadVerdict {
  claim::RunRecord record;
  // How the run compared with a list of expected findings; its pointers point into `record`.
  std::optional<ExpectedOutcome> expected = {};

  ReadVerdict() = default;
  ReadVerdict(ReadVerdict&&) = default;  // the checks stay where they are
  ReadVerdict& operator=(ReadVerdict&&) = default;
  ReadVerdict(const ReadVerdict&) = delete;
  ReadVerdict& operator=(const ReadVerdict&) = delete;
};

// rule    what verdict_json writes; members that an older program did not write are as if they were empty, and members
//         that are not known are passed over
// throws  std::invalid_argument with a sentence that names `origin`: text that is no JSON, another schema, a member
//         that is missing or of another type
ReadVerdict read_verdict(std::string_view json, std::string_view origin);
ReadVerdict read_verdict_file(const std::filesystem::path& file);

// The member "subject".
subject::Description description_from(const nlohmann::ordered_json& described);

}  // namespace gumbelcheck::report
