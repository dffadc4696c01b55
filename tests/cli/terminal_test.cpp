// On a terminal: progress while it works, gone when it ends; colours unless they are not wanted; the width
// that the terminal has.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "cli/capture.hpp"
#include "gumbelcheck/cli/progress.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::cli {
namespace {

// Runs the program with both outputs on a terminal of this many columns; what a person would have seen.
std::string on_terminal(const std::vector<std::string>& arguments, unsigned short columns) {
  int controller = -1;
  int terminal = -1;
  winsize size{};
  size.ws_col = columns;
  size.ws_row = 24;
  if (::openpty(&controller, &terminal, nullptr, nullptr, &size) != 0) return "no terminal";
  std::fflush(stdout);
  std::fflush(stderr);
  const int out = ::dup(STDOUT_FILENO);
  const int error = ::dup(STDERR_FILENO);
  ::dup2(terminal, STDOUT_FILENO);
  ::dup2(terminal, STDERR_FILENO);
  std::string seen;
  std::jthread reader([&](const std::stop_token& stop) {
    char block[4096];
    while (true) {
      pollfd waiting{.fd = controller, .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 20) > 0) {
        const ssize_t got = ::read(controller, block, sizeof block);
        if (got > 0) seen.append(block, static_cast<std::size_t>(got));
      } else if (stop.stop_requested()) {
        return;
      }
    }
  });
  run_program(arguments);
  std::fflush(stdout);
  reader.request_stop();
  reader.join();
  ::dup2(out, STDOUT_FILENO);
  ::dup2(error, STDERR_FILENO);
  for (const int descriptor : {controller, terminal, out, error}) ::close(descriptor);
  return seen;
}

const std::vector<std::string> kRun = {"verify", "--claims", "softmax/*", "--logits", "0,1,2"};

TEST(Terminal, progress_is_shown_while_it_works_and_wiped_after) {
  ::setenv("TERM", "xterm", 1);
  const std::string seen = on_terminal(kRun, 100);
  const std::size_t progress = seen.find("0 of ");
  ASSERT_NE(progress, std::string::npos) << seen;
  const std::size_t table = seen.find("reference ");
  ASSERT_NE(table, std::string::npos);
  EXPECT_LT(progress, table);
  EXPECT_TRUE(seen.substr(0, table).ends_with(std::string(99, ' ') + "\r")) << "the line is blank before the table";
}

TEST(Terminal, colours_are_shown_unless_they_are_not_wanted) {
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  EXPECT_TRUE(has(on_terminal(kRun, 100), "\x1b[32mupheld\x1b[0m"));
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(has(on_terminal(kRun, 100), "\x1b["));
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(has(on_terminal(kRun, 100), "\x1b["));
}

TEST(Terminal, lines_fit_into_it) {
  ::setenv("TERM", "dumb", 1);
  const std::string seen = on_terminal({"explain", "softmax/value"}, 60);
  std::size_t at = 0;
  while (at < seen.size()) {
    const std::size_t end = std::min(seen.find("\r\n", at), seen.size());
    EXPECT_LE(end - at, 60U) << seen.substr(at, end - at);
    at = end + 2;
  }
}

TEST(Progress, says_what_is_known_and_nothing_else) {
  EXPECT_EQ(progress_text({.checks_done = 3, .checks = 107}, 2), "3 of 107, 2 s");
  verify::Progress progress{.checks_done = 0, .checks = 461, .claims = 33};
  EXPECT_EQ(progress_text(progress, 60), "0 of 461 checks (0 of 33 claims), 60 s") << "nothing done to tell by";
  progress.checks_done = 20;
  EXPECT_EQ(progress_text(progress, 60), "20 of 461 checks (0 of 33 claims), 60 s") << "too few to tell";
  progress.checks_done = 100;
  progress.claims_done = 12;
  EXPECT_EQ(progress_text(progress, 4), "100 of 461 checks (12 of 33 claims), 4 s") << "too early to tell";
  EXPECT_EQ(progress_text(progress, 60), "100 of 461 checks (12 of 33 claims), about 4 min left");
  EXPECT_EQ(progress_text(progress, 20), "100 of 461 checks (12 of 33 claims), about 73 s left");
  EXPECT_EQ(progress_text(progress, 6000), "100 of 461 checks (12 of 33 claims), about 6.0 h left");
  progress.draws = 24'600'000;
  progress.largest_log_e = 14.2 * std::log(10.);
  progress.refuted = 1;
  EXPECT_EQ(progress_text(progress, 60),
            "100 of 461 checks (12 of 33 claims), about 4 min left, 1 refuted, E up to 1e14.2, 24.6M draws at 410k/s");
  progress.largest_log_e = HUGE_VAL;
  EXPECT_TRUE(has(progress_text(progress, 60), "E infinite"));
  progress = {.checks_done = 461, .checks = 461, .draws = 999};
  EXPECT_EQ(progress_text(progress, .5), "461 of 461, 0 s, 999 draws") << "done, and too early for a rate";
}

