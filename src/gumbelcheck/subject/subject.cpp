#include "gumbelcheck/subject/subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace gumbelcheck::subject {

namespace {

struct Format {
  Dtype dtype;
  std::string_view name;
  int precision;         // significant bits, the leading one included
  int lowest_exponent;   // of the smallest normal number, 2^lowest_exponent
  int highest_exponent;  // finite values lie below 2^(highest_exponent + 1)
};
constexpr std::array<Format, 4> kFormats{{{Dtype::float16, "float16", 11, -14, 15},
                                          {Dtype::bfloat16, "bfloat16", 8, -126, 127},
                                          {Dtype::float32, "float32", 24, -126, 127},
                                          {Dtype::float64, "float64", 53, -1022, 1023}}};

const Format& format_of(Dtype dtype) { return kFormats.at(static_cast<std::size_t>(dtype)); }

constexpr std::array<std::pair<Operation, std::string_view>, 8> kOperations{{
    {Operation::softmax, "softmax"},
    {Operation::gumbel, "gumbel"},
    {Operation::gumbel_max, "gumbel_max"},
    {Operation::categorical, "categorical"},
    {Operation::gumbel_softmax, "gumbel_softmax"},
    {Operation::concrete_log_density, "concrete_log_density"},
    {Operation::log_concrete, "log_concrete"},
    {Operation::gumbel_top_k, "gumbel_top_k"},
}};

const Array* find_array(const std::vector<NamedArray>& arrays, std::string_view wanted) {
  for (const NamedArray& named : arrays) {
    if (named.name == wanted) return &named.array;
  }
  return nullptr;
}

}  // namespace

std::string_view name(Dtype dtype) { return format_of(dtype).name; }

std::optional<Dtype> dtype_from(std::string_view name) {
  for (const Format& format : kFormats) {
    if (format.name == name) return format.dtype;
  }
  return std::nullopt;
}

double unit_roundoff(Dtype dtype) { return std::ldexp(1.0, -format_of(dtype).precision); }
double smallest_normal(Dtype dtype) { return std::ldexp(1.0, format_of(dtype).lowest_exponent); }

double rounded_to(Dtype dtype, double value) {
  if (dtype == Dtype::float64 || value == 0 || !std::isfinite(value)) return value;
  const Format& format = format_of(dtype);
  // Below the smallest normal number the spacing stays what it is there.
  const int exponent = std::max(std::ilogb(value), format.lowest_exponent);
  const int spacing = exponent - (format.precision - 1);
  // Scaling by a power of two is exact here: narrower formats lie well inside the range of double.
  const double rounded = std::ldexp(std::nearbyint(std::ldexp(value, -spacing)), spacing);
  if (std::abs(rounded) >= std::ldexp(1.0, format.highest_exponent + 1)) {
    return std::copysign(std::numeric_limits<double>::infinity(), value);
  }
  return rounded;
}

std::size_t element_count(const Shape& shape) {
  std::size_t count = 1;
  for (const std::size_t length : shape) {
    if (length == 0) return 0;
  }
  for (const std::size_t length : shape) {
    if (count > std::numeric_limits<std::size_t>::max() / length) {
      throw std::length_error(fmt::format("element_count: the product of the {} lengths of the shape exceeds {}",
                                          shape.size(), std::numeric_limits<std::size_t>::max()));
    }
    count *= length;
  }
  return count;
}

std::size_t Array::size() const {
  return std::visit([](const auto& values) { return values.size(); }, data);
}

double Array::real(std::size_t i) const {
  return std::visit([i](const auto& values) { return static_cast<double>(values.at(i)); }, data);
}

Array real_array(Shape shape, const std::vector<double>& values, Dtype dtype) {
  if (element_count(shape) != values.size()) {
    throw std::invalid_argument(fmt::format("real_array: the shape has {} elements, but {} values were given",
                                            element_count(shape), values.size()));
  }
  if (dtype == Dtype::float64) return {.shape = std::move(shape), .data = values};
  std::vector<float> narrow(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) narrow[i] = static_cast<float>(rounded_to(dtype, values[i]));
  return {.shape = std::move(shape), .data = std::move(narrow)};
}

std::string_view name(Operation operation) {
  for (const auto& [listed, text] : kOperations) {
    if (listed == operation) return text;
  }
  throw std::invalid_argument(fmt::format("name: there is no operation number {}", static_cast<int>(operation)));
}

std::optional<Operation> operation_from(std::string_view name) {
  for (const auto& [operation, text] : kOperations) {
    if (text == name) return operation;
  }
  return std::nullopt;
}

const Offer* Description::offer(Operation operation) const {
  const auto found = operations.find(operation);
  return found == operations.end() ? nullptr : &found->second;
}

bool Description::has(Dtype dtype) const {
  for (const Dtype listed : dtypes) {
    if (listed == dtype) return true;
  }
  return false;
}

std::uint64_t fit_seed(std::uint64_t seed, const Description& description) {
  if (description.seed_bits >= 64) return seed;
  return seed & ((std::uint64_t{1} << description.seed_bits) - 1);
}

const Array* Question::find(std::string_view array_name) const { return find_array(arrays, array_name); }
const Array* Answer::find(std::string_view array_name) const { return find_array(arrays, array_name); }

}  // namespace gumbelcheck::subject
