#pragma once

// Bytes to and from a program, within a time limit.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "gumbelcheck/subject/child.hpp"
#include "gumbelcheck/subject/descriptor.hpp"
#include "gumbelcheck/subject/message.hpp"

namespace gumbelcheck::subject {

// One loop moves bytes in all three directions, so that neither side can wait for the other: the subject may
// answer before it has read the question, and fill its standard error, without blocking anything.
//
// throws  every function but `end`: Malformed, with what the subject did or did not do in time
class Conversation final : public AnswerStream {
 public:
  Conversation() = default;
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  ~Conversation() override;

  void start(const std::vector<std::string>& command);
  // The limit is for the whole exchange: question and answer.
  void ask(std::string bytes, std::chrono::milliseconds limit);
  std::string line() override;
  void read(std::span<char> bytes) override;
  // An answer may come before the question was read to its end; the rest must still go out.
  void finish();

  // Ends the program at once, with its process group.
  void end();
  std::string last_stderr() const;  // its last lines

 private:
  using Clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  milliseconds remaining() const;
  void more(const char* due);
  bool move_bytes(milliseconds wait);
  bool wait_for_exit(milliseconds time);
  void discard_output();
  void drain_errors();
  std::string farewell();

  Child child_;
  Descriptor to_subject_;
  Descriptor from_subject_;
  Descriptor errors_;
  std::string outgoing_;
  std::size_t sent_ = 0;
  std::string incoming_;
  std::size_t taken_ = 0;
  std::string error_text_;
  Clock::time_point deadline_;
  milliseconds limit_{0};
};

}  // namespace gumbelcheck::subject
