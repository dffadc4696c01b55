#include "gumbelcheck/subject/descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <utility>

#include "gumbelcheck/subject/message.hpp"

namespace gumbelcheck::subject {

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

void Descriptor::close() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

// Close-on-exec from the start, so that no child started by another thread holds this pipe open; above the
// three standard descriptors, so that none is overwritten while they are laid out for the child.
Pipe make_pipe() {
  const auto refuse = [](int error) {
    throw Malformed(fmt::format("could not be started: there is no pipe to talk through: {}", std::strerror(error)));
  };
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) refuse(errno);
  std::array<Descriptor, 2> owned{Descriptor(ends[0]), Descriptor(ends[1])};
  for (Descriptor& end : owned) {
    if (end.number() > STDERR_FILENO) continue;
    const int moved = ::fcntl(end.number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (moved < 0) refuse(errno);
    end = Descriptor(moved);
  }
  return {.read_end = std::move(owned[0]), .write_end = std::move(owned[1])};
}

void make_nonblocking(const Descriptor& descriptor) {
  ::fcntl(descriptor.number(), F_SETFL, ::fcntl(descriptor.number(), F_GETFL) | O_NONBLOCK);
}

// The signal is blocked in this thread only, and one that this write raised is taken back; a handler for the
// whole process would be the caller's affair.
ssize_t write_without_signal(const Descriptor& descriptor, const char* bytes, std::size_t size) {
  sigset_t pipe_signal;
  sigset_t before;
  sigset_t pending;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  sigpending(&pending);
  const bool was_pending = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const ssize_t written = ::write(descriptor.number(), bytes, size);
  const int error = errno;
  if (written < 0 && error == EPIPE && !was_pending) {
    const timespec at_once{};
    while (sigtimedwait(&pipe_signal, nullptr, &at_once) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

}  // namespace gumbelcheck::subject