TEST(Progress, lines_keep_their_pace) {
  Pace terminal(.1, true), pipe(60, false);
  EXPECT_TRUE(terminal.due(0));
  EXPECT_FALSE(terminal.due(.09));
  EXPECT_TRUE(terminal.due(.1));
  EXPECT_FALSE(pipe.due(0)) << "a short run is silent";
  EXPECT_FALSE(pipe.due(59));
  EXPECT_TRUE(pipe.due(61));
  EXPECT_FALSE(pipe.due(120)) << "a minute after the last, not by the clock";
  EXPECT_TRUE(pipe.due(121));
}

TEST(Progress, a_short_run_is_silent_in_a_pipe) { EXPECT_EQ(run(kRun).error, ""); }

// In a pipe too. Lines to paste into a shell stay whole.
TEST(Terminal, every_table_fits_the_columns_that_it_is_given) {
  const std::filesystem::path ledger = std::filesystem::path(testing::TempDir()) / "gumbelcheck_columns_ledger.json";
  const std::filesystem::path out = std::filesystem::path(testing::TempDir()) / "gumbelcheck_columns_out";
  std::filesystem::remove(ledger);
  ASSERT_NE(run({"verify", "--claims", "gumbel-max/law", "--draws", "1e3", "--out", out.string()}).status, kBadUsage);
  ASSERT_NE(run({"ledger", ledger.string(), "--add", (out / "verdict.json").string()}).status, kBadUsage);
  const std::vector<std::vector<std::string>> commands = {
      {"claims"},
      {"faults"},
      {"tolerances"},
      {"explain", "stream/distinct"},
      {"plan", "--claims", "softmax/*,concrete/law,gumbel/*,edge/*", "--draws", "4096"},
      {"plan", "--claims", "categorical/law,concrete/rounding", "--all"},
      {"ledger", ledger.string(), "--all"},
      {"selftest", "nan-logits-taken-for-zero", "softmax-over-the-wrong-axis"},
      {"verify", "--claims", "softmax/*,straight-through/gradient", "--logits", "0,1,2", "--draws", "1e3", "--all"},
      {"verify", "fault:softmax-over-the-wrong-axis", "--claims", "softmax/*,edge/refusal", "--no-shrink", "--all"}};
  for (const char* columns : {"80", "100", "120"}) {
    const std::size_t width = std::stoul(columns);
    for (const std::vector<std::string>& command : commands) {
      const Outcome outcome = run(command, columns);
      EXPECT_FALSE(outcome.out.empty()) << command[0] << ": " << outcome.error;
      std::size_t widest = 0;
      for (std::size_t at = 0; at < outcome.out.size();) {
        const std::size_t end = std::min(outcome.out.find('\n', at), outcome.out.size());
        const std::string line = outcome.out.substr(at, end - at);
        at = end + 1;
        if (has(line, "gumbelcheck replay gc1.") || has(line, "# In code of your own")) continue;
        widest = std::max(widest, report::columns_of(line));
        EXPECT_LE(report::columns_of(line), width) << command[0] << " " << command.back() << "\n" << line;
      }
      if (command[0] != "plan") continue;
      EXPECT_GT(widest, width - 10) << "nor narrower than need be";
    }
  }
  std::filesystem::remove(ledger);
  std::filesystem::remove_all(out);
}

TEST(Terminal, there_is_a_width_without_one) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::setenv("COLUMNS", "77", 1);
  EXPECT_EQ(terminal_width(ends[1]), 77U);
  for (const char* nonsense : {"", "0", "-3", "80x", "99999999999999999999999"}) {
    ::setenv("COLUMNS", nonsense, 1);
    EXPECT_EQ(terminal_width(ends[1]), 80U) << nonsense;
  }
  ::unsetenv("COLUMNS");
  EXPECT_EQ(terminal_width(ends[1]), 80U);
  EXPECT_FALSE(terminal_has_colour(ends[1]));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace gumbelcheck::cli
