#include "gumbelcheck/picture/ticks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

namespace gumbelcheck::picture {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();

// mantissa 10^exponent. Marks are whole multiples of a decimal step, so nothing is rounded before the end.
struct Decimal {
  long long mantissa = 0;
  int exponent = 0;

  double value() const { return std::strtod(fmt::format("{}e{}", mantissa, exponent).c_str(), nullptr); }
  Decimal reduced() const {
    Decimal result = *this;
    if (mantissa == 0) return {0, 0};
    while (result.mantissa % 10 == 0) {
      result.mantissa /= 10;
      ++result.exponent;
    }
    return result;
  }
};

constexpr std::string_view kMinus = "\xE2\x88\x92";

std::string plain(Decimal decimal) {
  const bool negative = decimal.mantissa < 0;
  std::string digits = std::to_string(std::llabs(decimal.mantissa));
  if (decimal.exponent > 0) digits.append(static_cast<std::size_t>(decimal.exponent), '0');
  const auto decimals = static_cast<std::size_t>(std::max(0, -decimal.exponent));
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  const std::string whole = digits.substr(0, digits.size() - decimals);
  std::string text(negative ? kMinus : "");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i > 0 && (whole.size() - i) % 3 == 0) text += ',';
    text += whole[i];
  }
  if (decimals > 0) text.append(1, '.').append(digits, digits.size() - decimals);
  return text;
}

std::string scientific(Decimal decimal) {
  const Decimal reduced = decimal.reduced();
  if (reduced.mantissa == 0) return "0";
  const std::string digits = std::to_string(std::llabs(reduced.mantissa));
  const int exponent = reduced.exponent + static_cast<int>(digits.size()) - 1;
  return fmt::format("{}{}{}{}e{}{}", reduced.mantissa < 0 ? kMinus : "", digits.substr(0, 1),
                     digits.size() > 1 ? "." : "", digits.substr(1), exponent < 0 ? kMinus : "", std::abs(exponent));
}

// Linear marks share their form.
std::vector<Tick> labelled(const std::vector<Decimal>& marks) {
  double largest = 0;
  bool whole = true;
  for (const Decimal& mark : marks) {
    largest = std::max(largest, std::abs(mark.value()));
    whole = whole && mark.reduced().exponent >= 0;
  }
  const bool long_form = largest >= 1e7 || largest < 1e-3;
  int decimals = 0;
  for (const Decimal& mark : marks) decimals = std::max(decimals, -mark.reduced().exponent);
  std::vector<Tick> ticks;
  for (Decimal mark : marks) {
    const double value = mark.value();
    if (!long_form) {
      mark = mark.reduced();
      while (mark.exponent > -decimals) {  // 0.5 beside 0.25 is 0.50
        mark.mantissa *= 10;
        --mark.exponent;
      }
    }
    ticks.push_back({value, mark.mantissa == 0 ? "0" : long_form ? scientific(mark) : plain(mark)});
  }
  return ticks;
}

// A step: 1, 2, 2.5 or 5 times a power of ten.
struct Step {
  long long mantissa = 1;
  int exponent = 0;

  Decimal multiple(long long i) const { return {i * mantissa, exponent}; }
  // The last multiple at or below a value. The quotient is off by a unit at most; the exact multiples decide.
  long long below(double value) const {
    auto i = static_cast<long long>(std::floor(value / multiple(1).value()));
    while (multiple(i).value() > value) --i;
    while (multiple(i + 1).value() <= value) ++i;
    return i;
  }
  long long above(double value) const {
    const long long i = below(value);
    return multiple(i).value() == value ? i : i + 1;
  }
};

struct Marks {
  long long first = 0, last = 0;
  Step step;
  int count() const { return static_cast<int>(last - first + 1); }
};

// The step with the fewest faults: marks too few or too many, room wasted, steps of a quarter.
// Of steps at a ratio of 2 to 1.25, some has three to seven marks within any range, and some covers it with them.
Marks linear_marks(Range range, int wanted, bool cover) {
  const double half_span = range.high / 2 - range.low / 2;
  const int size = static_cast<int>(std::floor(std::log10(half_span)));
  std::optional<Marks> best;
  double least = 0;
  for (int exponent = std::max(size - 2, -323); exponent <= std::min(size + 2, 308); ++exponent) {
    for (const Step step : {Step{1, exponent}, Step{2, exponent}, Step{25, exponent - 1}, Step{5, exponent}}) {
      const double width = step.multiple(1).value();
      if (!std::isfinite(width) || width <= 0 || half_span / width > 8) continue;
      const Marks marks = cover ? Marks{step.below(range.low), step.above(range.high), step}
                                : Marks{step.above(range.low), step.below(range.high), step};
      if (marks.count() < kFewestTicks || marks.count() > kMostTicks) continue;
      const double waste = cover ? (marks.count() - 1) * (width / 2) / half_span - 1 : 0;
      const double faults = waste + .12 * std::abs(marks.count() - wanted) + (step.mantissa == 25 ? .5 : 0);
      if (!best || faults < least) {
        best = marks;
        least = faults;
      }
    }
  }
  // Only at the very ends of the numbers: the range itself.
  return best.value_or(Marks{0, -1, {}});
}

std::vector<Tick> linear_ticks(const Marks& marks) {
  std::vector<Decimal> decimals;
  for (long long i = marks.first; i <= marks.last; ++i) {
    if (std::isfinite(marks.step.multiple(i).value())) decimals.push_back(marks.step.multiple(i));
  }
  return labelled(decimals);
}

int exponent_at_or_below(double value, double base) {
  int k = static_cast<int>(std::floor(base == 2 ? std::log2(value) : std::log10(value)));
  const auto power = [&](int n) { return base == 2 ? std::exp2(n) : Decimal{1, n}.value(); };
  while (power(k) > value) --k;
  while (power(k + 1) <= value) ++k;
  return k;
}

