#pragma once

// One line on standard error that says how far a run is, while it is looked at.

#include <chrono>

#include "gumbelcheck/verify/verify.hpp"

namespace gumbelcheck::cli {

// rule  writes only when standard error is a terminal; rewrites its line at most ten times a second, and
//       wipes it when it goes away
class TerminalProgress {
 public:
  TerminalProgress();
  ~TerminalProgress();
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;

  verify::ProgressSink sink();  // lives no longer than this object

 private:
  void show(const verify::Progress& progress);

  bool on_terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point last_;
};

// Columns of the terminal behind a file descriptor; where there is none, those that COLUMNS names; else 80.
std::size_t terminal_width(int descriptor);

// Of standard output, within reason: 40 to 1000.
std::size_t width_of_tables();

// A terminal that shows colours, and no wish against them (NO_COLOR, TERM=dumb).
bool terminal_has_colour(int descriptor);

}  // namespace gumbelcheck::cli
