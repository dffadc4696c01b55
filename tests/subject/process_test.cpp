// Whatever a program does, it gets an answer, a refusal or a sentence, in bounded time; and nothing is left
// running, whether it was this program that ended the conversation or a signal that ended this program.

#include "gumbelcheck/subject/process.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>

namespace gumbelcheck::subject {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLimit{1500};

std::vector<std::string> program(std::vector<std::string> arguments) {
  std::vector<std::string> command{GUMBELCHECK_PYTHON, GUMBELCHECK_SOURCE_DIR "/tests/subject/programs/misbehaving.py"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

Question softmax_of(Shape shape, const std::vector<double>& logits) {
  return {.call = Operation::softmax, .arrays = {{"logits", real_array(std::move(shape), logits, Dtype::float64)}}};
}
Question small_question() { return softmax_of({2}, {0, 0}); }
Question large_question() {  // some hundred times what a pipe holds
  constexpr std::size_t kClasses = std::size_t{1} << 20;
  return softmax_of({kClasses}, std::vector<double>(kClasses, 0.0));
}

// Gone, or dead and not yet fetched by whoever adopted it.
bool is_gone(pid_t process) {
  for (int i = 0; i < 300; ++i) {
    std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
    std::string line;
    if (::kill(process, 0) != 0 || !std::getline(stat, line)) return true;
    const std::size_t state = line.rfind(") ");
    if (state != std::string::npos && line[state + 2] == 'Z') return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

pid_t process_of(const Process& process) { return static_cast<pid_t>(std::stol(process.describe().version)); }
pid_t grandchild_of(const Breakdown& breakdown) {
  EXPECT_TRUE(breakdown.last_stderr.starts_with("grandchild ")) << breakdown.last_stderr;
  return static_cast<pid_t>(std::stol(breakdown.last_stderr.substr(11)));
}

// Asks once, and holds that the conversation has ended for good and that the program is gone.
Breakdown broken_by(std::vector<std::string> arguments, const Question& question = small_question()) {
  Process process(program(std::move(arguments)), {.answer_limit = kLimit});
  EXPECT_FALSE(process.failure());
  const pid_t child = process_of(process);
  const Reply reply = process.ask(question);
  EXPECT_TRUE(std::holds_alternative<Breakdown>(reply));
  EXPECT_TRUE(is_gone(child));
  const Reply again = process.ask(question);
  EXPECT_TRUE(std::holds_alternative<Breakdown>(again));
  return process.failure().value_or(Breakdown{"no failure", ""});
}
std::string reason_of(const std::string& mode, const Question& question = small_question()) {
  return broken_by({mode}, question).reason;
}

TEST(ProcessSubject, a_right_subject_answers) {
  pid_t child = 0;
  {
    Process process(program({"right"}));
    ASSERT_FALSE(process.failure()) << process.failure()->reason;
    child = process_of(process);
    const Reply reply = process.ask(softmax_of({2, 2}, {0, 0, 0, std::log(3.0)}));
    ASSERT_TRUE(std::holds_alternative<Answer>(reply));
    const Array& value = *std::get<Answer>(reply).find("value");
    EXPECT_EQ(value.shape, (Shape{2, 2}));
    EXPECT_NEAR(value.real(3), 0.75, 1e-15);
    const Reply refusal = process.ask(softmax_of({1}, {std::numeric_limits<double>::quiet_NaN()}));
    ASSERT_TRUE(std::holds_alternative<Refusal>(refusal));
    EXPECT_EQ(std::get<Refusal>(refusal).error, "logits must be finite or -inf, and not all -inf");
    EXPECT_TRUE(std::holds_alternative<Answer>(process.ask(softmax_of({1}, {1}))));
  }
  EXPECT_TRUE(is_gone(child));
}

TEST(ProcessSubject, large_arrays_go_both_ways) {
  Process process(program({"right"}));
  const Reply reply = process.ask(softmax_of({200000}, std::vector<double>(200000, 0.0)));
  ASSERT_TRUE(std::holds_alternative<Answer>(reply));
  EXPECT_NEAR(std::get<Answer>(reply).find("value")->real(199999), 1.0 / 200000, 1e-18);
}

// Both sides write more than a pipe holds before either reads: whoever waits for its own writing hangs.
TEST(ProcessSubject, an_answer_may_come_before_the_question_is_read) {
  Process process(program({"eager"}), {.answer_limit = milliseconds(20000)});
  for (int i = 0; i < 2; ++i) {
    const Reply reply = process.ask(large_question());
    ASSERT_TRUE(std::holds_alternative<Answer>(reply)) << std::get<Breakdown>(reply).reason;
    EXPECT_EQ(std::get<Answer>(reply).find("value")->real((std::size_t{1} << 20) - 1), 0.5);
  }
}

TEST(ProcessSubject, a_crash_tells_its_status_and_last_words) {
  const Breakdown breakdown = broken_by({"crash"});
  EXPECT_EQ(breakdown.reason, "The subject exited with status 3 before it answered.");
  EXPECT_EQ(breakdown.last_stderr, "the last words");
}
TEST(ProcessSubject, a_signal_is_told) {
  EXPECT_EQ(reason_of("killed"), "The subject was ended by signal 9 (Killed) before it answered.");
}
TEST(ProcessSubject, leaving_between_two_questions_is_told) {
  EXPECT_EQ(reason_of("leaves"), "The subject exited with status 0 before it answered.");
}
TEST(ProcessSubject, an_early_close_is_told) {
  EXPECT_EQ(reason_of("closes_output"), "The subject closed its standard output before it answered.");
  EXPECT_EQ(reason_of("closes_input", large_question()), "The subject did not answer within 1.5 s.");
  EXPECT_EQ(reason_of("answers_and_leaves", large_question()),
            "The subject exited with status 0 before it had read its question.");
}

TEST(ProcessSubject, no_answer_ends_at_the_limit) {
  EXPECT_EQ(reason_of("hang"), "The subject did not answer within 1.5 s.");
  EXPECT_EQ(reason_of("deaf", large_question()), "The subject did not answer within 1.5 s.");
  EXPECT_EQ(reason_of("trickle"), "The subject did not answer within 1.5 s.") << "bytes are no answer";
}
TEST(ProcessSubject, a_program_that_never_describes_itself_ends_at_its_own_limit) {
  const Process process(program({"silent"}), {.start_limit = milliseconds(700)});
  ASSERT_TRUE(process.failure());
  EXPECT_EQ(process.failure()->reason, "The subject did not answer within 0.7 s.");
}

TEST(ProcessSubject, garbage_is_shown) {
  EXPECT_EQ(reason_of("garbage"), "The subject answered with a line that is not JSON: Segmentation fault?.");
  EXPECT_EQ(reason_of("wrong_id"), "The subject answered with id 2, where 1 was due.");
  EXPECT_EQ(reason_of("missing"), "The subject answered softmax without the array \"value\".");
  EXPECT_EQ(reason_of("wrong_shape"), "The subject answered with \"value\" of shape (2, 1), where (2,) was due.");
  EXPECT_EQ(reason_of("wrong_type"), "The subject answered with \"value\" of type <i8, where <f8 was due.");
  EXPECT_EQ(reason_of("cut"), "The subject exited with status 0 before it had written its arrays in full.");
  EXPECT_EQ(reason_of("endless_line"), "The subject wrote more than 1048576 bytes without ending its line.");
}
TEST(ProcessSubject, hostile_array_headers_are_named_before_anything_is_allocated) {
  const auto reason = [](const std::string& type, const std::string& order, const std::string& shape) {
    return broken_by(
               {"header", "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n"})
        .reason;
  };
  const std::string begin = "The subject answered with an array that cannot be read: ";
  EXPECT_EQ(reason(">f8", "False", "(2,)"),
            begin + "it has elements of type '>f8'; <f2, <f4, <f8 and <i8 are allowed.");
  EXPECT_EQ(reason("<f8", "True", "(2,)"), begin + "it is in Fortran order; C order is required.");
  EXPECT_EQ(reason("<f8", "False", "(1000000000000,)"),
            begin + "it has shape (1000000000000,) of <f8, more than the 67108864 bytes that are allowed.");
  EXPECT_EQ(reason("<f8", "False", "(4294967296, 4294967296)"),
            begin + "it has shape (4294967296, 4294967296), whose size exceeds 64 bits.");
}

TEST(ProcessSubject, what_follows_an_answer_is_not_the_next_one) {
  Process process(program({"says_more"}), {.answer_limit = kLimit});
  EXPECT_TRUE(std::holds_alternative<Answer>(process.ask(small_question())));
  const Reply reply = process.ask(small_question());
  ASSERT_TRUE(std::holds_alternative<Breakdown>(reply));
  EXPECT_EQ(std::get<Breakdown>(reply).reason, "The subject answered with a line that is not JSON: by the way.");
}

TEST(ProcessSubject, a_full_standard_error_blocks_nothing) {
  Process process(program({"floods_standard_error"}));
  EXPECT_TRUE(std::holds_alternative<Answer>(process.ask(small_question())));
}

TEST(ProcessSubject, what_nobody_asked_for_is_dropped) {
  Process process(program({"extra"}));
  const Reply reply = process.ask(small_question());
  ASSERT_TRUE(std::holds_alternative<Answer>(reply));
  EXPECT_EQ(std::get<Answer>(reply).arrays.size(), 1U);
}

TEST(ProcessSubject, grandchildren_end_too) {
  for (const char* mode : {"stubborn", "own_group", "own_session"}) {
    const Breakdown breakdown = broken_by({mode});
    EXPECT_EQ(breakdown.reason, "The subject did not answer within 1.5 s.");
    EXPECT_TRUE(is_gone(grandchild_of(breakdown))) << mode;
  }
  for (const char* mode : {"leaves_a_grandchild", "leaves_a_daemon"}) {
    const Breakdown breakdown = broken_by({mode});
    EXPECT_EQ(breakdown.reason, "The subject exited with status 4 before it answered.");
    EXPECT_TRUE(is_gone(grandchild_of(breakdown))) << mode;
  }
}

// What is looked for is the mark of one conversation: another's processes, and this program's own, live on.
TEST(ProcessSubject, what_others_started_lives_on) {
  const pid_t sleeper = ::fork();
  if (sleeper == 0) {
    ::execlp("sleep", "sleep", "1000", nullptr);
    ::_exit(127);
  }
  Process other(program({"right"}));
  {
    const Breakdown breakdown = broken_by({"leaves_a_daemon"});
    EXPECT_TRUE(is_gone(grandchild_of(breakdown)));
  }
  EXPECT_TRUE(std::holds_alternative<Answer>(other.ask(small_question())));
  EXPECT_EQ(::waitpid(sleeper, nullptr, WNOHANG), 0);
  ::kill(sleeper, SIGKILL);
  ::waitpid(sleeper, nullptr, 0);
}

// A program that asks a subject which hangs, and is ended itself meanwhile: the subject must go with it, and
// what the subject started, whether the signal leaves time for last deeds or not.
TEST(ProcessSubject, nothing_outlives_this_program) {
  for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
    for (const std::string mode : {"stubborn", "own_group", "own_session"}) {
      const std::filesystem::path file =
          std::filesystem::temp_directory_path() / ("gumbelcheck_grandchild_" + std::to_string(::getpid()));
      std::filesystem::remove(file);
      int ends[2];
      ASSERT_EQ(::pipe(ends), 0);
      const pid_t asker = ::fork();
      if (asker == 0) {
        ::signal(signal, SIG_DFL);
        Process process(program({mode, file.string()}));
        const pid_t child = process.failure() ? -1 : process_of(process);
        if (::write(ends[1], &child, sizeof child) == sizeof child) process.ask(small_question());
        ::_exit(0);
      }
      ::close(ends[1]);
      pid_t child = -1;
      ASSERT_EQ(::read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
      ::close(ends[0]);
      ASSERT_GT(child, 0);
      pid_t grandchild = -1;
      for (int i = 0; i < 1000 && grandchild < 0; ++i) {
        std::string line;
        std::ifstream stream(file);
        if (std::getline(stream, line) && !stream.eof()) grandchild = static_cast<pid_t>(std::stol(line));
        std::this_thread::sleep_for(milliseconds(10));
      }
      ASSERT_GT(grandchild, 0);
      EXPECT_EQ(::kill(child, 0), 0) << "it must be running before the signal";
      ::kill(asker, signal);
      int status = 0;
      ASSERT_EQ(::waitpid(asker, &status, 0), asker);
      EXPECT_TRUE(WIFSIGNALED(status));
      EXPECT_TRUE(is_gone(child)) << mode << ", signal " << signal;
      EXPECT_TRUE(is_gone(grandchild)) << mode << ", signal " << signal;
      std::filesystem::remove(file);
    }
  }
}

TEST(ProcessSubject, conversations_do_not_hold_each_other_open) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("gumbelcheck_goodbye_" + std::to_string(::getpid()));
  std::filesystem::remove(file);
  std::optional<Process> first(program({"says_goodbye", file.string()}));
  Process second(program({"right"}));  // its guard began as a copy of this program, with every pipe in it
  first.reset();
  EXPECT_TRUE(std::filesystem::remove(file)) << "the first did not see the end of its input";
  EXPECT_TRUE(std::holds_alternative<Answer>(second.ask(small_question())));
}

TEST(ProcessSubject, a_flood_fills_no_memory) {
  const auto peak = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;  // KiB
  };
  broken_by({"hang"}, large_question());  // what a question of this size takes anyway
  const long before = peak();
  EXPECT_EQ(reason_of("floods_instead_of_reading", large_question()),
            "The subject did not read its question within 1.5 s.");
  EXPECT_LT(peak() - before, 64L << 10);
}

TEST(ProcessSubject, a_program_that_is_not_there) {
  Process process({"/no/such/program"});
  ASSERT_TRUE(process.failure());
  EXPECT_EQ(process.failure()->reason,
            "The subject could not be started: /no/such/program: No such file or directory.");
  EXPECT_TRUE(process.describe().operations.empty());
  EXPECT_TRUE(std::holds_alternative<Breakdown>(process.ask(small_question())));
  EXPECT_EQ(Process({}).failure().value_or(Breakdown{}).reason,
            "The subject could not be started: no program was named.");
  EXPECT_EQ(Process({"/dev/null"}).failure().value_or(Breakdown{}).reason,
            "The subject could not be started: /dev/null: Permission denied.");
}

TEST(ProcessSubject, there_is_no_shell_in_between) {
  const Process process({"echo $HOME; exit 7"});
  EXPECT_EQ(process.failure().value_or(Breakdown{}).reason,
            "The subject could not be started: echo $HOME; exit 7: No such file or directory.");
}

TEST(ProcessSubject, a_program_that_does_not_describe_itself) {
  EXPECT_EQ(Process({"true"}).failure().value_or(Breakdown{}).reason,
            "The subject exited with status 0 before it answered.");
  EXPECT_EQ(Process({"cat"}).failure().value_or(Breakdown{}).reason,
            "The subject described itself without a \"name\".");
}

struct InProcess {
  Description describe() const {
    return {.name = "in process", .dtypes = {Dtype::float64}, .operations = {{Operation::softmax, {}}}};
  }
  Reply ask(const Question& question) const {
    const std::vector<double>& logits = question.find("logits")->as<double>();
    if (std::isnan(logits.at(0))) return Refusal{"logits must be finite or -inf, and not all -inf"};
    return Answer{{{"value", real_array({2}, {0.5, 0.5}, Dtype::float64)}}};
  }
};

TEST(ProcessSubject, one_handle_serves_both_kinds) {
  for (const bool outside : {true, false}) {
    Subject subject = outside ? Subject(Process(program({"right"}))) : Subject(InProcess{});
    EXPECT_NE(subject.describe().offer(Operation::softmax), nullptr);
    EXPECT_TRUE(subject.describe().has(Dtype::float64));
    const Reply reply = subject.ask(small_question());
    ASSERT_TRUE(std::holds_alternative<Answer>(reply));
    EXPECT_EQ(std::get<Answer>(reply).find("value")->as<double>(), (std::vector<double>{0.5, 0.5}));
    const Reply refusal = subject.ask(softmax_of({2}, {std::nan(""), 0}));
    ASSERT_TRUE(std::holds_alternative<Refusal>(refusal));
    EXPECT_EQ(std::get<Refusal>(refusal).error, "logits must be finite or -inf, and not all -inf");
  }
}

}  // namespace
}  // namespace gumbelcheck::subject
