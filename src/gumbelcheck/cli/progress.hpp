#pragma once

// One line on standard error that says how far a run is, while it is looked at.

#include <chrono>
#include <string>

#include "gumbelcheck/verify/verify.hpp"

namespace gumbelcheck::cli {

// "120 of 461 checks (12 of 33 claims), about 3 min left, 1 refuted, E up to 1e14.2, 12.3M draws at 410k/s".
// rule  the time left is said after five seconds and a twentieth of the checks, as if they took a like time each; draws a
//       second after one second; evidence once it is above 1. What is not counted is left out
std::string progress_text(const verify::Progress& progress, double seconds);

// When a line is due, at most one each `every` seconds. `at_once`: the first immediately, else after as long.
class Pace {
 public:
  Pace(double every, bool at_once) : every_(every), next_(at_once ? 0 : every) {}
  bool due(double seconds);  // domain  not falling from call to call

 private:
  double every_, next_;
};

// rule  on a terminal rewrites its line at most ten times a second, and wipes it when it goes away; elsewhere writes a
//       line each minute, so that a short run is silent and a job that takes long is not taken for one that hangs
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
  Pace pace_;
};

// Columns of the terminal behind a file descriptor; where there is none, those that COLUMNS names; else 80.
std::size_t terminal_width(int descriptor);

// Of standard output, within reason: 40 to 1000.
std::size_t width_of_tables();

// A terminal that shows colours, and no wish against them (NO_COLOR, TERM=dumb).
bool terminal_has_colour(int descriptor);

}  // namespace gumbelcheck::cli
