#include "gumbelcheck/verify/selftest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/verify/plan.hpp"

namespace gumbelcheck::verify {

namespace {

using claim::CheckResult;
using claim::FaultResult;
using claim::Verdict;

constexpr double kLn10 = 2.302585092994046;

std::string evidence_text(const CheckResult& check) {
  if (check.exact && check.exact->worst > 1) {
    return std::isinf(check.exact->worst) ? "exact" : fmt::format("error {:.2g} x bound", check.exact->worst);
  }
  if (!check.evidence) return "exact";
  if (std::isinf(check.evidence->largest_log_e)) return "E = inf";
  if (check.evidence->largest_log_e > 0) return fmt::format("E = 1e{:.1f}", check.evidence->largest_log_e / kLn10);
  return fmt::format("p = {:.1e}", check.evidence->p_value);
}

FaultResult described(const fault::Fault& fault) {
  return {.id = fault.id,
          .sentence = fault.sentence,
          .source = fault.source,
          .named_claim = fault.refuted_by,
          .evidence = {},
          .finding = {}};
}

FaultResult try_fault(const fault::Fault& fault) {
  FaultResult result = described(fault);
  Settings settings;
  settings.claims = {fault.refuted_by};
  subject::Subject subject = fault.open();
  Plan planned = plan(settings, subject.describe());
  // Other claims in the plan are laws beside which this one counts; a refutation needs none.
  std::erase_if(planned.claims, [&](const PlannedClaim& p) { return p.claim->sheet.id != fault.refuted_by; });
  result.verdict = Verdict::unsupported;
  result.finding = planned.claims.front().missing;
  for (const claim::Case& tried : planned.claims.front().cases) {
    subject::Subject own = fault.open();
    const CheckResult check = planned.claims.front().claim->check(tried, own, planned.budget);
    result.verdict = check.verdict;
    result.finding = check.finding;
    if (check.verdict != Verdict::refuted) continue;
    result.draws = check.draws;
    result.evidence = evidence_text(check);
    result.passed = true;
    return result;
  }
  result.finding = fmt::format("{} did not refute it; its last case is {}. {}", fault.refuted_by,
                               claim::name(result.verdict), result.finding);
  return result;
}

FaultResult try_acquittal(const fault::Fault& fault) {
  FaultResult result = described(fault);
  Settings settings;
  settings.threads = 1;
  settings.rerun = settings.shrink = false;  // the verdict alone is asked for
  const claim::RunRecord record = run(settings, {.spec = "fault:" + fault.id, .command = {}, .open = fault.open});
  std::size_t upheld = 0, checks = 0;
  for (const claim::ClaimResult& claim : record.claims) {
    for (const CheckResult& check : claim.checks) {
      result.draws += check.draws;
      checks += check.verdict != Verdict::unsupported;
      upheld += check.verdict == Verdict::upheld;
      if (check.verdict == Verdict::upheld || check.verdict == Verdict::unsupported) continue;
      result.finding += fmt::format("{} ({}): {} ", check.tried.claim, check.tried.label, check.finding);
    }
  }
  result.verdict = claim::overall(record);
  result.evidence = fmt::format("{} of {} checks upheld", upheld, checks);
  result.passed = result.verdict == Verdict::upheld;
  return result;
}

}  // namespace

std::vector<FaultResult> selftest(const std::vector<std::string>& faults, unsigned threads,
                                  const ProgressSink& progress) {
  std::vector<const fault::Fault*> chosen;
  for (const std::string& id : faults) {
    chosen.push_back(fault::find(id));
    if (chosen.back() == nullptr) {
      throw std::invalid_argument(
          fmt::format("selftest: there is no fault \"{}\"; `gumbelcheck faults` lists them", id));
    }
  }
  if (faults.empty()) {
    for (const fault::Fault& fault : fault::catalogue()) chosen.push_back(&fault);
  }
  // Acquittals take longest, so they start first.
  std::vector<std::size_t> order(chosen.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return chosen[i]->acquittal(); });

  std::vector<FaultResult> results(chosen.size());
  std::atomic<std::size_t> next = 0, done = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (std::size_t n = next++; n < order.size(); n = next++) {
        const fault::Fault& fault = *chosen[order[n]];
        if (progress) {
          const std::lock_guard lock(mutex);
          progress({.checks_done = done, .checks = chosen.size(), .now = fault.id});
        }
        const auto start = std::chrono::steady_clock::now();
        FaultResult& result = results[order[n]];
        result = fault.acquittal() ? try_acquittal(fault) : try_fault(fault);
        result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        ++done;
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next = order.size();
    }
  };
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> others;
    for (unsigned t = 1; t < threads; ++t) others.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
  return results;
}

}  // namespace gumbelcheck::verify
