#pragma once

// File descriptors and pipes that close themselves.

#include <sys/types.h>

#include <cstddef>

namespace gumbelcheck::subject {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { close(); }

  int number() const { return number_; }
  bool open() const { return number_ >= 0; }
  void close();

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

// rule    both ends close when another program is started, and lie above the three standard descriptors
// throws  Malformed
Pipe make_pipe();

void make_nonblocking(const Descriptor& descriptor);

// As ::write, but a pipe without a reader gives EPIPE and raises no signal.
ssize_t write_without_signal(const Descriptor& descriptor, const char* bytes, std::size_t size);

}  // namespace gumbelcheck::subject
