// Made with:
//   g++ -O2 tests/data/random/make_philox_known_answers.cpp -o build/known && build/known > tests/data/random/philox_known_answers.txt
// by Random123 1.09, whose own known answers for philox4x32 with 10 rounds are the first three rows. One row an
// answer, in hexadecimal: four words of counter, two of key, four of output.
#include <Random123/philox.h>

#include <cstdio>

int main() {
  using Philox = r123::Philox4x32_R<10>;
  const auto print = [](Philox::ctr_type counter, Philox::key_type key) {
    const Philox::ctr_type out = Philox()(counter, key);
    for (const auto word : counter) std::printf("%08x ", word);
    for (const auto word : key) std::printf("%08x ", word);
    std::printf("%08x %08x %08x %08x\n", out[0], out[1], out[2], out[3]);
  };
  print({{0, 0, 0, 0}}, {{0, 0}});
  print({{~0u, ~0u, ~0u, ~0u}}, {{~0u, ~0u}});
  print({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, {{0xa4093822, 0x299f31d0}});
  for (int bit = 0; bit < 192; bit += 13) {  // a single bit anywhere
    Philox::ctr_type counter = {{0, 0, 0, 0}};
    Philox::key_type key = {{0, 0}};
    (bit < 128 ? counter[static_cast<unsigned>(bit / 32)] : key[static_cast<unsigned>(bit / 32 - 4)]) = 1u
                                                                                                        << (bit % 32);
    print(counter, key);
  }
}
