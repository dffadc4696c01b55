// The row kernels on another number type, and the sum that they share.

#include "gumbelcheck/sampling/kernels.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "both_types.hpp"
#include "generators.hpp"

namespace gumbelcheck::sampling {
namespace {

// Nothing but what kernels.hpp says that it asks of a number: so a dual number will do.
class Plain {
 public:
  Plain() = default;
  explicit Plain(double x) : x_(x) {}
  double get() const { return x_; }
  friend Plain operator+(Plain a, Plain b) { return Plain(a.x_ + b.x_); }
  friend Plain operator-(Plain a, Plain b) { return Plain(a.x_ - b.x_); }
  friend Plain operator*(Plain a, Plain b) { return Plain(a.x_ * b.x_); }
  friend Plain operator/(Plain a, Plain b) { return Plain(a.x_ / b.x_); }
  friend bool operator<(Plain a, Plain b) { return a.x_ < b.x_; }
  friend bool operator>(Plain a, Plain b) { return a.x_ > b.x_; }
  friend bool operator>=(Plain a, Plain b) { return a.x_ >= b.x_; }
  friend Plain exp(Plain a) { return Plain(std::exp(a.x_)); }
  friend Plain log(Plain a) { return Plain(std::log(a.x_)); }
  friend Plain log1p(Plain a) { return Plain(std::log1p(a.x_)); }

 private:
  double x_ = 0;
};

std::vector<Plain> plain(const std::vector<double>& row) { return {row.begin(), row.end()}; }

bool same(const std::vector<Plain>& found, const std::vector<double>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (std::bit_cast<std::uint64_t>(found[i].get()) != std::bit_cast<std::uint64_t>(expected[i])) return false;
  }
  return true;
}

TEST(KernelsProperty, AnotherNumberTypeGivesTheSameBits) {
  EXPECT_TRUE(rc::check([] {
    const auto logits = *generators::row_of(generators::finite_logit<double>());
    const auto noise = *rc::gen::container<std::vector<double>>(logits.size(), generators::noise<double>());
    const auto v = *rc::gen::container<std::vector<double>>(logits.size(), generators::cotangent<double>());
    const double t = *generators::temperature();
    std::vector<double> z(logits.size()), y = z, out = z;
    const std::vector<Plain> plain_logits = plain(logits), plain_noise = plain(noise), plain_v = plain(v);
    std::vector<Plain> plain_z(logits.size()), plain_y = plain_z, plain_out = plain_z;

    perturbed_row<double>(logits, noise, out);
    perturbed_row<Plain>(plain_logits, plain_noise, plain_out);
    RC_ASSERT(same(plain_out, out));
    RC_ASSERT(largest<double>(out) == largest<Plain>(plain_out));
    scaled_row<double>(out, t, z);
    scaled_row<Plain>(plain_out, Plain(t), plain_z);
    RC_ASSERT(same(plain_z, z));
    softmax_of_scaled_row<double>(z, y);
    softmax_of_scaled_row<Plain>(plain_z, plain_y);
    RC_ASSERT(same(plain_y, y));
    log_softmax_of_scaled_row<double>(z, out);
    log_softmax_of_scaled_row<Plain>(plain_z, plain_out);
    RC_ASSERT(same(plain_out, out));
    RC_ASSERT(temperature_gradient_row<double>(y, z, v, t) ==
              temperature_gradient_row<Plain>(plain_y, plain_z, plain_v, Plain(t)).get());
    softmax_gradient_row<double>(y, v, t, out);
    softmax_gradient_row<Plain>(plain_y, plain_v, Plain(t), plain_out);
    RC_ASSERT(same(plain_out, out));
    const std::vector<double> log_value(logits.size(), -std::log(static_cast<double>(logits.size())));
    const std::vector<Plain> plain_log = plain(log_value);
    RC_ASSERT(concrete_log_density_row<double>(logits, log_value, t, out) ==
              concrete_log_density_row<Plain>(plain_logits, plain_log, Plain(t), plain_out).get());
    RC_ASSERT(same(plain_out, out));
  }));
}

// A million terms that a running sum in double would each round away.
TEST(Accumulator, KeepsWhatARunningSumLoses) {
  Accumulator<> sum;
  double running = 1;
  sum.add(1);
  for (int i = 0; i < 1 << 20; ++i) {
    sum.add(0x1p-54);
    running += 0x1p-54;
  }
  EXPECT_EQ(sum.sum(), 1 + 0x1p-34);
  EXPECT_EQ(running, 1);
  // Also when the large term comes last, or goes again.
  Accumulator<> late;
  late.add(0x1p-60);
  late.add(1);
  late.add(-1);
  EXPECT_EQ(late.sum(), 0x1p-60);
}

}  // namespace
}  // namespace gumbelcheck::sampling
