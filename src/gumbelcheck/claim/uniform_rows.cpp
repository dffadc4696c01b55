#include "gumbelcheck/claim/uniform_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/reals.hpp"

namespace gumbelcheck::claim {

using subject::Operation;

namespace {

constexpr std::string_view kHard = "gumbel_softmax, hard";

random::UniformPair of_noise(double g) {
  if (!std::isfinite(g)) throw impossible(fmt::format("A noise value is {}.", g));
  const double hazard = std::exp(-g);
  return {std::exp(-hazard), -std::expm1(-hazard)};
}

}  // namespace

std::string name(const Path& path) { return std::string(path.hard ? kHard : subject::name(path.operation)); }

Path path_named(std::string_view variant) {
  if (variant == kHard) return {.operation = Operation::gumbel_softmax, .hard = true};
  const std::optional<Operation> operation = subject::operation_from(variant);
  const bool draws = operation && (*operation == Operation::gumbel || *operation == Operation::gumbel_max ||
                                   *operation == Operation::categorical || *operation == Operation::gumbel_softmax ||
                                   *operation == Operation::log_concrete);
  if (!draws) {
    throw std::invalid_argument(
        fmt::format("The case's variant is \"{}\"; it must name an operation that draws.", variant));
  }
  return {.operation = *operation};
}

std::vector<Path> random_paths(const subject::Description& description) {
  std::vector<Path> offered;
  for (const Operation operation :
       {Operation::gumbel, Operation::gumbel_softmax, Operation::gumbel_max, Operation::categorical}) {
    const subject::Offer* offer = description.offer(operation);
    if (offer == nullptr) continue;
    const bool hard = operation == Operation::gumbel_softmax && !offer->soft;
    if (hard && !offer->hard) continue;
    offered.push_back({.operation = operation, .hard = hard});
  }
  if (offered.empty() && description.offer(Operation::log_concrete) != nullptr) {
    offered.push_back({.operation = Operation::log_concrete});
  }
  return offered;
}

subject::Question question_of(const Inquiry& inquiry, const Path& path, std::optional<std::uint64_t> seed,
                              std::uint64_t draws) {
  subject::Question question = inquiry.question(path.operation);
  question.seed = seed;
  question.draws = draws;
  if (path.operation == Operation::gumbel_softmax) question.hard = path.hard;
  return question;
}

const char* result_array(const Path& path) {
  switch (path.operation) {
    case Operation::gumbel:
      return "noise";
    case Operation::gumbel_max:
    case Operation::categorical:
      return "index";
    case Operation::log_concrete:
      return "log_sample";
    default:
      return "sample";
  }
}

UniformRows::UniformRows(Inquiry& inquiry, Path path) : inquiry_(inquiry), path_(path) {
  if (path.operation == Operation::gumbel) return;
  layout_ = row_layout(inquiry.tried().shape, inquiry.tried().axis);
  probabilities_ = row_probabilities(inquiry.tried());
  require_two_possible(probabilities_);
  batch_ = layout_.starts.size();
  elements_ = layout_.elements;
  if (path.index()) {
    for (const std::vector<double>& p : probabilities_) {
      Cumulated sums{std::vector<double>(p.size()), std::vector<double>(p.size())};
      for (std::size_t k = 1; k < p.size(); ++k) sums.before[k] = sums.before[k - 1] + p[k - 1];
      for (std::size_t k = p.size() - 1; k > 0; --k) sums.after[k - 1] = sums.after[k] + p[k];
      cumulated_.push_back(std::move(sums));
    }
    return;
  }
  concrete_ = concrete_rows(inquiry.tried(), path.operation == Operation::log_concrete);
  coordinates_ = shared_coordinates(concrete_);
}

double UniformRows::agreement() const {
  double largest = path_.index() ? 0 : 1;
  if (path_.index()) {
    for (const std::vector<double>& row : probabilities_) {
      double same = 0;
      for (const double p : row) same += p * p;
      largest = std::max(largest, same);
    }
  }
  return largest;
}

random::UniformPair UniformRows::of_index(std::int64_t index, std::size_t row, random::Stream& randomisation) const {
  const std::vector<double>& p = probabilities_[row];
  if (index < 0 || index >= static_cast<std::int64_t>(p.size())) {
    throw impossible(fmt::format("An index is {}; there are classes 0 to {}.", index, p.size() - 1));
  }
  const auto k = static_cast<std::size_t>(index);
  if (p[k] == 0) {
    throw Ended{Verdict::refuted, fmt::format("Class {} was drawn, whose probability is 0.", index)};
  }
  const random::UniformPair v = random::uniform_pair(randomisation());
  const double lower = cumulated_[row].before[k] + v.lower * p[k];
  const double upper = cumulated_[row].after[k] + v.upper * p[k];
  // The sums round, so that in the very middle both could come out above one half.
  return {std::min(lower, std::max(.5, 1 - upper)), std::min(upper, std::max(.5, 1 - lower))};
}

UniformRows::Block UniformRows::draw(std::optional<std::uint64_t> seed, std::uint64_t draws, std::uint64_t number) {
  const subject::Answer answer = inquiry_.ask(question_of(inquiry_, path_, seed, draws));
  const subject::Array& result = array(answer, result_array(path_));
  random::Stream randomisation(inquiry_.stream(random::Purpose::randomisation, static_cast<std::uint32_t>(number)));
  const bool index = path_.index();
  Block block;
  block.coordinates = coordinates_;
  block.raw_width = index || path_.operation == Operation::gumbel ? 1 : layout_.classes;
  block.uniforms.reserve(draws * batch_ * block.coordinates);
  block.raw.reserve(draws * batch_ * block.raw_width);
  if (path_.operation == Operation::gumbel) {
    add_noise(result, block);
  } else if (index) {
    add_indices(result, randomisation, block);
  } else {
    add_samples(result, randomisation, block);
  }
  return block;
}

void UniformRows::add_noise(const subject::Array& noise, Block& block) const {
  const Reals values(noise);
  for (std::size_t i = 0; i < values.size(); ++i) {
    block.raw.push_back(values[i]);
    block.uniforms.push_back(of_noise(values[i]));
  }
}

void UniformRows::add_indices(const subject::Array& result, random::Stream& randomisation, Block& block) const {
  const auto add = [&](std::int64_t index, std::size_t row) {
    block.uniforms.push_back(of_index(index, row, randomisation));
    block.raw.push_back(static_cast<double>(index));
  };
  if (!path_.hard) {
    const std::vector<std::int64_t>& indices = result.as<std::int64_t>();
    for (std::size_t i = 0; i < indices.size(); ++i) add(indices[i], i % batch_);
    return;
  }
  const Reals values(result);
  for (std::size_t draw = 0; draw < values.size(); draw += layout_.elements) {
    for (std::size_t row = 0; row < batch_; ++row) {
      const std::size_t first = draw + layout_.starts[row];
      std::size_t largest = 0;
      for (std::size_t k = 1; k < layout_.classes; ++k) {
        if (values[first + k * layout_.stride] > values[first + largest * layout_.stride]) largest = k;
      }
      add(static_cast<std::int64_t>(largest), row);
    }
  }
}

void UniformRows::add_samples(const subject::Array& result, random::Stream& randomisation, Block& block) {
  const Reals numbers(result);
  for (std::size_t draw = 0; draw < numbers.size(); draw += layout_.elements) {
    for (std::size_t row = 0; row < batch_; ++row) {
      const std::size_t first = draw + layout_.starts[row];
      const std::size_t begin = block.raw.size();
      for (std::size_t k = 0; k < layout_.classes; ++k) block.raw.push_back(numbers[first + k * layout_.stride]);
      const std::span<const double> values = std::span(block.raw).subspan(begin);
      const ConcretePivot::Row seen = concrete_[row].look(values, randomisation);
      if (!seen.valid) {
        throw Ended{Verdict::refuted, fmt::format("A row is no sample of the simplex: {}.", row_text(values))};
      }
      const auto kept = seen.uniforms.first(coordinates_);
      block.uniforms.insert(block.uniforms.end(), kept.begin(), kept.end());
    }
  }
}

}  // namespace gumbelcheck::claim
