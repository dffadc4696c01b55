#pragma once

// The program `gumbelcheck`: arguments in, text out, and an exit status that a build can act on.

#include <string>
#include <string_view>
#include <vector>

namespace gumbelcheck::cli {

inline constexpr int kUpheld = 0;
inline constexpr int kRefuted = 1;
inline constexpr int kBadUsage = 2;
inline constexpr int kUndecided = 3;  // broken or inconclusive

// rule  of two exit statuses the one that matters more: the first of 2, 1, 3, 0
int heavier(int one, int other);

// Writes "gumbelcheck: SENTENCE" to standard error, after everything printed so far; returns the status.
int complain(std::string_view sentence, int status);

// rule    results to standard output; errors and progress to standard error; nothing is thrown.
//         0 everything asked is upheld, 1 something refuted, 2 bad usage or input, 3 broken or inconclusive;
//         where several apply, the first of 2, 1, 3, 0
int run_program(const std::vector<std::string>& arguments);

}  // namespace gumbelcheck::cli