// Mantissas within each decade.
std::vector<Decimal> decade_marks(Range range, std::initializer_list<int> mantissas) {
  std::vector<Decimal> marks;
  const int last = exponent_at_or_below(range.high, 10);
  for (int k = exponent_at_or_below(range.low, 10); k <= last; ++k) {
    for (const int mantissa : mantissas) {
      const Decimal mark{mantissa, k};
      if (mark.value() > 0 && mark.value() >= range.low && mark.value() <= range.high) marks.push_back(mark);
    }
  }
  return marks;
}

std::vector<Tick> powers(Range range, bool two) {
  const double base = two ? 2 : 10;
  const auto value = [&](int k) { return two ? std::exp2(k) : Decimal{1, k}.value(); };
  const int low = exponent_at_or_below(range.low, base) + (value(exponent_at_or_below(range.low, base)) < range.low);
  const int high = exponent_at_or_below(range.high, base);
  const auto multiple_above = [](int k, int step) { return static_cast<int>(std::ceil(double(k) / step)) * step; };
  int step = 1;
  for (const int next : {1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500}) {
    if (two && next == 3) continue;
    step = next;
    const int first = multiple_above(low, step);
    if (first > high || (high - first) / step + 1 <= kMostTicks) break;
  }
  const bool short_form = low >= -3 && high <= (two ? 6 : 5);
  std::vector<Tick> ticks;
  for (int k = multiple_above(low, step); k <= high; k += step) {
    std::string label;
    if (two && !short_form) {
      label = k < 0 ? fmt::format("2^{}{}", kMinus, -k) : fmt::format("2^{}", k);
    } else if (two) {
      label = k >= 0 ? std::to_string(1 << k) : fmt::format("{}", std::exp2(k));
    } else {
      label = short_form || (k >= -2 && k <= 2) ? plain({1, k}) : scientific({1, k});
    }
    ticks.push_back({value(k), label});
  }
  return ticks;
}

std::vector<double> minor_ticks(Range range, bool two, const std::vector<Tick>& major) {
  std::vector<double> minor;
  const double decades = std::log10(range.high) - std::log10(range.low);
  if (two ? decades > 12 : decades > 30) return minor;
  if (two) {
    for (int k = exponent_at_or_below(range.low, 2); k <= exponent_at_or_below(range.high, 2); ++k) {
      minor.push_back(std::exp2(k));
    }
  } else {
    const auto marks = decades <= 4 ? decade_marks(range, {1, 2, 3, 4, 5, 6, 7, 8, 9}) : decade_marks(range, {1});
    for (const Decimal& mark : marks) minor.push_back(mark.value());
  }
  std::erase_if(minor, [&](double value) {
    return value < range.low || value > range.high ||
           std::any_of(major.begin(), major.end(), [&](const Tick& tick) { return tick.value == value; });
  });
  return minor;
}

}  // namespace

Ticks ticks_within(Scaling scaling, Range range, int wanted) {
  wanted = std::clamp(wanted, kFewestTicks, kMostTicks);
  if (scaling == Scaling::linear) return {linear_ticks(linear_marks(range, wanted, false)), {}};
  const bool two = scaling == Scaling::log2;
  Ticks ticks{powers(range, two), {}};
  const auto enough = [](std::size_t count) { return count >= kFewestTicks && count <= kMostTicks; };
  if (!enough(ticks.major.size())) {
    std::vector<Decimal> marks;
    if (!two) {
      marks = decade_marks(range, {1, 2, 5});
      if (!enough(marks.size())) marks = decade_marks(range, {1, 3});
    }
    if (enough(marks.size())) {
      ticks.major.clear();
      for (const Decimal& mark : marks) {
        const bool short_form = mark.exponent >= -3 && mark.exponent <= 5;
        ticks.major.push_back({mark.value(), short_form ? plain(mark) : scientific(mark)});
      }
    } else {
      ticks.major = linear_ticks(linear_marks(range, wanted, false));
    }
  }
  ticks.minor = minor_ticks(range, two, ticks.major);
  return ticks;
}

Covering ticks_covering(Scaling scaling, Range range, int wanted) {
  wanted = std::clamp(wanted, kFewestTicks, kMostTicks);
  if (scaling == Scaling::linear) {
    const Marks marks = linear_marks(range, wanted, true);
    Ticks ticks{linear_ticks(marks), {}};
    if (marks.count() >= kFewestTicks) {
      range.low = std::max(marks.step.multiple(marks.first).value(), -kLargest);
      range.high = std::min(marks.step.multiple(marks.last).value(), kLargest);
    }
    return {range, ticks};
  }
  const bool two = scaling == Scaling::log2;
  Range out = range;
  const int low = exponent_at_or_below(range.low, two ? 2 : 10);
  const int high = exponent_at_or_below(range.high, two ? 2 : 10);
  const bool whole = two || std::log10(range.high) - std::log10(range.low) > 3;
  for (const int mantissa : {1, 2, 5}) {
    if (whole && mantissa != 1) continue;
    const double value = two ? std::exp2(low) : Decimal{mantissa, low}.value();
    if (value > 0 && value <= range.low) out.low = value;
  }
  for (const int mantissa : {10, 5, 2, 1}) {
    if (whole && mantissa != 10 && mantissa != 1) continue;
    const double value = two ? std::exp2(high + (mantissa == 10)) : Decimal{mantissa, high}.value();
    if (value >= range.high && std::isfinite(value)) out.high = value;
  }
  return {out, ticks_within(scaling, out, wanted)};
}

}  // namespace gumbelcheck::picture
