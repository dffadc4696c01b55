#include "gumbelcheck/subject/npy.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

static_assert(std::endian::native == std::endian::little, "arrays travel little-endian and are copied as they lie");

namespace gumbelcheck::subject {

namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::size_t kLongestHeader = 65536;
constexpr std::array<std::pair<ElementType, std::string_view>, 4> kTypes{
    {{ElementType::f2, "<f2"}, {ElementType::f4, "<f4"}, {ElementType::f8, "<f8"}, {ElementType::i8, "<i8"}}};

// The header is a Python literal: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }. Only this
// much of the language is read; NumPy's writer produces nothing else.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text) {}

  struct Header {
    ElementType type = ElementType::f8;
    Shape shape;
  };

  Header header() {
    std::optional<ElementType> type;
    std::optional<Shape> shape;
    bool order = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr" && !type) {
        type = element_type();
      } else if (key == "fortran_order" && !order) {
        c_order();
        order = true;
      } else if (key == "shape" && !shape) {
        shape = tuple();
      } else {
        fail(fmt::format("its header has the key '{}', which is unknown or given twice", excerpt(key)));
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!text_.empty()) fail("its header goes on after its closing brace");
    if (!type) fail("its header has no 'descr'");
    if (!order) fail("its header has no 'fortran_order'");
    if (!shape) fail("its header has no 'shape'");
    return {.type = *type, .shape = std::move(*shape)};
  }

 private:
  [[noreturn]] static void fail(const std::string& sentence) { throw MalformedArray(sentence); }

  void skip_space() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n' || text_.front() == '\t')) {
      text_.remove_prefix(1);
    }
  }
  bool accept(char wanted) {
    skip_space();
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) fail(fmt::format("its header is not a Python dictionary: '{}' is missing", wanted));
  }
  bool accept_word(std::string_view word) {
    skip_space();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  std::string quoted() {
    const char quote = accept('\'') ? '\'' : '"';
    if (quote == '"') expect('"');
    const std::size_t end = text_.find(quote);
    if (end == std::string_view::npos) fail("its header has a quotation that does not end");
    std::string found(text_.substr(0, end));
    text_.remove_prefix(end + 1);
    return found;
  }

  ElementType element_type() {
    skip_space();
    if (!text_.empty() && text_.front() == '[') fail("it has structured elements; <f2, <f4, <f8 and <i8 are allowed");
    const std::string found = quoted();
    for (const auto& [type, text] : kTypes) {
      if (text == found) return type;
    }
    fail(fmt::format("it has elements of type '{}'; <f2, <f4, <f8 and <i8 are allowed", excerpt(found)));
  }

  void c_order() {
    if (accept_word("False")) return;
    if (accept_word("True")) fail("it is in Fortran order; C order is required");
    fail("the header's 'fortran_order' is neither True nor False");
  }

  Shape tuple() {
    Shape shape;
    expect('(');
    while (!accept(')')) {
      skip_space();
      if (!text_.empty() && text_.front() == '-') fail("it has a shape with a negative length");
      if (text_.empty() || text_.front() < '0' || text_.front() > '9') {
        fail("it has a shape that is not a tuple of whole numbers");
      }
      std::size_t length = 0;
      while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
        const auto digit = static_cast<std::size_t>(text_.front() - '0');
        if (length > (std::numeric_limits<std::size_t>::max() - digit) / 10) {
          fail("it has a shape with a length that exceeds 64 bits");
        }
        length = length * 10 + digit;
        text_.remove_prefix(1);
      }
      shape.push_back(length);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return shape;
  }

  std::string_view text_;
};

template <class T>
std::vector<T> values_from(const ReadBytes& read, std::size_t count) {
  std::vector<T> values(count);
  if (count > 0) read({reinterpret_cast<char*>(values.data()), count * sizeof(T)});
  return values;
}

}  // namespace

std::string_view name(ElementType type) { return kTypes.at(static_cast<std::size_t>(type)).second; }

std::size_t byte_width(ElementType type) { return type == ElementType::f2 ? 2 : type == ElementType::f4 ? 4 : 8; }

ElementType element_type_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::float16:
      return ElementType::f2;
    case Dtype::bfloat16:
    case Dtype::float32:
      return ElementType::f4;
    case Dtype::float64:
      break;
  }
  return ElementType::f8;
}

std::string text_of(const Shape& shape) {
  if (shape.size() == 1) return fmt::format("({},)", shape.front());
  return fmt::format("({})", fmt::join(shape, ", "));
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t kShown = 80;
  std::string shown;
  for (const char c : text.substr(0, kShown)) shown += c >= ' ' && c <= '~' ? c : '?';
  return text.size() > kShown ? shown + "..." : shown;
}

