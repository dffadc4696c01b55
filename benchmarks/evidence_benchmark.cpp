// What judging costs beside drawing: whole checks of the built-in implementation that go to their last draws. "over_drawing"
// is the time outside the subject's answers (counting, some sixty looks, the live control) over the time in them, both
// of the same run, question by question; so a change of the processor's speed falls on both.

#include <benchmark/benchmark.h>

#include <ctime>
#include <string>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/statistic/power.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace {

using namespace gumbelcheck;

// Of the processor, so that what else runs on the machine does not count; a check has one thread.
double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The reference with a watch on it.
struct Timed {
  subject::Reference reference;
  double* answering;

  subject::Description describe() const { return reference.describe(); }
  subject::Reply ask(const subject::Question& question) const {
    const double start = seconds();
    subject::Reply reply = reference.ask(question);
    *answering += seconds() - start;
    return reply;
  }
};
static_assert(subject::Testable<Timed>);

struct Judged {
  const char* claim;
  std::size_t classes;
  std::uint64_t draws;
};

void judge(benchmark::State& state, const Judged& judged) {
  const claim::LogitsSet set =
      judged.classes > 1000 ? claim::model_like_logits(1, judged.classes) : claim::spread_logits(1, judged.classes);
  const statistic::Budget budget;
  claim::Case tried;
  tried.claim = judged.claim;
  tried.label = set.label;
  tried.shape = set.shape;
  tried.logits = set.values;
  tried.draws = judged.draws;
  // Less than so many draws can uphold, so that the check goes to its last look.
  const std::size_t cells = std::min<std::size_t>(judged.classes, 64);
  tried.effect = statistic::detectable_effect(judged.draws, {.cells = cells}, budget) / 2;
  double answering = 0;
  double whole = 0;
  std::uint64_t draws = 0;
  std::uint64_t looks = 0;
  for (auto _ : state) {
    subject::Subject subject(Timed{.reference = subject::Reference(), .answering = &answering});
    const double start = seconds();
    const claim::CheckResult result = claim::find(judged.claim)->check(tried, subject, budget);
    whole += seconds() - start;
    if (result.verdict == claim::Verdict::refuted || !result.evidence) {
      state.SkipWithError(result.finding.c_str());
      return;
    }
    draws += result.draws;
    looks += result.evidence->looks;
  }
  state.counters["draws"] = benchmark::Counter(static_cast<double>(draws), benchmark::Counter::kAvgIterations);
  state.counters["looks"] = benchmark::Counter(static_cast<double>(looks), benchmark::Counter::kAvgIterations);
  state.counters["drawing_s"] = benchmark::Counter(answering, benchmark::Counter::kAvgIterations);
  state.counters["over_drawing"] = whole / answering - 1;
}

}  // namespace

int main(int argc, char** argv) {
  static constexpr Judged kAll[] = {{"gumbel-max/law", 32, 10000000},
                                    {"categorical/law", 32, 10000000},
                                    {"categorical/law", 131072, 1000000},
                                    {"gumbel-max/law", 131072, 4096}};
  for (const Judged& judged : kAll) {
    const std::string name = std::string(judged.claim) + "/" + std::to_string(judged.classes);
    benchmark::RegisterBenchmark(name.c_str(), [&judged](benchmark::State& state) { judge(state, judged); })
        ->Unit(benchmark::kMillisecond)
        ->Iterations(1);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
