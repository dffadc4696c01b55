#include "gumbelcheck/claim/injected_uniforms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/law/gumbel.hpp"

namespace gumbelcheck::claim {

namespace {

using subject::Operation;

constexpr std::string_view kInjected = "injected uniforms";
constexpr std::string_view kEndpoints = "injected uniforms 0 and 1";
constexpr Operation kOperations[] = {Operation::gumbel, Operation::gumbel_max, Operation::gumbel_softmax};
// No finite noise lifts a class from so far below: -log of the smallest double is 744.5.
constexpr double kOutOfReach = -1000;

struct Variant {
  Operation operation = Operation::gumbel;
  bool endpoints = false;
};

// The noise's own variants are named without it.
std::string text_of(const Variant& variant) {
  const std::string_view what = variant.endpoints ? kEndpoints : kInjected;
  if (variant.operation == Operation::gumbel) return std::string(what);
  return fmt::format("{}, {}", subject::name(variant.operation), what);
}

// Uniforms at both ends and between, exactly representable in the dtype.
std::vector<double> uniforms_of(subject::Dtype dtype) {
  std::vector<double> uniforms;
  const double lowest = std::log2(subject::smallest_normal(dtype));
  for (double exponent = -1; exponent >= lowest; exponent = exponent > -64 ? exponent - 1 : exponent * 1.25) {
    for (const double factor : {1.0, 1.25, 1.75}) uniforms.push_back(factor * std::exp2(std::round(exponent)));
  }
  const int digits = static_cast<int>(-std::log2(subject::unit_roundoff(dtype)));
  for (int k = 2; k <= digits; ++k) uniforms.push_back(1 - std::ldexp(1.0, -k));
  std::erase_if(uniforms, [](double u) { return !(u > 0 && u < 1); });
  return uniforms;
}

// A question for as many draws as `uniforms` has rows, each of the noise's shape.
subject::Question question_with(const Inquiry& inquiry, Operation operation, const std::vector<double>& uniforms,
                                const std::vector<double>& logits) {
  subject::Question question = inquiry.question(operation);
  question.seed = inquiry.seed(0);
  subject::Shape shape = {uniforms.size()};
  if (operation != Operation::gumbel) {
    shape = {uniforms.size() / logits.size(), logits.size()};
    question.arrays.front().array = subject::real_array({logits.size()}, logits, question.dtype);
  }
  if (operation == Operation::gumbel_softmax) question.hard = false;
  question.draws = shape.front();
  question.arrays.push_back({"uniform", {.shape = std::move(shape), .data = uniforms}});
  return question;
}

// Every class in turn gets every uniform, while the others have one half.
std::vector<double> rows_of_uniforms(const std::vector<double>& uniforms, std::size_t classes) {
  std::vector<double> rows;
  for (const double u : uniforms) {
    for (std::size_t k = 0; k < classes; ++k) {
      rows.insert(rows.end(), classes, .5);
      rows[rows.size() - classes + k] = u;
    }
  }
  return rows;
}

// logits + noise of one row, and how far rounding may take each sum.
struct Scores {
  std::vector<double> noise, value, bound;
  std::size_t largest = 0;

