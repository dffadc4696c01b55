#include "gumbelcheck/cli/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numbers>
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

namespace {

// "999", "12.3k", "4.56M".
std::string compact(double value) {
  const char* unit = "";
  for (const char* larger : {"k", "M", "G", "T"}) {
    if (value < 999.5) break;
    value /= 1000;
    unit = larger;
  }
  return report::number(value, 3) + unit;
}

std::string duration_text(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", std::ceil(seconds));
  if (seconds < 90 * 60) return fmt::format("{:.0f} min", std::ceil(seconds / 60));
  return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

std::string progress_text(const verify::Progress& progress, double seconds) {
  const auto done = static_cast<double>(progress.checks_done), checks = static_cast<double>(progress.checks);
  std::string text = fmt::format("{} of {}", progress.checks_done, progress.checks);
  if (progress.claims > 0) {
    text += fmt::format(" checks ({} of {})", progress.claims_done, report::counted(progress.claims, "claim"));
  }
  if (seconds >= 5 && done > 0 && done < checks && 20 * done >= checks) {
    text += fmt::format(", about {} left", duration_text(seconds / done * (checks - done)));
  } else {
    text += fmt::format(", {:.0f} s", seconds);
  }
  if (progress.refuted > 0) text += fmt::format(", {} refuted", progress.refuted);
  if (std::isinf(progress.largest_log_e)) {
    text += ", E infinite";
  } else if (progress.largest_log_e > 0) {
    text += fmt::format(", E up to 1e{:.1f}", progress.largest_log_e / std::numbers::ln10);
  }
  if (progress.draws > 0) {
    text += fmt::format(", {} draws", compact(static_cast<double>(progress.draws)));
    if (seconds >= 1) text += fmt::format(" at {}/s", compact(static_cast<double>(progress.draws) / seconds));
  }
  return text;
}

bool Pace::due(double seconds) {
  if (seconds < next_) return false;
  next_ = seconds + every_;
  return true;
}

TerminalProgress::TerminalProgress()
    : on_terminal_(::isatty(STDERR_FILENO) != 0),
      started_(std::chrono::steady_clock::now()),
      pace_(on_terminal_ ? .1 : 60, on_terminal_) {}

TerminalProgress::~TerminalProgress() {
  if (!shown_ || !on_terminal_) return;
  const std::string blank(terminal_width(STDERR_FILENO) - 1, ' ');
  fmt::print(stderr, "\r{}\r", blank);
  std::fflush(stderr);
}

verify::ProgressSink TerminalProgress::sink() {
  return [this](const verify::Progress& progress) { show(progress); };
}

void TerminalProgress::show(const verify::Progress& progress) {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  if (!pace_.due(seconds)) return;
  shown_ = true;
  const std::string text = fmt::format("{}: {}", progress_text(progress, seconds), progress.now);
  if (!on_terminal_) {
    constexpr std::size_t kLongestLine = 200;
    fmt::print(stderr, "gumbelcheck: {}\n", report::shortened(text, kLongestLine));
    std::fflush(stderr);
    return;
  }
  const std::size_t width = terminal_width(STDERR_FILENO) - 1;
  const std::string line = report::shortened(text, width);
  fmt::print(stderr, "\r{}{}", line, std::string(width - report::columns_of(line), ' '));
  std::fflush(stderr);
}

}  // namespace gumbelcheck::cli
