// Bad usage: exit status 2, one sentence on standard error, nothing on standard output. And the words that
// only print.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "cli/capture.hpp"
#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::cli {
namespace {

using Arguments = std::vector<std::string>;

TEST(Usage, every_mistake_is_a_sentence_and_status_2) {
  const std::vector<std::pair<Arguments, std::string>> mistakes = {
      {{}, "There is no command. The commands are verify, claims, explain, replay, selftest, ledger, faults"},
      {{"dance"}, "There is no command 'dance'."},
      {{""}, "There is no command ''."},
      {{"--nope"}, "--nope"},
      {{"verify", "--nope"}, "--nope"},
      {{"verify", "reference", "fault:x"}, "fault:x"},
      {{"verify", "nonsense"}, "nonsense"},
      {{"verify", "process"}, "after --"},
      {{"verify", "fault:none-such"}, "none-such"},
      {{"verify", "reference", "--", "true"}, "two subjects"},
      {{"verify", "--"}, "after --"},
      {{"claims", "--", "true"}, "only `verify`"},
      {{"verify", "--claims", "no/such"}, "no/such"},
      {{"verify", "--claims", "softmax/value,,"}, "between its commas"},
      {{"verify", "--claims", ""}, "between its commas"},
      {{"verify", "--logits", "0,x"}, "index 1 is 'x'"},
      {{"verify", "--logits", "0,-inf"}, "at least two must be finite"},
      {{"verify", "--logits"}, "--logits"},
      {{"verify", "--temperature", "0"}, "--temperature is '0'"},
      {{"verify", "--draws", "0"}, "--draws is '0'"},
      {{"verify", "--draws", ""}, "--draws is ''"},
      {{"verify", "--draws", "1"}, "from 2 to 2^53"},
      {{"verify", "--seed", "1", "--seed", "2"}, "--seed is given more than once"},
      {{"verify", "--time-limit", "0"}, "--time-limit is '0'"},
      {{"verify", "--start-timeout", "inf"}, "--start-timeout is 'inf'"},
      {{"verify", "--answer-timeout", "soon"}, "--answer-timeout is 'soon'"},
      {{"verify", "--effect", "1"}, "--effect is '1'"},
      {{"verify", "--false-alarm-rate", "0"}, "--false-alarm-rate is '0'"},
      {{"verify", "--miss-rate", "nan"}, "--miss-rate is 'nan'"},
      {{"verify", "--known-algorithm", "other"}, "rounded-sum"},
      {{"verify", "--log-odds-margin", "1"}, "--log-odds-margin is '1'"},
      {{"verify", "--relative-tolerance", "0"}, "--relative-tolerance is '0'"},
      {{"verify", "--relative-tolerance", ".1", "--log-odds-margin", ".1"}, "one is given at most"},
      {{"tolerances", "--known-algorithm", ""}, "--known-algorithm is ''"},
      {{"verify", "--seed", "-1"}, "--seed is '-1'"},
      {{"verify", "--threads", "-1"}, "--threads is '-1'"},
      {{"verify", "--expected", "/no/such/list"}, "/no/such/list"},
      {{"verify", "--out", "/dev/null/below"}, "/dev/null/below"},
      {{"explain"}, "CLAIM"},
      {{"explain", "softmax/vlaue"}, "Did you mean"},
      {{"explain", "zzz"}, "gumbelcheck claims"},
      {{"replay"}, "TOKEN"},
      {{"replay", "gc1.abc"}, "replay token"},
      {{"replay", "@/no/such/file"}, "/no/such/file"},
      {{"plan", "--classes", "1"}, "--classes is '1'; it must be a whole number from 2 to 262,144"},
      {{"plan", "--classes", "1e300"}, "--classes is '1e300'; it must be a whole number from 2 to 262,144"},
      {{"plan", "--effect", "1e-9"}, "--effect is '1e-9'; it must be a total variation of at least 0.0001 and below 1"},
      {{"plan", "--effect", "nan"}, "--effect is 'nan'"},
      {{"plan", "--draws", "1e17"}, "--draws is '1e17'; it must be a whole number from 2 to 2^53"},
      {{"plan", "--classes", "3", "--logits", "0,1"}, "one of them is enough"},
      {{"plan", "--dtype", "float31"}, "--dtype is 'float31'"},
      {{"plan", "--claims", "no/such"}, "no/such"},
      {{"plan", "--checks", "0"}, "--checks is '0'"},
      {{"plan", "--json", "/dev/null/below"}, "/dev/null/below"},
      {{"ledger", "/no/such/ledger"}, "--add verdict.json begins one"},
      {{"ledger", "/no/such/ledger", "--add", "/no/such/verdict"}, "'/no/such/verdict' cannot be read"},
      {{"ledger", "/dev/null", "--add", "x"}, "/dev/null"},
      {{"ledger", "/"}, "'/' is a folder"},
      {{"ledger", "/no/such/ledger", "--add", "/"}, "'/' is a folder"},
      {{"verify", "--claims", "softmax/value", "fault:none-such"}, "fault \"none-such\""},
      {{"selftest", "none-such"}, "none-such"},
      {{"selftest", "--threads", "x"}, "--threads is 'x'"},
  };
  for (const auto& [arguments, words] : mistakes) {
    const Outcome outcome = run(arguments);
    std::string command = "gumbelcheck";
    for (const std::string& argument : arguments) command += " '" + argument + "'";
    EXPECT_EQ(outcome.status, kBadUsage) << command;
    EXPECT_EQ(outcome.out, "") << command;
    EXPECT_TRUE(outcome.error.starts_with("gumbelcheck: ")) << command << "\n" << outcome.error;
    EXPECT_TRUE(has(outcome.error, words)) << command << "\n" << outcome.error;
    EXPECT_EQ(std::count(outcome.error.begin(), outcome.error.end(), '\n'), 1) << command << "\n" << outcome.error;
  }
}

TEST(Usage, a_mistake_is_told_before_any_work_and_moves_no_cursor) {
  const Outcome outcome = run({"verify", "\x1b[2Jfault"});
  EXPECT_EQ(outcome.status, kBadUsage);
  EXPECT_EQ(outcome.error.find('\x1b'), std::string::npos);
}

TEST(Usage, help_and_version_are_no_mistakes) {
  for (const Arguments& arguments : {Arguments{"--help"}, {"verify", "--help"}, {"replay", "-h"}, {"--version"}}) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, kUpheld);
    EXPECT_NE(outcome.out, "");
    EXPECT_EQ(outcome.error, "");
  }
  EXPECT_TRUE(has(run({"--help"}).out, "the first of 2, 1, 3, 0")) << "the exit statuses are told";
  const std::string help = run({"verify", "--help"}).out;
  for (const char* option : {"--claims", "--logits", "--temperature", "--draws", "--effect", "--false-alarm-rate",
                             "--miss-rate", "--seed", "--threads", "--out", "--expected", "--all", "--no-shrink",
                             "--time-limit", "--start-timeout", "--answer-timeout"}) {
    EXPECT_TRUE(has(help, option)) << option;
  }
}

