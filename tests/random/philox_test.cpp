// Philox4x32-10 against known answers and against Random123.

#include "gumbelcheck/random/philox.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <string>

namespace gumbelcheck::random {
namespace {

PhiloxCounter by_random123(PhiloxCounter counter, PhiloxKey key) {
  const r123::Philox4x32_R<10>::ctr_type c = {{counter[0], counter[1], counter[2], counter[3]}};
  const r123::Philox4x32_R<10>::key_type k = {{key[0], key[1]}};
  const auto out = r123::Philox4x32_R<10>()(c, k);
  return {out[0], out[1], out[2], out[3]};
}

TEST(PhiloxGolden, KnownAnswers) {
  std::ifstream file(GUMBELCHECK_TEST_DATA "/random/philox_known_answers.txt");
  ASSERT_TRUE(file);
  file >> std::hex;
  PhiloxCounter counter, out;
  PhiloxKey key;
  int rows = 0;
  while (file >> counter[0] >> counter[1] >> counter[2] >> counter[3] >> key[0] >> key[1] >> out[0] >> out[1] >>
         out[2] >> out[3]) {
    EXPECT_EQ(philox4x32_10(counter, key), out) << "row " << rows;
    ++rows;
  }
  EXPECT_EQ(rows, 18);
}

RC_GTEST_PROP(PhiloxProperty, EqualsRandom123, (PhiloxCounter counter, PhiloxKey key)) {
  RC_ASSERT(philox4x32_10(counter, key) == by_random123(counter, key));
}

// Generated integers are mostly small; here every bit of counter and key is at work.
TEST(PhiloxProperty, EqualsRandom123OnItsOwnOutput) {
  PhiloxCounter counter = {1, 2, 3, 4};
  PhiloxKey key = {5, 6};
  for (int step = 0; step < 10000; ++step) {
    const PhiloxCounter out = philox4x32_10(counter, key);
    ASSERT_EQ(out, by_random123(counter, key)) << "step " << step;
    key = {counter[0] ^ out[2], counter[1] ^ out[3]};
    counter = out;
  }
}

// A compile-time function: a stream's words can be constants.
static_assert(philox4x32_10({0, 0, 0, 0}, {0, 0}) == PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});

}  // namespace
}  // namespace gumbelcheck::random
