// Whole runs of `gumbelcheck verify` and `replay`: exit statuses, files, repetition, lists of expected
// findings.

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdio_ext.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/capture.hpp"
#include "report/schema.hpp"

namespace gumbelcheck::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class VerifyCommandSubject : public testing::Test {
 protected:
  VerifyCommandSubject() { fs::create_directories(folder_); }
  ~VerifyCommandSubject() override { fs::remove_all(folder_); }

  std::string place(const std::string& name) const { return (folder_ / name).string(); }
  std::string contents(const std::string& name) const {
    std::ifstream stream(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  json verdict(const std::string& out) const {
    const std::string text = contents(out + "/verdict.json");
    EXPECT_EQ(report::first_violation(text), "") << "docs/verdict.schema.json";
    return json::parse(text);
  }
  std::string list(const json& content) const {
    std::ofstream(folder_ / "expected.json") << content;
    return place("expected.json");
  }
  static std::vector<std::string> with(std::vector<std::string> arguments, std::vector<std::string> more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

 private:
  fs::path folder_ = fs::temp_directory_path() / ("gumbelcheck_cli_" + std::to_string(::getpid()));
};

const std::vector<std::string> kQuick = {
    "verify", "--claims", "softmax/value,gumbel-max/law", "--logits", "0,1,2", "--draws", "20000", "--effect", "0.1"};
const std::vector<std::string> kFault = {"verify", "fault:softmax-over-the-wrong-axis", "--claims", "softmax/value"};

// Members that a repetition need not repeat.
json without_times(json value) {
  if (value.is_object()) {
    for (const char* name : {"timing", "seconds", "stderr"}) value.erase(name);
  }
  if (value.is_structured()) {
    for (json& member : value) member = without_times(member);
  }
  return value;
}

TEST_F(VerifyCommandSubject, everything_upheld_is_0) {
  const Outcome outcome = run(with(kQuick, {"--out", place("out")}));
  EXPECT_EQ(outcome.status, kUpheld) << outcome.out << outcome.error;
  EXPECT_EQ(outcome.error, "") << "no progress where standard error is no terminal";
  EXPECT_TRUE(has(outcome.out, "upheld   gumbel-max/law"));
  EXPECT_TRUE(has(outcome.out, "seed 1, "));
  EXPECT_TRUE(has(outcome.out, "probability at most 1e-9 (false-alarm rate)"));
  EXPECT_EQ(outcome.out.find('\x1b'), std::string::npos) << "no colour in a pipe";
  EXPECT_EQ(verdict("out")["verdict"], "upheld");
  EXPECT_EQ(verdict("out")["exit_status"], 0);
  EXPECT_TRUE(has(contents("out/junit.xml"), "failures=\"0\" errors=\"0\""));
  EXPECT_TRUE(has(contents("out/report.md"), "| upheld | gumbel-max/law |"));
}

TEST_F(VerifyCommandSubject, what_classes_are_held_to_can_be_declared) {
  const std::vector<std::string> kernel = {"verify",   "fault:acquittal-bfloat16-kernel",
                                           "--claims", "gumbel-max/law",
                                           "--logits", "20,20,20,19",
                                           "--draws",  "40000",
                                           "--effect", ".04"};
  const auto held_to = [&](const std::vector<std::string>& declared) {
    EXPECT_EQ(run(with(with(kernel, declared), {"--out", place("out")})).status, kUpheld);
    const json check = verdict("out")["claims"][0]["checks"][0];
    EXPECT_EQ(run(with({"replay"}, {check["replay"].get<std::string>()})).status, kUpheld);
    return check["held_to"].get<std::string>();
  };
  EXPECT_TRUE(has(held_to({}), "within a margin of 0.375"));
  EXPECT_TRUE(has(held_to({"--known-algorithm", "rounded-sum"}), "round(round(noise) + logit)"));
  EXPECT_TRUE(has(held_to({"--log-odds-margin", ".5"}), "declared margin of 0.5"));
  EXPECT_TRUE(has(held_to({"--relative-tolerance", ".4"}), "exp(+-0.4)"));
  const std::vector<std::string> more = {"verify",   "fault:acquittal-bfloat16-kernel",
                                         "--claims", "gumbel-max/law",
                                         "--logits", "20,20,20,19",
                                         "--draws",  "200000",
                                         "--effect", ".02"};
  EXPECT_EQ(run(with(more, {"--log-odds-margin", ".01"})).status, kRefuted);
  const Outcome table = run({"tolerances", "--log-odds-margin", ".5"});
  EXPECT_EQ(table.status, kUpheld);
  EXPECT_TRUE(has(table.out, "declared margin of 0.5")) << table.out;
}

TEST_F(VerifyCommandSubject, something_refuted_is_1) {
  const Outcome outcome = run(with(kFault, {"--out", place("out")}));
  EXPECT_EQ(outcome.status, kRefuted) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "replay: gumbelcheck replay gc1."));
  EXPECT_TRUE(has(contents("out/junit.xml"), "<failure"));
  EXPECT_EQ(verdict("out")["exit_status"], 1);
}

TEST_F(VerifyCommandSubject, broken_or_inconclusive_is_3) {
  EXPECT_EQ(run({"verify", "--claims", "gumbel-max/law", "--logits", "0,1", "--draws", "100"}).status, kUndecided);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"/no/such/program"}, {"true"}, {"echo", "hello"}, {""}}) {
    const Outcome outcome = run(with({"verify", "--claims", "softmax/value", "--"}, command));
    EXPECT_EQ(outcome.status, kUndecided) << outcome.out;
    EXPECT_TRUE(has(outcome.out, "broken")) << outcome.out;
    EXPECT_TRUE(has(outcome.out, "The subject ")) << outcome.out;
  }
}

