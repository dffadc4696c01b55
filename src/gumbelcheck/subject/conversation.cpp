#include "gumbelcheck/subject/conversation.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace gumbelcheck::subject {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLongestLine = std::size_t{1} << 20;
constexpr std::size_t kBlock = std::size_t{1} << 18;
constexpr std::size_t kMostUnread = kLongestLine + kBlock;  // of an answer that is not looked at yet
constexpr std::size_t kKeptStderr = std::size_t{64} << 10;
constexpr int kShownStderrLines = 20;
constexpr milliseconds kLeaveTime{1000};  // between the end of its input and its end by force
constexpr milliseconds kDeathTime{500};   // between the end of its output and its exit, so that the status is told
constexpr milliseconds kGlance{50};       // how often an exit is looked for while nothing is written

double seconds(milliseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

Conversation::~Conversation() {
  to_subject_.close();
  wait_for_exit(kLeaveTime);
  end();
}

void Conversation::start(const std::vector<std::string>& command) {
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  Pipe error = make_pipe();
  child_ = Child(command, input.read_end, output.write_end, error.write_end);
  to_subject_ = std::move(input.write_end);
  from_subject_ = std::move(output.read_end);
  errors_ = std::move(error.read_end);
  for (const Descriptor* ours : {&to_subject_, &from_subject_, &errors_}) make_nonblocking(*ours);
}

void Conversation::ask(std::string bytes, milliseconds limit) {
  outgoing_ = std::move(bytes);
  sent_ = 0;
  limit_ = limit;
  deadline_ = Clock::now() + limit;
}

std::string Conversation::line() {
  std::size_t looked = taken_;
  while (true) {
    const std::size_t newline = incoming_.find('\n', looked);
    if (newline != std::string::npos && newline - taken_ <= kLongestLine) {
      std::string found = incoming_.substr(taken_, newline - taken_);
      taken_ = newline + 1;
      return found;
    }
    if (incoming_.size() - taken_ > kLongestLine) {
      throw Malformed(fmt::format("wrote more than {} bytes without ending its line", kLongestLine));
    }
    looked = incoming_.size() - taken_;  // `more` drops what was taken
    more("answered");
  }
}

void Conversation::read(std::span<char> bytes) {
  std::size_t filled = 0;
  while (true) {
    const std::size_t part = std::min(bytes.size() - filled, incoming_.size() - taken_);
    if (part > 0) std::memcpy(bytes.data() + filled, incoming_.data() + taken_, part);
    filled += part;
    taken_ += part;
    if (filled == bytes.size()) return;
    more("had written its arrays in full");
  }
}

void Conversation::finish() {
  while (sent_ < outgoing_.size()) {
    if (remaining() <= milliseconds(0)) {
      throw Malformed(fmt::format("did not read its question within {:.3g} s", seconds(limit_)));
    }
    if (!to_subject_.open() || child_.has_exited()) {
      throw Malformed(fmt::format("{} before it had read its question", farewell()));
    }
    move_bytes(std::min(kGlance, remaining()));
  }
}

// Waits for more of the answer; `due` says what the subject had not done when it ended.
void Conversation::more(const char* due) {
  incoming_.erase(0, taken_);
  taken_ = 0;
  const std::size_t before = incoming_.size();
  while (true) {
    const bool exited = child_.has_exited();  // looked up before the last read, so that nothing written is missed
    const bool moved = move_bytes(exited ? milliseconds(0) : std::min(kGlance, remaining()));
    if (incoming_.size() != before) return;
    if (!from_subject_.open() || (exited && !moved)) {
      throw Malformed(fmt::format("{} before it {}", farewell(), due));
    }
    if (!exited && remaining() <= milliseconds(0)) {
      throw Malformed(fmt::format("did not answer within {:.3g} s", seconds(limit_)));
    }
  }
}

milliseconds Conversation::remaining() const { return std::chrono::ceil<milliseconds>(deadline_ - Clock::now()); }

// What became of a subject whose output has ended, as the middle of a sentence.
std::string Conversation::farewell() {
  if (wait_for_exit(kDeathTime)) return child_.how_it_ended();
  return to_subject_.open() ? "closed its standard output" : "closed its standard input";
}

bool Conversation::wait_for_exit(milliseconds time) {
  const Clock::time_point until = Clock::now() + time;
  while (!child_.has_exited()) {
    if (Clock::now() >= until) return false;
    std::array<pollfd, 1> waiting{pollfd{.fd = errors_.number(), .events = POLLIN, .revents = 0}};
    ::poll(waiting.data(), waiting.size(), 2);
    drain_errors();
    discard_output();
  }
  return true;
}

// A subject that still writes while it leaves must not block on us. As for its standard error, a bounded
// number of blocks: a flood must not keep us from the clock.
void Conversation::discard_output() {
  std::array<char, 65536> block;
  for (int blocks = 0; blocks < 64 && from_subject_.open(); ++blocks) {
    const ssize_t got = ::read(from_subject_.number(), block.data(), block.size());
    if (got == 0) from_subject_.close();
    if (got <= 0) return;
  }
}

void Conversation::drain_errors() {
  std::array<char, 16384> block;
  for (int blocks = 0; blocks < 64 && errors_.open(); ++blocks) {
    const ssize_t got = ::read(errors_.number(), block.data(), block.size());
    if (got == 0) errors_.close();
    if (got <= 0) return;
    error_text_.append(block.data(), static_cast<std::size_t>(got));
    if (error_text_.size() > 2 * kKeptStderr) error_text_.erase(0, error_text_.size() - kKeptStderr);
  }
}

// Moves what can be moved; returns whether anything was.
bool Conversation::move_bytes(milliseconds wait) {
  // Nobody is owed more output than one answer: a subject that floods it while it should read waits for us.
  const bool listening = incoming_.size() - taken_ < kMostUnread;
  std::array<pollfd, 3> waiting{
      pollfd{.fd = sent_ < outgoing_.size() ? to_subject_.number() : -1, .events = POLLOUT, .revents = 0},
      pollfd{.fd = listening ? from_subject_.number() : -1, .events = POLLIN, .revents = 0},
      pollfd{.fd = errors_.number(), .events = POLLIN, .revents = 0}};
  const auto milliseconds_left = static_cast<int>(std::max(wait.count(), milliseconds::rep{0}));
  if (::poll(waiting.data(), waiting.size(), milliseconds_left) <= 0) return false;
  bool moved = false;
  if (waiting[0].revents != 0) {
    const ssize_t written = write_without_signal(to_subject_, outgoing_.data() + sent_, outgoing_.size() - sent_);
    if (written > 0) {
      sent_ += static_cast<std::size_t>(written);
      moved = true;
    } else if (written < 0 && errno != EAGAIN && errno != EINTR) {
      to_subject_.close();  // the subject no longer reads; its output says the rest
    }
  }
  if (waiting[1].revents != 0) {
    const std::size_t held = incoming_.size();
    incoming_.resize(held + kBlock);
    const ssize_t got = ::read(from_subject_.number(), incoming_.data() + held, kBlock);
    incoming_.resize(held + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) from_subject_.close();
    moved = moved || got > 0;
  }
  if (waiting[2].revents != 0) drain_errors();
  return moved;
}

void Conversation::end() {
  child_.end();
  drain_errors();
  to_subject_.close();
  from_subject_.close();
  errors_.close();
}

std::string Conversation::last_stderr() const {
  std::size_t end = error_text_.size();
  while (end > 0 && error_text_[end - 1] == '\n') --end;
  std::size_t start = end;
  for (int lines = 0; start > 0; --start) {
    if (error_text_[start - 1] == '\n' && ++lines == kShownStderrLines) break;
  }
  return error_text_.substr(start, end - start);
}

}  // namespace gumbelcheck::subject
