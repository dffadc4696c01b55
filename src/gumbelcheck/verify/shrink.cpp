#include "gumbelcheck/verify/shrink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/claim/reals.hpp"

namespace gumbelcheck::verify {

namespace {

using claim::Case;
using claim::Verdict;

constexpr std::size_t kFewestClasses = 2;
constexpr std::uint64_t kFewestDraws = 16;
constexpr int kInnerCandidates = 12;  // of blocks in the middle, which seldom go
constexpr int kZeroCandidates = 12;   // of blocks of logits

std::size_t class_axis(const Case& tried) {
  const int rank = static_cast<int>(tried.shape.size());
  return static_cast<std::size_t>(tried.axis < 0 ? tried.axis + rank : tried.axis);
}

// The case with only these places along an axis.
Case kept_along(const Case& tried, std::size_t axis, const std::vector<std::size_t>& places) {
  Case smaller = tried;
  smaller.shape[axis] = places.size();
  smaller.logits.clear();
  std::size_t inner = 1;
  for (std::size_t i = axis + 1; i < tried.shape.size(); ++i) inner *= tried.shape[i];
  const std::size_t span = inner * tried.shape[axis];
  for (std::size_t outer = 0; outer < tried.logits.size(); outer += span) {
    for (const std::size_t place : places) {
      const auto from = tried.logits.begin() + static_cast<std::ptrdiff_t>(outer + place * inner);
      smaller.logits.insert(smaller.logits.end(), from, from + static_cast<std::ptrdiff_t>(inner));
    }
  }
  return smaller;
}

// All places but [from, to).
std::vector<std::size_t> without(std::size_t count, std::size_t from, std::size_t to) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < count; ++i) {
    if (i < from || i >= to) places.push_back(i);
  }
  return places;
}

bool same_question(const Case& one, const Case& other) {
  return one.shape == other.shape && one.logits == other.logits && one.axis == other.axis &&
         one.temperature == other.temperature && one.draws == other.draws;
}

std::string shape_text(const subject::Shape& shape) { return fmt::format("{}", fmt::join(shape, " x ")); }

std::string label_of(const Case& tried) {
  std::string label;
  if (!tried.logits.empty()) {
    const bool zero = std::ranges::all_of(tried.logits, [](double logit) { return logit == 0; });
    label = tried.shape.size() == 1 ? fmt::format("{} classes", tried.shape[0])
                                    : fmt::format("{} batch", shape_text(tried.shape));
    if (zero) label += " of logit 0";
    label += tried.shape.size() == 1 ? ", " : fmt::format(", axis {}, ", tried.axis);
  }
  label += subject::name(tried.dtype);
  if (tried.temperature != 1) label += fmt::format(", temperature {}", tried.temperature);
  if (!tried.variant.empty()) label += ", " + tried.variant;
  return label;
}

class Shrinker {
 public:
  Shrinker(const claim::CheckResult& refuted, const Judge& subject, const Judge& right, const ShrinkLimits& limits)
      : origin_(refuted.tried), subject_(subject), right_(right), limits_(limits), best_(refuted.tried) {
    found_.result = refuted;
    const std::uint64_t taken = std::max(refuted.draws, std::uint64_t{1});
    limits_.elements = std::max(limits_.elements, 8 * taken * elements_of(best_));
    // The evidence of a law: four times, and two where that would be long. An exact check has no use for more draws
    // than it planned, and may ask for them all at once.
    if (best_.effect > 0) {
      best_.draws = std::max(kFewestDraws, (taken < (1u << 14) ? 4 : 2) * taken);
    } else if (refuted.draws > 0) {
      best_.draws = std::min(best_.draws, 4 * taken);
    }
  }

  void run() {
    drop();
    if (zero()) drop();
    round();
    temperature();
    draws();
  }

  bool found() const { return accepted_; }
  const Case& smallest() const { return best_; }
  const Judged& judged() const { return found_; }
  std::uint32_t candidates() const { return candidates_; }

 private:
  static std::uint64_t elements_of(const Case& tried) { return std::max<std::uint64_t>(1, tried.logits.size()); }
  bool exhausted() const { return candidates_ >= limits_.candidates || spent_ >= limits_.elements; }

  // Judges the candidate on draws of its own.
  std::optional<Judged> subject_fails(Case& candidate) {
    if (exhausted() || same_question(candidate, best_)) return std::nullopt;
    candidate.seed = fresh_seed(origin_, ++candidates_);
    candidate.label = label_of(candidate);
    Judged judged = subject_(candidate, kCandidateBudget);
    spent_ += judged.result.draws * elements_of(candidate);
    if (judged.result.verdict != Verdict::refuted) return std::nullopt;
    return judged;
  }