std::uint16_t half_bits(float value) {
  const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000U : 0U);
  if (std::isnan(value)) return static_cast<std::uint16_t>(sign | 0x7e00U);
  const double size = std::abs(rounded_to(Dtype::float16, static_cast<double>(value)));
  if (std::isinf(size)) return static_cast<std::uint16_t>(sign | 0x7c00U);
  if (size < smallest_normal(Dtype::float16)) {
    return static_cast<std::uint16_t>(sign | static_cast<unsigned>(std::ldexp(size, 24)));
  }
  const int exponent = std::ilogb(size);
  const auto fraction = static_cast<unsigned>(std::ldexp(size, 10 - exponent)) - 1024U;
  return static_cast<std::uint16_t>(sign | (static_cast<unsigned>(exponent + 15) << 10) | fraction);
}

float half_value(std::uint16_t bits) {
  const unsigned exponent = (bits >> 10) & 31U;
  const unsigned fraction = bits & 1023U;
  float size = std::ldexp(static_cast<float>(fraction), -24);
  if (exponent == 31) {
    size = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent > 0) {
    size = std::ldexp(static_cast<float>(1024U + fraction), static_cast<int>(exponent) - 25);
  }
  return (bits & 0x8000U) != 0 ? -size : size;
}

TypedArray read_npy(const ReadBytes& read, std::size_t most_bytes) {
  std::array<char, 8> start{};
  read(start);
  if (std::string_view(start.data(), 6) != kMagic) throw MalformedArray("it does not begin as an .npy stream does");
  const int major = static_cast<unsigned char>(start[6]);
  const int minor = static_cast<unsigned char>(start[7]);
  if (major < 1 || major > 3 || minor != 0) {
    throw MalformedArray(fmt::format("it is in .npy format {}.{}; 1.0, 2.0 and 3.0 are allowed", major, minor));
  }
  std::array<char, 4> length_bytes{};
  read(std::span(length_bytes).first(major == 1 ? 2 : 4));
  std::uint32_t length = 0;
  std::memcpy(&length, length_bytes.data(), sizeof length);
  if (length > kLongestHeader) {
    throw MalformedArray(fmt::format("it has a header of {} bytes; {} are allowed", length, kLongestHeader));
  }
  std::string text(length, ' ');
  read(text);
  HeaderReader::Header header = HeaderReader(text).header();
  std::size_t count = 0;
  try {
    count = element_count(header.shape);
  } catch (const std::length_error&) {
    throw MalformedArray(fmt::format("it has shape {}, whose size exceeds 64 bits", excerpt(text_of(header.shape))));
  }
  if (count > most_bytes / byte_width(header.type)) {
    throw MalformedArray(fmt::format("it has shape {} of {}, more than the {} bytes that are allowed",
                                     excerpt(text_of(header.shape)), name(header.type), most_bytes));
  }
  TypedArray result{.array = {.shape = std::move(header.shape), .data = {}}, .type = header.type};
  switch (header.type) {
    case ElementType::f2: {
      const auto halves = values_from<std::uint16_t>(read, count);
      std::vector<float> values(count);
      for (std::size_t i = 0; i < count; ++i) values[i] = half_value(halves[i]);
      result.array.data = std::move(values);
      break;
    }
    case ElementType::f4:
      result.array.data = values_from<float>(read, count);
      break;
    case ElementType::f8:
      result.array.data = values_from<double>(read, count);
      break;
    case ElementType::i8:
      result.array.data = values_from<std::int64_t>(read, count);
      break;
  }
  return result;
}

std::string written_npy(const Array& array, ElementType type) {
  if (element_count(array.shape) != array.size()) {
    throw std::invalid_argument(
        fmt::format("written_npy: the array holds {} values, but its shape is {}", array.size(), text_of(array.shape)));
  }
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", name(type), text_of(array.shape));
  constexpr std::size_t kBeforeHeader = 10;
  header.append(63 - (kBeforeHeader + header.size()) % 64,
                ' ');  // so that the data begins at a multiple of 64
  header.push_back('\n');
  if (header.size() > 65535) throw std::invalid_argument("written_npy: the shape is too long for format 1.0");
  std::string bytes(kMagic);
  bytes += {'\x01', '\x00', static_cast<char>(header.size() & 255U), static_cast<char>(header.size() >> 8)};
  bytes += header;
  const auto append = [&bytes](const auto& values) {
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0]));
  };
  const bool is_float = std::holds_alternative<std::vector<float>>(array.data);
  if (type == ElementType::f2 && is_float) {
    std::vector<std::uint16_t> halves;
    for (const float value : array.as<float>()) halves.push_back(half_bits(value));
    append(halves);
  } else if (type == ElementType::f4 && is_float) {
    append(array.as<float>());
  } else if (type == ElementType::f8 && std::holds_alternative<std::vector<double>>(array.data)) {
    append(array.as<double>());
  } else if (type == ElementType::i8 && std::holds_alternative<std::vector<std::int64_t>>(array.data)) {
    append(array.as<std::int64_t>());
  } else {
    throw std::invalid_argument(fmt::format("written_npy: the array does not hold numbers of type {}", name(type)));
  }
  return bytes;
}

}  // namespace gumbelcheck::subject
