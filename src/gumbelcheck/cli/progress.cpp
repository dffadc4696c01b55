#include "gumbelcheck/cli/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::cli {

std::size_t terminal_width(int descriptor) {
  constexpr std::size_t kUnknown = 80;
  winsize size{};
  if (::isatty(descriptor) != 0 && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) return size.ws_col;
  const char* told = std::getenv("COLUMNS");
  if (told == nullptr) return kUnknown;
  std::size_t columns = 0;
  const auto [end, error] = std::from_chars(told, told + std::strlen(told), columns);
  return error == std::errc() && *end == '\0' && columns > 0 ? columns : kUnknown;
}

std::size_t width_of_tables() {
  constexpr std::size_t kLeast = 40;
  constexpr std::size_t kMost = 1000;
  return std::clamp(terminal_width(STDOUT_FILENO), kLeast, kMost);
}

bool terminal_has_colour(int descriptor) {
  const char* unwanted = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  return ::isatty(descriptor) != 0 && (unwanted == nullptr || *unwanted == '\0') && kind != nullptr &&
         std::string_view(kind) != "dumb";
}

TerminalProgress::TerminalProgress()
    : on_terminal_(::isatty(STDERR_FILENO) != 0), started_(std::chrono::steady_clock::now()), last_(started_) {}

TerminalProgress::~TerminalProgress() {
  if (!shown_) return;
  const std::string blank(terminal_width(STDERR_FILENO) - 1, ' ');
  fmt::print(stderr, "\r{}\r", blank);
  std::fflush(stderr);
}

verify::ProgressSink TerminalProgress::sink() {
  if (!on_terminal_) return {};
  return [this](const verify::Progress& progress) { show(progress); };
}

void TerminalProgress::show(const verify::Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (shown_ && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  shown_ = true;
  const std::size_t width = terminal_width(STDERR_FILENO) - 1;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  const std::string line = report::shortened(
      fmt::format("{} of {}, {:.0f} s: {}", progress.checks_done, progress.checks, seconds, progress.now), width);
  fmt::print(stderr, "\r{}{}", line, std::string(width - report::columns_of(line), ' '));
  std::fflush(stderr);
}

}  // namespace gumbelcheck::cli
