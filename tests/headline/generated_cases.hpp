#pragma once

// Cases that RapidCheck generates, for assertions that are statistical and so stand outside rc::check: the n-th case
// is the same in every run.

#include <rapidcheck.h>

#include <vector>

namespace gumbelcheck::headline {

template <class T>
std::vector<T> generated(const rc::Gen<T>& generator, std::size_t count) {
  std::vector<T> values;
  for (std::size_t n = 0; n < count; ++n) values.push_back(generator(rc::Random(n + 1), rc::kNominalSize).value());
  return values;
}

// Between `least` and `most` logits, each in [-3, 3] on a grid of 1/1000.
inline rc::Gen<std::vector<double>> moderate_logits(std::size_t least, std::size_t most) {
  const auto logit = rc::gen::map(rc::gen::inRange(-3000, 3001), [](int i) { return i / 1000.0; });
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(least, most + 1), [logit](std::size_t classes) {
    return rc::gen::container<std::vector<double>>(classes, logit);
  });
}

inline rc::Gen<std::vector<double>> moderate_logits(std::size_t most) { return moderate_logits(2, most); }

}  // namespace gumbelcheck::headline
