// `gumbelcheck ledger` on real runs, and what else `verify` is told about its end.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/capture.hpp"

namespace gumbelcheck::cli {
namespace {

namespace fs = std::filesystem;

class LedgerCommandSubject : public testing::Test {
 protected:
  LedgerCommandSubject() { fs::create_directories(folder_); }
  ~LedgerCommandSubject() override { fs::remove_all(folder_); }

  std::string place(const std::string& name) const { return (folder_ / name).string(); }
  std::string contents(const std::string& name) const {
    std::ifstream stream(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  // The verdict.json of a run whose draws see nothing by themselves.
  std::string night(const std::string& subject, const std::string& seed, const std::string& draws) const {
    const std::string out = place(subject.substr(0, 5) + seed + "of" + draws);
    run({"verify", subject, "--claims", "concrete/rounding", "--seed", seed, "--draws", draws, "--no-shrink", "--out",
         out});
    return out + "/verdict.json";
  }

 private:
  fs::path folder_ = fs::temp_directory_path() / ("gumbelcheck_ledger_cli_" + std::to_string(::getpid()));
};

TEST_F(LedgerCommandSubject, an_effect_too_small_for_one_night_is_refuted_by_several) {
  const std::string fault = "fault:temperature-not-applied-to-the-noise";
  std::vector<std::string> add = {"ledger", place("ledger"), "--add"};
  Outcome outcome;
  int nights = 0;
  do {
    add.resize(3);
    add.push_back(night(fault, std::to_string(++nights), "12"));
    outcome = run(add);
    ASSERT_NE(outcome.status, kBadUsage) << outcome.error;
    EXPECT_FALSE(nights == 1 && outcome.status == kRefuted) << outcome.out;
  } while (outcome.status != kRefuted && nights < 60);
  EXPECT_EQ(outcome.status, kRefuted) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "refuted  concrete/rounding")) << outcome.out;
  EXPECT_EQ(run({"ledger", place("ledger")}).out, outcome.out) << "shown again without adding";
}

TEST_F(LedgerCommandSubject, a_right_subject_is_not_and_a_refused_file_changes_nothing) {
  const std::string one = night("reference", "1", "400");
  const std::string two = night("reference", "2", "400");
  Outcome outcome = run({"ledger", place("ledger"), "--add", one, "--false-alarm-rate", "1e-6"});
  EXPECT_EQ(outcome.status, kUpheld) << outcome.error;
  EXPECT_TRUE(has(outcome.out, "reference 0.1.0: 1 run\n")) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "1e-6 (its false-alarm rate)")) << outcome.out;
  const std::string before = contents("ledger");
  outcome = run({"ledger", place("ledger"), "--add", two, one});
  EXPECT_EQ(outcome.status, kBadUsage);
  EXPECT_TRUE(has(outcome.error, "seed 1, which is in the ledger already")) << outcome.error;
  EXPECT_EQ(contents("ledger"), before) << "not even the file beside it";
  outcome = run({"ledger", place("ledger"), "--add", two, "--false-alarm-rate", "1e-3"});
  EXPECT_EQ(outcome.status, kBadUsage);
  EXPECT_TRUE(has(outcome.error, "was begun with false-alarm rate 1e-06")) << outcome.error;
  EXPECT_EQ(run({"ledger", place("ledger"), "--add", two}).status, kUpheld);
}

TEST_F(LedgerCommandSubject, a_run_out_of_time_is_undecided) {
  const Outcome outcome = run({"verify", "--claims", "concrete/law", "--time-limit", "1e-6"});
  EXPECT_EQ(outcome.status, kUndecided);
  EXPECT_TRUE(has(outcome.out, "The time limit of the run, 1e-06 s, was reached")) << outcome.out;
}

TEST_F(LedgerCommandSubject, no_shrink_leaves_the_inquiry_out) {
  const std::vector<std::string> arguments = {"verify", "fault:softmax-over-the-wrong-axis", "--claims",
                                              "softmax/value"};
  EXPECT_TRUE(has(run(arguments).out, "Smallest case that fails"));
  std::vector<std::string> quick = arguments;
  quick.emplace_back("--no-shrink");
  const Outcome outcome = run(quick);
  EXPECT_EQ(outcome.status, kRefuted);
  EXPECT_FALSE(has(outcome.out, "Smallest case that fails"));
}

TEST_F(LedgerCommandSubject, a_program_has_the_time_that_it_is_given) {
  const std::vector<std::string> program = {"--", "sleep", "30"};
  std::vector<std::string> arguments = {"verify", "--claims", "softmax/value", "--start-timeout", "0.2"};
  arguments.insert(arguments.end(), program.begin(), program.end());
  const Outcome outcome = run(arguments);
  EXPECT_EQ(outcome.status, kUndecided);
  EXPECT_TRUE(has(outcome.out, "did not answer within 0.2 s")) << outcome.out;
}

}  // namespace
}  // namespace gumbelcheck::cli
