#include "gumbelcheck/subject/child.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "gumbelcheck/subject/descendants.hpp"
#include "gumbelcheck/subject/message.hpp"

extern char** environ;  // NOLINT: POSIX declares it nowhere

namespace gumbelcheck::subject {

namespace {

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  void put(const Descriptor& from, int to) { posix_spawn_file_actions_adddup2(&actions_, from.number(), to); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

class SpawnAttributes {
 public:
  explicit SpawnAttributes(pid_t group) {
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    posix_spawnattr_setpgroup(&attributes_, group);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

// A program may lead a group of its own within ours (`timeout` and `setsid` make one).
void end_group_of(pid_t program) {
  if (program <= 0) return;
  if (::getpgid(program) == program) ::kill(-program, SIGKILL);
  ::kill(program, SIGKILL);
}

// Runs in a copy of a program that may have many threads: system calls only. Through `waited_for` it is told
// the number of the program; then it waits for the end.
[[noreturn]] void guard(int waited_for, const char* mark) {
  ::setpgid(0, 0);
  // It holds copies of every descriptor of this program, among them the pipes of other conversations, which
  // would never see their end.
  if (::close_range(0, static_cast<unsigned>(waited_for) - 1, 0) != 0 ||
      ::close_range(static_cast<unsigned>(waited_for) + 1, ~0U, 0) != 0) {
    const long most = ::sysconf(_SC_OPEN_MAX);  // a kernel without close_range
    for (int number = 0; number < most; ++number) {
      if (number != waited_for) ::close(number);
    }
  }
  pid_t program = -1;
  pid_t read = -1;
  for (ssize_t got = -1; got != 0;) {
    got = ::read(waited_for, &read, sizeof read);
    if (got == sizeof read) program = read;
    if (got < 0 && errno != EINTR) break;
  }
  end_group_of(program);
  end_marked(mark);
  ::kill(0, SIGKILL);
  ::_exit(0);
}

void reap(pid_t process) {
  while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

void Child::start_guard() {
  Pipe life = make_pipe();
  // Every signal is blocked before the guard begins, so that none meant for this program's group ends it.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  guard_ = ::fork();
  if (guard_ == 0) guard(life.read_end.number(), mark_.c_str());
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (guard_ < 0)
    throw Malformed(fmt::format("could not be started: no process can be made: {}", std::strerror(error)));
  ::setpgid(guard_, guard_);  // both sides do it, so that the group is there when either needs it
  alive_ = std::move(life.write_end);
}

Child::Child(std::vector<std::string> command, const Descriptor& input, const Descriptor& output,
             const Descriptor& errors) {
  if (command.empty() || command.front().empty()) {
    throw Malformed("could not be started: no program was named");
  }
  mark_ = new_mark();
  start_guard();
  FileActions actions;
  actions.put(input, STDIN_FILENO);
  actions.put(output, STDOUT_FILENO);
  actions.put(errors, STDERR_FILENO);
  const SpawnAttributes attributes(guard_);
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  std::vector<char*> variables = {mark_.data()};
  for (char** variable = environ; *variable != nullptr; ++variable) variables.push_back(*variable);
  variables.push_back(nullptr);
  const int status =
      posix_spawnp(&program_, arguments[0], actions.get(), attributes.get(), arguments.data(), variables.data());
  if (status == 0) {
    static_cast<void>(write_without_signal(alive_, reinterpret_cast<const char*>(&program_), sizeof program_));
    return;
  }
  program_ = -1;
  end();
  throw Malformed(fmt::format("could not be started: {}: {}", command.front(), std::strerror(status)));
}

Child::Child(Child&& other) noexcept
    : program_(std::exchange(other.program_, -1)),
      guard_(std::exchange(other.guard_, -1)),
      alive_(std::move(other.alive_)),
      mark_(std::move(other.mark_)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    end();
    program_ = std::exchange(other.program_, -1);
    guard_ = std::exchange(other.guard_, -1);
    alive_ = std::move(other.alive_);
    mark_ = std::move(other.mark_);
  }
  return *this;
}

bool Child::has_exited() const {
  if (program_ < 0) return true;
  siginfo_t info{};
  // WNOWAIT leaves the child a zombie, so that its status can be asked for again.
  const int status = ::waitid(P_PID, static_cast<id_t>(program_), &info, WEXITED | WNOHANG | WNOWAIT);
  // Whoever started this program may have told the system to forget children at once: then they are unknown.
  if (status != 0) return errno == ECHILD;
  return info.si_pid == program_;
}

std::string Child::how_it_ended() const {
  siginfo_t info{};
  if (program_ < 0 || ::waitid(P_PID, static_cast<id_t>(program_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    return "exited";
  }
  if (info.si_code == CLD_EXITED) return fmt::format("exited with status {}", info.si_status);
  return fmt::format("was ended by signal {} ({})", info.si_status, ::strsignal(info.si_status));
}

void Child::end() {
  if (guard_ > 0) {
    // Before anything is reaped: until then neither number can be another's.
    ::kill(-guard_, SIGKILL);
    end_group_of(program_);
    end_marked(mark_.c_str());
    if (program_ > 0) reap(program_);
    reap(guard_);
  }
  program_ = -1;
  guard_ = -1;
  alive_.close();
}

}  // namespace gumbelcheck::subject
