#include "gumbelcheck/cli/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::cli {

std::size_t terminal_width(int descriptor, std::size_t otherwise) {
  winsize size{};
  if (::isatty(descriptor) == 0 || ::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return otherwise;
  return size.ws_col;
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
  const std::string blank(terminal_width(STDERR_FILENO, 80) - 1, ' ');
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
  const std::size_t width = terminal_width(STDERR_FILENO, 80) - 1;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  const std::string line = report::shortened(
      fmt::format("{} of {}, {:.0f} s: {}", progress.checks_done, progress.checks, seconds, progress.now), width);
  fmt::print(stderr, "\r{}{}", line, std::string(width - report::columns_of(line), ' '));
  std::fflush(stderr);
}

}  // namespace gumbelcheck::cli