  // Where it fails, it is the smallest case from now on.
  bool fails(Case candidate) {
    std::optional<Judged> judged = subject_fails(candidate);
    if (!judged) return false;
    if (right_) {
      const claim::CheckResult control = right_(candidate, kCandidateBudget).result;
      spent_ += control.draws * elements_of(candidate);
      if (control.verdict == Verdict::refuted) return false;
    }
    best_ = std::move(candidate);
    found_ = *std::move(judged);
    accepted_ = true;
    return true;
  }

  void drop() {
    if (best_.shape.empty()) return;
    for (std::size_t axis = 0; axis < best_.shape.size(); ++axis) {
      if (axis != class_axis(best_)) drop_along(axis, 1);
    }
    if (best_.shape.size() > 1 && best_.logits.size() == best_.shape[class_axis(best_)]) {
      Case row = best_;
      row.shape = {best_.logits.size()};
      row.axis = -1;
      fails(row);
    }
    drop_along(class_axis(best_), kFewestClasses);
  }

  // As few places along an axis as fail: from the end, from the beginning, then blocks in the middle.
  void drop_along(std::size_t axis, std::size_t fewest) {
    fewest_kept(axis, fewest, [](std::size_t count, std::size_t kept) { return without(count, kept, count); });
    fewest_kept(axis, fewest, [](std::size_t count, std::size_t kept) { return without(count, 0, count - kept); });
    int left = kInnerCandidates;
    for (std::size_t size = best_.shape[axis] / 4; size > 0; size /= 2) {
      for (std::size_t from = 0; from < best_.shape[axis] && best_.shape[axis] >= fewest + size;) {
        if (left-- == 0) return;
        const std::size_t to = std::min(from + size, best_.shape[axis]);
        if (!fails(kept_along(best_, axis, without(best_.shape[axis], from, to)))) from = to;
      }
    }
  }

  // Bisects between a number that does not fail and one that does, by their geometric mean: vocabularies are long.
  template <class Kept>
  void fewest_kept(std::size_t axis, std::size_t fewest, Kept kept) {
    const auto keeping = [&](std::size_t places) {
      return fails(kept_along(best_, axis, kept(best_.shape[axis], places)));
    };
    if (best_.shape[axis] <= fewest || keeping(fewest)) return;
    std::size_t passes = fewest;
    while (best_.shape[axis] - passes > 1 && !exhausted()) {
      const double mean = std::sqrt(static_cast<double>(passes) * static_cast<double>(best_.shape[axis]));
      const std::size_t middle = std::clamp(static_cast<std::size_t>(mean), passes + 1, best_.shape[axis] - 1);
      if (!keeping(middle)) passes = middle;
    }
  }

  bool zero() {
    const auto with_zeros = [&](std::size_t from, std::size_t to, bool impossible_too) {
      Case candidate = best_;
      for (std::size_t i = from; i < to; ++i) {
        if (impossible_too || std::isfinite(candidate.logits[i])) candidate.logits[i] = 0;
      }
      return candidate;
    };
    const std::size_t count = best_.logits.size();
    if (fails(with_zeros(0, count, true)) || fails(with_zeros(0, count, false))) return true;
    bool any = false;
    int left = kZeroCandidates;
    for (std::size_t size = count / 2; size > 0 && left > 0; size /= 2) {
      for (std::size_t from = 0; from < count && left > 0; from += size) {
        const Case candidate = with_zeros(from, std::min(from + size, count), false);
        if (same_question(candidate, best_)) continue;
        --left;
        any = fails(candidate) || any;
      }
    }
    return any;
  }

  void round() {
    for (const double digits : {1.0, 10.0}) {
      Case candidate = best_;
      for (double& logit : candidate.logits) {
        if (std::isfinite(logit)) logit = std::round(logit * digits) / digits;
      }
      if (fails(candidate)) return;
    }
  }

  void temperature() {
    Case candidate = best_;
    candidate.temperature = 1;
    fails(candidate);
  }

  void draws() {
    if (best_.effect > 0) {
      Case candidate = best_;
      candidate.draws = std::max(kFewestDraws, 2 * found_.result.draws);
      if (candidate.draws < best_.draws) fails(candidate);
      return;
    }
    // Twice: what an exact check takes for impossible may happen by chance in very few draws (two equal first values).
    for (const std::uint64_t fewer : {std::uint64_t{1}, best_.draws / 64, best_.draws / 8}) {
      Case candidate = best_;
      candidate.draws = fewer;
      if (fewer > 0 && fewer < best_.draws && subject_fails(candidate) && fails(candidate)) return;
    }
  }

