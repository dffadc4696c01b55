#include "gumbelcheck/subject/process.hpp"

#include <fmt/format.h>

#include <utility>

#include "gumbelcheck/subject/conversation.hpp"

namespace gumbelcheck::subject {

struct Process::Talk {
  ProcessOptions options;
  Conversation conversation;
  Description description;
  std::optional<Breakdown> failure;
  std::uint64_t next_id = 1;

  // Runs one exchange; a Malformed ends the conversation with its sentence.
  template <class Exchange>
  void converse(Exchange exchange) {
    try {
      exchange();
      conversation.finish();
    } catch (const Malformed& error) {
      conversation.end();
      failure =
          Breakdown{.reason = fmt::format("The subject {}.", error.what()), .last_stderr = conversation.last_stderr()};
    }
  }
};

Process::Process(std::vector<std::string> command, ProcessOptions options) : talk_(std::make_unique<Talk>()) {
  talk_->options = options;
  talk_->converse([&] {
    talk_->conversation.start(command);
    talk_->conversation.ask(describe_question(), options.start_limit);
    talk_->description = read_description(talk_->conversation);
  });
  if (talk_->failure) talk_->description = {};
}

Process::Process(Process&&) noexcept = default;
Process& Process::operator=(Process&&) noexcept = default;
Process::~Process() = default;

Description Process::describe() const { return talk_->description; }
std::optional<Breakdown> Process::failure() const { return talk_->failure; }

Reply Process::ask(const Question& question) {
  if (talk_->failure) return *talk_->failure;
  if (talk_->description.offer(question.call) == nullptr) {
    throw std::invalid_argument(
        fmt::format("Process::ask: {} does not offer {}", talk_->description.name, name(question.call)));
  }
  const std::uint64_t id = talk_->next_id++;
  std::string bytes = written_question(question, id, talk_->description);
  Reply reply;
  talk_->converse([&] {
    talk_->conversation.ask(std::move(bytes), talk_->options.answer_limit);
    reply = read_reply(talk_->conversation, question, id, talk_->description);
  });
  if (talk_->failure) return *talk_->failure;
  return reply;
}

}  // namespace gumbelcheck::subject