TEST_F(VerifyCommandSubject, refuted_weighs_more_than_undecided) {
  const Outcome outcome = run({"verify", "fault:hard-path-returns-the-soft-sample", "--claims",
                               "straight-through/one-hot,concrete/law", "--draws", "64"});
  EXPECT_EQ(outcome.status, kRefuted);
  EXPECT_TRUE(has(outcome.out, "inconclusive  concrete/law"));
}

TEST_F(VerifyCommandSubject, a_program_is_verified_through_the_protocol) {
  const Outcome outcome =
      run(with(kQuick, {"--out", place("out"), "--", GUMBELCHECK_PYTHON,
                        GUMBELCHECK_SOURCE_DIR "/tests/subject/programs/minimal.py", "--threads", "--help"}));
  EXPECT_EQ(outcome.status, kUpheld) << outcome.out << outcome.error;
  EXPECT_TRUE(has(outcome.out, "minimal 1 (cpu)"));
  EXPECT_EQ(verdict("out")["subject"]["name"], "minimal");
}

TEST_F(VerifyCommandSubject, a_program_that_dies_in_the_middle_breaks_what_was_left) {
  const Outcome outcome = run({"verify", "--claims", "softmax/*", "--out", place("out"), "--", GUMBELCHECK_PYTHON,
                               GUMBELCHECK_SOURCE_DIR "/tests/subject/programs/misbehaving.py", "crash"});
  EXPECT_EQ(outcome.status, kUndecided);
  EXPECT_TRUE(has(outcome.out, "The subject exited with status 3 before it answered."));
  EXPECT_TRUE(has(outcome.out, "| the last words"));
  EXPECT_EQ(verdict("out")["verdict"], "broken");
}

TEST_F(VerifyCommandSubject, the_same_seed_gives_the_same_verdict_on_one_thread_and_on_three) {
  const std::vector<std::string> claims = {
      "verify", "--claims", "softmax/*,gumbel-max/law,stream/replay", "--draws", "5000", "--effect", "0.2"};
  run(with(claims, {"--threads", "1", "--out", place("one")}));
  run(with(claims, {"--threads", "3", "--out", place("three")}));
  run(with(claims, {"--threads", "3", "--seed", "2", "--out", place("other")}));
  EXPECT_EQ(verdict("one")["timing"]["threads"], 1);
  EXPECT_EQ(verdict("three")["timing"]["threads"], 3);
  EXPECT_EQ(without_times(verdict("one")), without_times(verdict("three")));
  EXPECT_NE(without_times(verdict("one")), without_times(verdict("other")));
}

TEST_F(VerifyCommandSubject, a_random_seed_is_printed_and_repeats_the_run) {
  const Outcome random = run(with(kQuick, {"--seed", "random", "--out", place("random")}));
  const std::string seed = verdict("random")["seed"].dump();
  EXPECT_TRUE(has(random.out, fmt::format("seed {}, ", seed))) << random.out;
  run(with(kQuick, {"--seed", seed, "--out", place("again")}));
  EXPECT_EQ(without_times(verdict("random")), without_times(verdict("again")));
}

TEST_F(VerifyCommandSubject, a_token_replays_its_check) {
  run(with(kFault, {"--out", place("out")}));
  const json checks = verdict("out")["claims"][0]["checks"];
  const auto refuted =
      std::find_if(checks.begin(), checks.end(), [](const json& c) { return c["verdict"] == "refuted"; });
  ASSERT_NE(refuted, checks.end());
  const std::string token = (*refuted)["replay"];
  std::ofstream(place("token")) << token << "\n";
  for (const std::string& argument : {token, std::string("@").append(place("token"))}) {
    const Outcome outcome = run({"replay", argument});
    EXPECT_EQ(outcome.status, kRefuted);
    EXPECT_TRUE(outcome.out.starts_with("asked of: fault:softmax-over-the-wrong-axis\nrefuted  softmax/value\n"))
        << outcome.out;
  }
  EXPECT_EQ(run({"replay", token.substr(0, token.size() - 3)}).status, kBadUsage);
  run(with(kQuick, {"--out", place("good")}));
  EXPECT_EQ(run({"replay", verdict("good")["claims"][0]["checks"][0]["replay"]}).status, kUpheld);
}