TEST(Usage, every_claim_is_listed_and_explained) {
  const Outcome list = run({"claims"});
  EXPECT_EQ(list.status, kUpheld);
  for (const claim::Claim& claim : claim::catalogue()) {
    EXPECT_TRUE(has(list.out, claim.sheet.id + "\n    ")) << claim.sheet.id;
    const Outcome explained = run({"explain", claim.sheet.id});
    EXPECT_EQ(explained.status, kUpheld);
    for (const char* field : {"\nstatement\n", "\npivot\n", "\ntest\n", "\npower\n", "\nproof\n", "\nsource\n",
                              "\ndeclared effect\n", "\nby default, of the built-in implementation\n"}) {
      EXPECT_TRUE(has(explained.out, field)) << claim.sheet.id << " lacks" << field;
    }
  }
}

TEST(Usage, every_fault_is_listed_with_the_claim_that_refutes_it) {
  const Outcome list = run({"faults"});
  EXPECT_EQ(list.status, kUpheld);
  for (const fault::Fault& fault : fault::catalogue()) {
    const std::size_t at = list.out.find(fault.id + "\n    ");
    ASSERT_NE(at, std::string::npos) << fault.id;
    const std::string told = fault.acquittal() ? "must be acquitted" : fault.refuted_by;
    EXPECT_NE(list.out.find(told, at), std::string::npos) << fault.id;
  }
}

// Whoever reads the numbers on the first page may count them.
TEST(Usage, the_readme_says_how_many_claims_and_faults_there_are) {
  std::ifstream file(std::filesystem::path(GUMBELCHECK_SOURCE_DIR) / "README.md");
  std::string page{std::istreambuf_iterator<char>(file), {}};
  std::ranges::replace(page, '\n', ' ');
  const auto number = [&](const char* pattern) {
    std::smatch found;
    const bool there = std::regex_search(page, found, std::regex(pattern));
    EXPECT_TRUE(there) << pattern;
    return there ? std::stoul(found[1]) : 0;
  };
  const auto acquittals = static_cast<std::size_t>(std::ranges::count_if(fault::catalogue(), &fault::Fault::acquittal));
  EXPECT_EQ(number("to ([0-9]+) claims"), claim::catalogue().size());
  EXPECT_EQ(number("holds ([0-9]+) deliberately broken"), fault::catalogue().size() - acquittals);
  EXPECT_EQ(number("and ([0-9]+) +right ones that look suspicious"), acquittals);
}

TEST(Usage, the_heavier_status) {
  EXPECT_EQ(heavier(0, 3), 3);
  EXPECT_EQ(heavier(3, 1), 1);
  EXPECT_EQ(heavier(1, 3), 1);
  EXPECT_EQ(heavier(1, 2), 2);
  EXPECT_EQ(heavier(0, 0), 0);
}

}  // namespace
}  // namespace gumbelcheck::cli