  Scores(std::span<const double> logits, std::span<const double> uniforms, double u) {
    for (std::size_t k = 0; k < logits.size(); ++k) {
      noise.push_back(law::gumbel_quantile_double(uniforms[k]));
      value.push_back(logits[k] + noise[k]);
      bound.push_back(u * (8 * (1 + std::abs(noise[k])) + std::abs(value[k])));
      if (value[k] > value[largest]) largest = k;
    }
  }
};

void judge_noise(CheckResult& result, Inquiry& inquiry) {
  const double u = subject::unit_roundoff(inquiry.tried().dtype);
  const std::vector<double> uniforms = uniforms_of(inquiry.tried().dtype);
  const subject::Answer answer = inquiry.ask(question_with(inquiry, Operation::gumbel, uniforms, {}));
  const Reals noise(array(answer, "noise"));
  Tally tally("-log(-log u) with 50 digits", "8 (1 + |noise|) unit roundoffs");
  for (std::size_t i = 0; i < uniforms.size(); ++i) {
    const double expected = law::gumbel_quantile_double(uniforms[i]);
    tally.compare(noise[i], expected, 8 * u * (1 + std::abs(expected)),
                  [&] { return fmt::format("noise from u = {:.17g}", uniforms[i]); });
  }
  tally.conclude(result);
}

void judge_maximum(CheckResult& result, Inquiry& inquiry) {
  const double u = subject::unit_roundoff(inquiry.tried().dtype);
  const std::vector<double> logits = rounded_logits(inquiry.tried());
  const std::size_t classes = logits.size();
  const std::vector<double> uniforms = rows_of_uniforms(uniforms_of(inquiry.tried().dtype), classes);
  const subject::Answer answer = inquiry.ask(question_with(inquiry, Operation::gumbel_max, uniforms, logits));
  const std::vector<std::int64_t>& index = array(answer, "index").as<std::int64_t>();
  const bool with_maximum = inquiry.offer(Operation::gumbel_max).maximum;
  const subject::Array none{.shape = {}, .data = std::vector<double>()};
  const Reals maximum(with_maximum ? array(answer, "maximum") : none);
  Tally tally("logits - log(-log u) with 50 digits", "8 (1 + |noise|) unit roundoffs, and one of the sum");
  for (std::size_t i = 0; i < index.size(); ++i) {
    const std::span<const double> row = std::span(uniforms).subspan(i * classes, classes);
    const Scores scores(logits, row, u);
    const std::size_t best = scores.largest;
    if (index[i] < 0 || index[i] >= static_cast<std::int64_t>(classes)) {
      throw impossible(fmt::format("Draw {} is class {}; there are classes 0 to {}.", i, index[i], classes - 1));
    }
    const auto k = static_cast<std::size_t>(index[i]);
    const auto where = [&] { return fmt::format("uniforms {}, class {} returned", row_text(row), k); };
    tally.compare(scores.value[k], scores.value[best], scores.bound[k] + scores.bound[best], where);
    if (with_maximum) tally.compare(maximum[i], scores.value[best], scores.bound[best], where);
  }
  tally.conclude(result);
}

// Of y = softmax((o + g) / temperature), temperature (log y_i - log y_m) = o_i + g_i - o_m - g_m. The rounding of a
// sample is bounded as in stream/frozen.
void judge_sample(CheckResult& result, Inquiry& inquiry) {
  const Case& tried = inquiry.tried();
  const double u = subject::unit_roundoff(tried.dtype);
  const std::vector<double> logits = rounded_logits(tried);
  const std::size_t classes = logits.size();
  const double held = static_cast<double>(classes) * subject::smallest_normal(tried.dtype);
  const std::vector<double> uniforms = rows_of_uniforms(uniforms_of(tried.dtype), classes);
  const subject::Answer answer = inquiry.ask(question_with(inquiry, Operation::gumbel_softmax, uniforms, logits));
  const Reals sample(array(answer, "sample"));
  Tally tally("logits - log(-log u) with 50 digits", "the rounding of noise and sample");
  for (std::size_t first = 0; first < uniforms.size(); first += classes) {
    const std::span<const double> row = std::span(uniforms).subspan(first, classes);
    const Scores scores(logits, row, u);
    const std::size_t best = scores.largest;
    double size = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      size = std::max(size, std::abs(logits[k]) + std::abs(scores.noise[k]));
    }
    const double rounding = u * (12 * size + (2 * static_cast<double>(classes) + 20) * tried.temperature);
    for (std::size_t k = 0; k < classes; ++k) {
      const double y = sample[first + k];
      const double expected = scores.value[k] - scores.value[best];
      if (!(y >= held) && std::exp(expected / tried.temperature) < 2 * held) continue;  // too small to be held
      tally.compare(tried.temperature * (std::log(y) - std::log(sample[first + best])), expected,
                    scores.bound[k] + scores.bound[best] + rounding,
                    [&] { return fmt::format("uniforms {}, entry {} against {}", row_text(row), k, best); });
    }
  }
  tally.conclude(result);
}

// Only a subject whose own generator can return 0 or 1 is asked for them: there an infinity is its own, however rare.
void judge_endpoints(CheckResult& result, Inquiry& inquiry, Operation operation) {
  Tally tally("a finite value, or a refusal", "never an infinity, NaN or a forced winner");
  const auto ask = [&](const std::vector<double>& uniforms, const std::vector<double>& logits) {
    subject::Question question = question_with(inquiry, operation, uniforms, logits);
    question.endpoints = true;
    return inquiry.ask_bad(question);
  };
  for (const double u : {0.0, 1.0}) {
    if (operation == Operation::gumbel) {
      const auto reply = ask({u}, {});
      const auto* answer = std::get_if<subject::Answer>(&reply);
      const double g = answer == nullptr ? 0 : Reals(array(*answer, "noise"))[0];
      tally.require(std::isfinite(g), [&] { return fmt::format("noise from u = {:g} is {}", u, g); });
      continue;
    }
    // At one class that cannot win, and at all of them.
    const std::vector<double> logits = {0, kOutOfReach, 0};
    for (const std::vector<double>& uniforms : {std::vector<double>{.5, u, .5}, std::vector<double>{u, u, u}}) {
      const auto reply = ask(uniforms, logits);
      const auto* answer = std::get_if<subject::Answer>(&reply);
      if (answer == nullptr) {
        tally.require(true, [] { return std::string(); });
      } else if (operation == Operation::gumbel_max) {
        const std::int64_t k = array(*answer, "index").as<std::int64_t>()[0];
        tally.require(k == 0 || k == 2, [&] {
          return fmt::format("from uniforms {} class {} wins, with logits {}", row_text(uniforms), k, row_text(logits));
        });
      } else {
        const Reals sample(array(*answer, "sample"));
        tally.require(sample[0] + sample[2] > .5 && sample[1] < .5, [&] {
          return fmt::format("from uniforms {} the sample is ({:g}, {:g}, {:g}), with logits {}", row_text(uniforms),
                             shown(sample[0]), shown(sample[1]), shown(sample[2]), row_text(logits));
        });
      }
    }
  }
  tally.conclude(result);
}

Variant variant_of(const Case& tried) {
  for (const Operation operation : kOperations) {
    for (const bool endpoints : {false, true}) {
      const Variant variant{operation, endpoints};
      if (tried.variant == text_of(variant)) return variant;
    }
  }
  throw std::invalid_argument(fmt::format("The case's variant is \"{}\"; it injects no uniforms.", tried.variant));
}

}  // namespace

std::vector<std::string> injected_variants(const subject::Description& description) {
  std::vector<std::string> variants;
  for (const Operation operation : kOperations) {
    const subject::Offer* offer = description.offer(operation);
    if (offer == nullptr || !offer->noise || (operation == Operation::gumbel_softmax && !offer->soft)) continue;
    variants.push_back(text_of({operation, false}));
    if (offer->endpoints) variants.push_back(text_of({operation, true}));
  }
  return variants;
}

bool injects(const Case& tried) { return tried.variant.find(kInjected) != std::string::npos; }

std::vector<double> injected_logits() { return {0, -12, .5, 2}; }

CheckResult check_injected(const Case& tried, subject::Subject& subject) {
  const Variant variant = variant_of(tried);
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    if (variant.endpoints) {
      judge_endpoints(result, inquiry, variant.operation);
    } else if (variant.operation == Operation::gumbel) {
      judge_noise(result, inquiry);
    } else if (variant.operation == Operation::gumbel_max) {
      judge_maximum(result, inquiry);
    } else {
      judge_sample(result, inquiry);
    }
  });
}

}  // namespace gumbelcheck::claim
