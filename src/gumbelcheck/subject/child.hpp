#pragma once

// A program that cannot outlive this one: neither it nor what it starts.

#include <sys/types.h>

#include <string>
#include <vector>

#include "gumbelcheck/subject/descriptor.hpp"

namespace gumbelcheck::subject {

// rule    the program runs in a process group of its own, led by a guard: a process that does nothing but wait for the
//         end of this program, however that comes (a signal, SIGKILL among them), and then ends the group, a group that
//         the program itself leads, and whatever else was started with its environment (descendants.hpp)
class Child {
 public:
  Child() = default;
  // Without a shell; the program is looked for in PATH. The three ends become its standard descriptors.
  // throws  Malformed
  Child(std::vector<std::string> command, const Descriptor& input, const Descriptor& output, const Descriptor& errors);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child() { end(); }

  bool has_exited() const;  // also true of one that never was
  // "exited with status 3", "was ended by signal 9 (Killed)"; of one that has exited
  std::string how_it_ended() const;
  // Kills the program and what it started, whether the program has exited or not.
  void end();

 private:
  void start_guard();

  pid_t program_ = -1;
  pid_t guard_ = -1;  // its number is that of the group
  Descriptor alive_;  // open as long as this program lives: its end is what the guard waits for
  std::string mark_;  // in the environment of all that the program starts
};

}  // namespace gumbelcheck::subject
