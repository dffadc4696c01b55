// What a check costs: the first case of every claim, on the built-in implementation, from the first question to the
// verdict. "share_of_drawing" is the part of that time in which the subject was answering; the rest is pivots, counts
// and evidence.

#include <benchmark/benchmark.h>

#include <chrono>
#include <string>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace {

using namespace gumbelcheck;
using Clock = std::chrono::steady_clock;

// The reference with a watch on it.
struct Timed {
  subject::Reference reference;
  Clock::duration* answering;

  subject::Description describe() const { return reference.describe(); }
  subject::Reply ask(const subject::Question& question) const {
    const Clock::time_point start = Clock::now();
    subject::Reply reply = reference.ask(question);
    *answering += Clock::now() - start;
    return reply;
  }
};
static_assert(subject::Testable<Timed>);

void check(benchmark::State& state, const claim::Claim& claim, const claim::Case& tried) {
  const statistic::Budget budget;
  Clock::duration answering{};
  const Clock::time_point start = Clock::now();
  std::uint64_t draws = 0;
  for (auto _ : state) {
    subject::Subject subject(Timed{.reference = subject::Reference(), .answering = &answering});
    const claim::CheckResult result = claim.check(tried, subject, budget);
    if (result.verdict != claim::Verdict::upheld) {
      state.SkipWithError(result.finding.c_str());
      return;
    }
    draws += result.draws;
  }
  const Clock::duration whole = Clock::now() - start;
  state.counters["draws"] = benchmark::Counter(static_cast<double>(draws), benchmark::Counter::kAvgIterations);
  state.counters["share_of_drawing"] = std::chrono::duration<double>(answering) / std::chrono::duration<double>(whole);
}

}  // namespace

int main(int argc, char** argv) {
  const subject::Description description = subject::Reference().describe();
  for (const claim::Claim& claim : claim::catalogue()) {
    const std::vector<claim::Case> cases = claim.cases(description, {});
    benchmark::RegisterBenchmark(claim.sheet.id.c_str(), [&claim, tried = cases.front()](benchmark::State& state) {
      check(state, claim, tried);
    })->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
