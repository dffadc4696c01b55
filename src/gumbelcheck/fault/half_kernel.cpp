#include "gumbelcheck/fault/half_kernel.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault {

namespace {

using subject::Dtype;
using subject::Operation;

// As subject::rounded_to. Kernels round often: normal numbers are rounded by the bits of their float32.
float rounded(Dtype dtype, float value) {
  const double least = subject::smallest_normal(dtype);
  if (!(std::abs(value) >= static_cast<float>(least) && std::abs(value) < 32768.0F)) {
    return static_cast<float>(subject::rounded_to(dtype, static_cast<double>(value)));
  }
  const int dropped = dtype == Dtype::bfloat16 ? 16 : dtype == Dtype::float16 ? 13 : 0;
  if (dropped == 0) return value;
  const std::uint32_t half = std::uint32_t{1} << (dropped - 1);
  std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  bits += half - 1 + ((bits >> dropped) & 1u);
  return std::bit_cast<float>(bits & ~(2 * half - 1));
}

float float32_noise(std::uint64_t word) {
  const random::UniformPair u = random::uniform_pair(word);
  const float exponential =
      u.lower < .5 ? -std::log(static_cast<float>(u.lower)) : -std::log1p(-static_cast<float>(u.upper));
  return -std::log(exponential);
}

class Kernel {
 public:
  explicit Kernel(HalfKernel parts) : parts_(std::move(parts)) {}

  subject::Description describe() const {
    subject::Description description{
        .name = "fault", .version = "1", .device = "cpu", .dtypes = parts_.dtypes, .operations = {}};
    description.operations[Operation::softmax] = {.axis = true};
    description.operations[Operation::categorical] = {.axis = true};
    for (const Operation operation : {Operation::gumbel_max, Operation::gumbel_softmax}) {
      description.operations[operation] = {.axis = true, .frozen_noise = true};
    }
    return description;
  }

  subject::Reply ask(const subject::Question& question) const {
    try {
      AskedRows asked = asked_rows(question);
      for (std::vector<double>& row : asked.logits) {
        for (double& logit : row) {
          logit = static_cast<double>(rounded(question.dtype, static_cast<float>(parts_.logit_scale * logit)));
        }
      }
      if (question.call == Operation::softmax) return softmax(question, asked);
      if (question.call == Operation::categorical) return categorical(question, asked);
      return perturbed(question, asked);
    } catch (const std::invalid_argument& error) {
      return subject::Refusal{error.what()};
    }
  }

 private:
  void softmax_in_place(Dtype dtype, std::vector<float>& row, float temperature) const {
    // The largest is taken off before the division: 10,000 over a temperature of .01 is beyond float16.
    const float largest = *std::ranges::max_element(row);
    float sum = 0;
    for (float& score : row) sum += score = std::exp(rounded(dtype, rounded(dtype, score - largest) / temperature));
    for (float& entry : row) entry = rounded(dtype, entry / sum);
  }

  static std::vector<float> floats(const std::vector<double>& row) { return {row.begin(), row.end()}; }

  subject::Answer softmax(const subject::Question& question, const AskedRows& asked) const {
    std::vector<float> value(asked.rows.elements);
    for (std::size_t r = 0; r < asked.logits.size(); ++r) {
      std::vector<float> row = floats(asked.logits[r]);
      softmax_in_place(question.dtype, row, static_cast<float>(question.temperature.value_or(1)));
      for (std::size_t k = 0; k < row.size(); ++k) value[asked.rows.at(r, k)] = row[k];
    }
    return {.arrays = {{"value", {question.find("logits")->shape, std::move(value)}}}};
  }

  subject::Answer categorical(const subject::Question& question, const AskedRows& asked) const {
    std::vector<std::vector<double>> sums;  // a running sum in float32 would lose light classes
    for (const std::vector<double>& logits : asked.logits) {
      std::vector<double> row = weights_of(logits);
      std::partial_sum(row.begin(), row.end(), row.begin());
      sums.push_back(std::move(row));
    }
    random::Stream stream({.seed = question.seed.value_or(0), .purpose = random::Purpose::fault});
    std::vector<std::int64_t> index;
    for (std::uint64_t draw = 0; draw < question.draws.value_or(1); ++draw) {
      for (const std::vector<double>& row : sums) {
        const double place = random::uniform_pair(stream()).lower * row.back();
        const auto found = std::ranges::lower_bound(row, place);
        index.push_back(std::min<std::int64_t>(found - row.begin(), static_cast<std::int64_t>(row.size()) - 1));
      }
    }
    return {.arrays = {{"index", {with_draws(question, asked.rows.reduced), std::move(index)}}}};
  }

  subject::Answer perturbed(const subject::Question& question, const AskedRows& asked) const {
    const Dtype dtype = question.dtype;
    const Rows& rows = asked.rows;
    const bool index = question.call == Operation::gumbel_max;
    const std::uint64_t draws = question.draws.value_or(1);
    random::Stream stream({.seed = question.seed.value_or(0), .purpose = random::Purpose::fault});
    std::vector<float> samples(index ? 0 : draws * rows.elements);
    std::vector<std::int64_t> indices;
    std::vector<float> row(rows.classes);
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
      for (std::size_t r = 0; r < asked.logits.size(); ++r) {
        for (std::size_t k = 0; k < rows.classes; ++k) {
          const std::uint64_t word = stream();
          const float noise =
              rounded(dtype, parts_.noise ? static_cast<float>(parts_.noise(dtype, word)) : float32_noise(word));
          row[k] = rounded(dtype, static_cast<float>(asked.logits[r][k]) + noise);
        }
        if (index) {
          const auto first = std::ranges::max_element(row) - row.begin();
          const auto last = row.rend() - std::max_element(row.rbegin(), row.rend()) - 1;
          indices.push_back(parts_.last_of_equals ? last : first);
          continue;
        }
        softmax_in_place(dtype, row, static_cast<float>(*question.temperature));
        if (question.hard.value_or(false)) {
          const auto place = std::ranges::max_element(row) - row.begin();
          std::ranges::fill(row, 0.0F);
          row[static_cast<std::size_t>(place)] = 1;
        }
        for (std::size_t k = 0; k < rows.classes; ++k) samples[draw * rows.elements + rows.at(r, k)] = row[k];
      }
    }
    if (index) return {.arrays = {{"index", {with_draws(question, rows.reduced), std::move(indices)}}}};
    return {.arrays = {{"sample", {with_draws(question, question.find("logits")->shape), std::move(samples)}}}};
  }

  HalfKernel parts_;
};

}  // namespace

subject::Subject half_kernel(HalfKernel parts) { return Kernel(std::move(parts)); }

}  // namespace gumbelcheck::fault
