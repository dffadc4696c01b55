#include "gumbelcheck/subject/descendants.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>

namespace gumbelcheck::subject {

namespace {

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kLongestMark = 128;

// A number, or 0 for a name that is none.
pid_t number_of(const char* name) {
  pid_t number = 0;
  for (; *name != '\0'; ++name) {
    if (*name < '0' || *name > '9' || number > 100'000'000) return 0;
    number = 10 * number + (*name - '0');
  }
  return number;
}

bool carries(int proc, const char* process, const char* mark) {
  constexpr char kFile[] = "/environ";
  char path[32];
  const std::size_t digits = std::strlen(process);  // of a number, at most 10
  if (digits + sizeof kFile > sizeof path) return false;
  std::memcpy(path, process, digits);
  std::memcpy(path + digits, kFile, sizeof kFile);
  const int file = ::openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const std::size_t length = std::strlen(mark);
  char block[kLongestMark + kBlock];
  std::size_t kept = 0;  // of the block before: a mark may lie across the border
  bool found = false;
  while (!found) {
    const ssize_t got = ::read(file, block + kept, kBlock);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    const std::size_t filled = kept + static_cast<std::size_t>(got);
    found = ::memmem(block, filled, mark, length) != nullptr;
    kept = std::min(filled, length - 1);
    std::memmove(block, block + filled - kept, kept);
  }
  ::close(file);
  return found;
}

// Whether there was any.
bool kill_marked(const char* mark) {
  const int proc = ::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (proc < 0) return false;
  const pid_t own = ::getpid();
  bool any = false;
  alignas(dirent64) char entries[kBlock];
  for (ssize_t got = 0; (got = ::getdents64(proc, entries, sizeof entries)) > 0;) {
    for (ssize_t at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries + at);
      at += entry->d_reclen;
      const pid_t process = number_of(entry->d_name);
      if (process <= 0 || process == own || !carries(proc, entry->d_name, mark)) continue;
      any = ::kill(process, SIGKILL) == 0 || any;
    }
  }
  ::close(proc);
  return any;
}

}  // namespace

std::string new_mark() {
  static std::atomic<unsigned> count = 0;
  // The time, because numbers of processes come again.
  return fmt::format("GUMBELCHECK_SUBJECT_{}_{}_{}=1", ::getpid(), count++,
                     std::chrono::system_clock::now().time_since_epoch().count());
}

void end_marked(const char* mark) {
  constexpr int kRounds = 200;
  const timespec nap{.tv_sec = 0, .tv_nsec = 5'000'000};
  // Again, for what was just being started.
  for (int round = 0; round < kRounds && kill_marked(mark); ++round) ::nanosleep(&nap, nullptr);
}

}  // namespace gumbelcheck::subject
