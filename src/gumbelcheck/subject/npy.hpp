#pragma once

// NumPy's .npy streams: how arrays travel, and how logits are read from a file. Little-endian, C order,
// `<f2`, `<f4`, `<f8` and `<i8`.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::subject {

enum class ElementType { f2, f4, f8, i8 };
std::string_view name(ElementType type);  // "<f2"
std::size_t byte_width(ElementType type);
ElementType element_type_of(Dtype dtype);  // bfloat16 travels as <f4

constexpr std::size_t kLargestAnswerBytes = std::size_t{64} << 20;  // of all its arrays together

// An array that breaks the rules: the text is a clause ("it is in Fortran order; C order is required").
struct MalformedArray : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Fills the span, or throws something of its own when the stream ends first.
using ReadBytes = std::function<void(std::span<char>)>;

struct TypedArray {
  Array array;
  ElementType type;
};

// domain  formats 1.0, 2.0 and 3.0; at most `most_bytes` of data, refused before anything is allocated
// throws  MalformedArray, naming what was found and what is allowed
TypedArray read_npy(const ReadBytes& read, std::size_t most_bytes = kLargestAnswerBytes);

// rule    format 1.0; values of <f2 are rounded to nearest even
// throws  std::invalid_argument when the array holds another kind of number than `type`
std::string written_npy(const Array& array, ElementType type);

// rule    IEEE 754 binary16, to nearest even and back
std::uint16_t half_bits(float value);
float half_value(std::uint16_t bits);

std::string text_of(const Shape& shape);  // as Python writes a tuple: (), (3,), (2, 3)

// The beginning of what a subject wrote, for a sentence: at most 80 characters, ? for what is not printable
// ASCII.
std::string excerpt(std::string_view text);

}  // namespace gumbelcheck::subject
