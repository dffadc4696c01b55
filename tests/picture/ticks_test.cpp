#include "gumbelcheck/picture/ticks.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "picture.hpp"

namespace gumbelcheck::picture {
namespace {

constexpr const char* kMinus = "\xE2\x88\x92";

// The number that a label says.
double said(std::string label) {
  label.erase(std::remove(label.begin(), label.end(), ','), label.end());
  for (std::size_t at = 0; (at = label.find(kMinus)) != std::string::npos;) label.replace(at, 3, "-");
  if (label.starts_with("2^")) return std::ldexp(1., std::stoi(label.substr(2)));
  char* end = nullptr;
  const double value = std::strtod(label.c_str(), &end);
  return *end == 0 ? value : std::nan("");
}

std::string labels(const Ticks& ticks) {
  std::string text;
  for (const Tick& tick : ticks.major) text += (text.empty() ? "" : " ") + tick.label;
  return text;
}

TEST(TicksGolden, labels) {
  const auto linear = [](double low, double high) {
    return labels(ticks_covering(Scaling::linear, {low, high}).ticks);
  };
  EXPECT_EQ(linear(0, 1), "0 0.2 0.4 0.6 0.8 1.0");
  EXPECT_EQ(linear(-.03, .047),
            "\xE2\x88\x92"
            "0.04 \xE2\x88\x92"
            "0.02 0 0.02 0.04 0.06");
  EXPECT_EQ(linear(120, 4870), "0 1,000 2,000 3,000 4,000 5,000");
  EXPECT_EQ(linear(0, 3.1e8), "0 1e8 2e8 3e8 4e8");
  EXPECT_EQ(linear(2e-7, 9e-7),
            "2e\xE2\x88\x92"
            "7 4e\xE2\x88\x92"
            "7 6e\xE2\x88\x92"
            "7 8e\xE2\x88\x92"
            "7 1e\xE2\x88\x92"
            "6");
  const auto log10 = [](double low, double high) { return labels(ticks_within(Scaling::log10, {low, high})); };
  EXPECT_EQ(log10(1e-8, 1),
            "1e\xE2\x88\x92"
            "8 1e\xE2\x88\x92"
            "6 1e\xE2\x88\x92"
            "4 0.01 1");
  EXPECT_EQ(log10(1, 1e5), "1 10 100 1,000 10,000 100,000");
  EXPECT_EQ(log10(.1, 2), "0.1 0.2 0.5 1 2");
  EXPECT_EQ(log10(1.1, 3.2), "1.5 2.0 2.5 3.0");
  EXPECT_EQ(log10(1e-300, 1e300),
            "1e\xE2\x88\x92"
            "300 1e\xE2\x88\x92"
            "200 1e\xE2\x88\x92"
            "100 1 1e100 1e200 1e300");
  const auto log2 = [](double low, double high) { return labels(ticks_within(Scaling::log2, {low, high})); };
  EXPECT_EQ(log2(64, 262144), "2^6 2^8 2^10 2^12 2^14 2^16 2^18");
  EXPECT_EQ(log2(.5, 16), "0.5 1 2 4 8 16");
}

Range any_range(Scaling scaling) {
  const auto value = [&] {
    const double any = *finite_double();
    if (scaling == Scaling::linear) return std::clamp(any, -1e300, 1e300);
    return any == 0 ? 1. : std::clamp(std::abs(any), 1e-300, 1e300);
  };
  const double a = value();
  const double b = value();
  return widened(scaling, {std::min(a, b), std::max(a, b)});
}

void assert_marks(const Ticks& ticks) {
  RC_ASSERT(ticks.major.size() >= 3u);
  RC_ASSERT(ticks.major.size() <= 7u);
  for (std::size_t i = 0; i < ticks.major.size(); ++i) {
    if (i > 0) RC_ASSERT(ticks.major[i - 1].value < ticks.major[i].value);
    RC_ASSERT(said(ticks.major[i].label) == ticks.major[i].value);
  }
}

RC_GTEST_PROP(TicksProperty, linear_marks_cover_any_range_with_three_to_seven, ()) {
  const Range range = any_range(Scaling::linear);
  const int wanted = *rc::gen::inRange(3, 8);
  const Covering covering = ticks_covering(Scaling::linear, range, wanted);
  assert_marks(covering.ticks);
  RC_ASSERT(covering.ticks.major.front().value <= range.low);
  RC_ASSERT(covering.ticks.major.back().value >= range.high);
  RC_ASSERT(covering.range.low == covering.ticks.major.front().value);
  RC_ASSERT(covering.range.high == covering.ticks.major.back().value);
  // Not more room than the data take.
  RC_ASSERT(covering.range.high / 2 - covering.range.low / 2 <= 2.6 * (range.high / 2 - range.low / 2));
}

RC_GTEST_PROP(TicksProperty, marks_within_any_range_are_three_to_seven, ()) {
  const Scaling scaling = *rc::gen::element(Scaling::linear, Scaling::log10, Scaling::log2);
  const Range range = any_range(scaling);
  const Ticks ticks = ticks_within(scaling, range, *rc::gen::inRange(3, 8));
  assert_marks(ticks);
  RC_ASSERT(ticks.major.front().value >= range.low);
  RC_ASSERT(ticks.major.back().value <= range.high);
  for (const double value : ticks.minor) RC_ASSERT(value >= range.low && value <= range.high);
}

RC_GTEST_PROP(TicksProperty, logarithmic_ranges_are_rounded_out, ()) {
  const Scaling scaling = *rc::gen::element(Scaling::log10, Scaling::log2);
  const Range range = any_range(scaling);
  const Covering covering = ticks_covering(scaling, range);
  assert_marks(covering.ticks);
  RC_ASSERT(covering.range.low <= range.low && covering.range.high >= range.high);
}

// Whatever finite numbers come: a pixel is a number.
RC_GTEST_PROP(TicksProperty, scales_are_finite_and_monotone, ()) {
  const double a = *finite_double();
  const double b = *finite_double();
  const Scale scale(Scaling::linear, widened(Scaling::linear, {std::min(a, b), std::max(a, b)}), 300, 0);
  const double v = *finite_double();
  RC_ASSERT(std::isfinite(scale.at(v)));
  const double w = *finite_double();
  RC_ASSERT((v < w ? scale.at(v) >= scale.at(w) : scale.at(v) <= scale.at(w)));
}

}  // namespace
}  // namespace gumbelcheck::picture
