#include "gumbelcheck/report/write_reports.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include "gumbelcheck/report/html.hpp"
#include "gumbelcheck/report/junit.hpp"
#include "gumbelcheck/report/markdown.hpp"
#include "gumbelcheck/report/read_verdict.hpp"
#include "gumbelcheck/report/verdict_json.hpp"

namespace gumbelcheck::report {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

// POSIX and not a stream: a stream does not say why it failed, and a full disk may show only at close.
// 0, or the errno of the first step that failed.
int written(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return errno;
  int error = 0;
  while (error == 0 && !text.empty()) {
    const ssize_t taken = ::write(file, text.data(), text.size());
    if (taken >= 0) {
      text.remove_prefix(static_cast<std::size_t>(taken));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (::close(file) != 0 && error == 0) error = errno;
  return error;
}

}  // namespace

void prepare_directory(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!std::filesystem::is_directory(directory)) {
    const std::string why = error ? error.message() : "something else has that name";
    throw std::invalid_argument(
        fmt::format("The folder for the reports, '{}', cannot be made: {}.", directory.string(), why));
  }
  if (::access(directory.c_str(), W_OK | X_OK) != 0) {
    throw std::invalid_argument(
        fmt::format("The folder for the reports, '{}', cannot be written to: {}.", directory.string(), reason(errno)));
  }
}

void write_whole(const std::filesystem::path& path, std::string_view text) {
  const std::string temporary = fmt::format("{}.{}.tmp", path.string(), ::getpid());
  int error = written(temporary, text);
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    throw std::runtime_error(fmt::format("'{}' cannot be written: {}.", path.string(), reason(error)));
  }
}

void write_reports(const claim::RunRecord& record, const std::filesystem::path& directory,
                   const ExpectedOutcome* expected) {
  prepare_directory(directory);
  const std::string json = verdict_json(record, expected);
  // The file is the only source: what `gumbelcheck report` renders from it later is the same.
  const ReadVerdict read = read_verdict(json, "verdict.json");
  const ExpectedOutcome* const outcome = read.expected ? &*read.expected : nullptr;
  write_whole(directory / "verdict.json", json);
  write_whole(directory / "junit.xml", junit_xml(read.record, outcome));
  write_whole(directory / "report.md", markdown(read.record, outcome));
  write_whole(directory / "report.html", html(read.record, outcome));
}

}  // namespace gumbelcheck::report