TEST_F(VerifyCommandSubject, a_token_of_many_logits_asks_for_them_again) {
  std::ofstream file(place("logits.txt"));
  for (int k = 0; k < 5000; ++k) file << (k % 7) - .001 * k << "\n";
  file.close();
  run({"verify", "--claims", "softmax/value", "--logits", place("logits.txt"), "--out", place("out")});
  const std::string token = verdict("out")["claims"][0]["checks"][0]["replay"];
  EXPECT_LT(token.size(), 2000u);
  const Outcome without = run({"replay", token});
  EXPECT_EQ(without.status, kBadUsage);
  EXPECT_TRUE(has(without.error, "--logits")) << without.error;
  EXPECT_EQ(run({"replay", token, "--logits", "0,1,2"}).status, kBadUsage);
  EXPECT_EQ(run({"replay", token, "--logits", place("logits.txt")}).status, kUpheld);
}

json finding(const std::string& claim) { return {{"claim", claim}, {"case", "*"}, {"why", "planted"}}; }

TEST_F(VerifyCommandSubject, an_expected_refutation_is_0_and_an_unexpected_one_or_a_pass_1) {
  run(with(kFault, {"--out", place("out")}));
  json expected = {{"subject", verdict("out")["subject"]["name"]},
                   {"version", verdict("out")["subject"]["version"]},
                   {"findings", {finding("softmax/value")}}};
  Outcome outcome = run(with(kFault, {"--out", place("out"), "--expected", list(expected)}));
  EXPECT_EQ(outcome.status, kUpheld) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "refuted as expected  softmax/value"));
  EXPECT_EQ(verdict("out")["verdict"], "refuted") << "nothing is softened";
  EXPECT_EQ(verdict("out")["exit_status"], 0);
  EXPECT_TRUE(has(contents("out/junit.xml"), "failures=\"0\""));

  expected["findings"] = json::array();
  outcome = run(with(kFault, {"--expected", list(expected)}));
  EXPECT_EQ(outcome.status, kRefuted);
  EXPECT_TRUE(has(outcome.out, "UNEXPECTED REFUTATION  softmax/value"));

  expected["findings"] = {finding("softmax/value")};
  expected["subject"] = "reference";
  run(with(kQuick, {"--out", place("good")}));
  expected["version"] = verdict("good")["subject"]["version"];
  outcome = run(with(kQuick, {"--expected", list(expected)}));
  EXPECT_EQ(outcome.status, kRefuted);
  EXPECT_TRUE(has(outcome.out, "UNEXPECTED PASS  softmax/value"));
}

TEST_F(VerifyCommandSubject, a_list_for_another_version_is_a_mistake_but_the_report_is_there) {
  const std::string expected = list({{"subject", "reference"}, {"version", "0"}, {"findings", json::array()}});
  const Outcome outcome = run(with(kQuick, {"--out", place("out"), "--expected", expected}));
  EXPECT_EQ(outcome.status, kBadUsage);
  EXPECT_TRUE(has(outcome.error, "is for reference 0, and the subject is reference")) << outcome.error;
  EXPECT_TRUE(has(outcome.out, "upheld   gumbel-max/law"));
  EXPECT_EQ(verdict("out")["expected"], nullptr);
}

TEST_F(VerifyCommandSubject, a_list_does_not_excuse_a_program_that_is_not_there) {
  const std::string expected = list({{"subject", "x"}, {"version", "1"}, {"findings", json::array()}});
  EXPECT_EQ(run({"verify", "--claims", "softmax/value", "--expected", expected, "--", "/no/such/program"}).status,
            kUndecided);
}

TEST_F(VerifyCommandSubject, reports_that_cannot_be_written_are_told_after_the_verdict) {
  fs::create_directories(place("out") + "/verdict.json");  // a folder in the place of the file
  const Outcome upheld = run(with(kQuick, {"--out", place("out")}));
  EXPECT_EQ(upheld.status, kUndecided);
  EXPECT_TRUE(has(upheld.error, "verdict.json' cannot be written: Is a directory.")) << upheld.error;
  EXPECT_TRUE(has(upheld.out, "upheld   gumbel-max/law"));
  EXPECT_EQ(run(with(kFault, {"--out", place("out")})).status, kRefuted) << "a refutation weighs more";
}

TEST_F(VerifyCommandSubject, an_output_that_is_full_is_not_a_success) {
  testing::internal::CaptureStderr();
  std::fflush(stdout);
  const int kept = ::dup(STDOUT_FILENO);
  const int full = ::open("/dev/full", O_WRONLY);
  ::dup2(full, STDOUT_FILENO);
  const int status = run_program({"claims"});
  ::__fpurge(stdout);  // what could not be written must not come later
  std::clearerr(stdout);
  std::cout.clear();
  ::dup2(kept, STDOUT_FILENO);
  ::close(kept);
  ::close(full);
  EXPECT_EQ(status, kUndecided);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "gumbelcheck: standard output cannot be written.\n");
}

TEST_F(VerifyCommandSubject, one_fault_in_the_self_test) {
  const Outcome outcome = run({"selftest", "softmax-over-the-wrong-axis"});
  EXPECT_EQ(outcome.status, kUpheld) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "ok      softmax-over-the-wrong-axis")) << outcome.out;
  EXPECT_EQ(outcome.error, "");
}

}  // namespace
}  // namespace gumbelcheck::cli