  const Case& origin_;
  const Judge& subject_;
  const Judge& right_;
  ShrinkLimits limits_;
  Case best_;
  Judged found_;
  bool accepted_ = false;
  std::uint32_t candidates_ = 0;
  std::uint64_t spent_ = 0;
};

// The question in words, for whoever wants to ask it in code of their own.
std::string question_text(const Case& tried, std::uint64_t draws, const subject::Question& asked) {
  std::string text = fmt::format("{}, {}", subject::name(asked.call), subject::name(asked.dtype));
  if (!tried.logits.empty()) {
    text += fmt::format(", logits {} (shape {}{})", logits_text(tried.logits), shape_text(tried.shape),
                        tried.shape.size() > 1 ? fmt::format(", axis {}", asked.axis.value_or(tried.axis)) : "");
  }
  if (asked.temperature) text += fmt::format(", temperature {}", *asked.temperature);
  if (asked.hard) text += *asked.hard ? ", hard" : ", soft";
  if (asked.k) text += fmt::format(", k {}", *asked.k);
  if (!asked.draws) return text + (asked.seed ? fmt::format(", seed {}", *asked.seed) : "");
  const std::uint64_t all = std::max(draws, *asked.draws);
  text += fmt::format(", {} draw{}", all, all == 1 ? "" : "s");
  if (*asked.draws < draws) text += fmt::format(", the first {} of them", *asked.draws);
  if (asked.seed) text += fmt::format(" with seed {}", *asked.seed);
  return text;
}

// Bad input in words: every array as it was sent.
std::string bad_question_text(Case tried, const subject::Question& asked) {
  std::string others;
  for (const auto& [name, array] : asked.arrays) {
    const claim::Reals values(array);
    std::vector<double> numbers(values.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = values[i];
    if (name == "logits") {
      tried.shape = array.shape;
      tried.logits = numbers;
    } else {
      const bool narrow = std::holds_alternative<std::vector<float>>(array.data);
      const std::vector<float> short_numbers(numbers.begin(), numbers.end());  // 0.1 and not 0.10000000149
      others += fmt::format(", {} {} (shape {})", name,
                            narrow ? fmt::format("{}", fmt::join(short_numbers, ", ")) : logits_text(numbers),
                            shape_text(array.shape));
    }
  }
  // An axis that is not there is bad for one row too.
  if (asked.axis && tried.shape.size() == 1 && *asked.axis != tried.axis) {
    others += fmt::format(", axis {}", *asked.axis);
  }
  return question_text(tried, 0, asked) + others;
}

}  // namespace

std::string logits_text(const std::vector<double>& logits, std::size_t most) {
  std::string text;
  std::size_t runs = 0;
  for (std::size_t k = 0; k < logits.size();) {
    if (runs++ == most) return text + fmt::format(", ... {} in all", logits.size());
    std::size_t end = k + 1;
    while (end < logits.size() &&
           std::bit_cast<std::uint64_t>(logits[end]) == std::bit_cast<std::uint64_t>(logits[k])) {
      ++end;
    }
    text += k == 0 ? "" : ", ";
    text += end - k > 1 ? fmt::format("{} times {}", end - k, logits[k]) : fmt::format("{}", logits[k]);
    k = end;
  }
  return text;
}

std::optional<claim::SmallerCase> shrink(const claim::CheckResult& refuted, const claim::Replay& origin,
                                         const Judge& subject, const Judge& right, const ShrinkLimits& limits) {
  Shrinker shrinker(refuted, subject, right, limits);
  shrinker.run();
  if (!shrinker.found()) return std::nullopt;
  claim::SmallerCase smaller;
  smaller.tried = shrinker.smallest();
  smaller.finding = shrinker.judged().result.finding;
  smaller.draws = shrinker.judged().result.draws;
  smaller.candidates = shrinker.candidates();
  claim::Replay replay = origin;
  replay.tried = smaller.tried;
  replay.budget = kCandidateBudget;
  smaller.replay_token = claim::replay_token(replay);
  if (!stands_alone(smaller.replay_token)) smaller.replay_token.clear();
  if (!smaller.replay_token.empty()) smaller.lines = fmt::format("gumbelcheck replay {}\n", smaller.replay_token);
  if (const auto& bad = shrinker.judged().result.question_at_fault) {
    smaller.lines += fmt::format("# In code of your own; this is answered as if it were good input: {}\n",
                                 bad_question_text(smaller.tried, *bad));
  } else if (const auto& asked = shrinker.judged().asked) {
    smaller.lines += fmt::format("# In code of your own; the check begins with: {}\n",
                                 question_text(smaller.tried, smaller.draws, *asked));
  }
  return smaller;
}

}  // namespace gumbelcheck::verify
