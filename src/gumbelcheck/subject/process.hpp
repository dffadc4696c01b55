#pragma once

// A program under test, asked over its standard input and output (protocol version 1).

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::subject {

struct ProcessOptions {
  std::chrono::milliseconds answer_limit{std::chrono::seconds(120)};
  std::chrono::milliseconds start_limit{std::chrono::seconds(60)};  // for the first answer: imports take time
};

// Starts the program without a shell, asks `describe`, and keeps the conversation. The program is
// killed, with its process group and what it started elsewhere with its environment, when the conversation ends, when the object goes away, and when this program ends in
// whatever way.
//
// A start that fails does not throw: `describe` then returns an empty description, and every question is
// answered with the Breakdown that `failure` holds.
class Process {
 public:
  explicit Process(std::vector<std::string> command, ProcessOptions options = {});
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();

  Description describe() const;
  Reply ask(const Question& question);
  std::optional<Breakdown> failure() const;  // why the conversation ended, if it has

 private:
  struct Talk;
  std::unique_ptr<Talk> talk_;
};

}  // namespace gumbelcheck::subject
