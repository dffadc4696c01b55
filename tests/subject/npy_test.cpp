#include "gumbelcheck/subject/npy.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>

namespace gumbelcheck::subject {
namespace {

ReadBytes reader(const std::string& bytes) {
  return [&bytes, at = std::size_t{0}](std::span<char> wanted) mutable {
    if (bytes.size() - at < wanted.size()) throw MalformedArray("the stream ends early");
    std::memcpy(wanted.data(), bytes.data() + at, wanted.size());
    at += wanted.size();
  };
}

std::string stream_with(const std::string& header, char major = 1) {
  std::string bytes("\x93NUMPY", 6);
  bytes += {major, '\0', static_cast<char>(header.size() & 255U), static_cast<char>(header.size() >> 8)};
  if (major > 1) bytes += {'\0', '\0'};
  return bytes + header;
}

std::string complaint(const std::string& bytes) {
  try {
    read_npy(reader(bytes));
  } catch (const MalformedArray& error) {
    return error.what();
  }
  return "no complaint";
}

RC_GTEST_PROP(NpyProperty, what_is_written_is_read, (const std::vector<double>& values)) {
  for (const Dtype dtype : {Dtype::float16, Dtype::bfloat16, Dtype::float32, Dtype::float64}) {
    const Array array = real_array({1, values.size()}, values, dtype);
    const std::string bytes = written_npy(array, element_type_of(dtype));
    const TypedArray found = read_npy(reader(bytes));
    RC_ASSERT(found.type == element_type_of(dtype));
    RC_ASSERT(found.array.shape == array.shape);
    RC_ASSERT(found.array.data == array.data);
  }
}

TEST(Npy, every_half_survives_the_way_there_and_back) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const float value = half_value(static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) continue;
    ASSERT_EQ(half_bits(value), bits);
    ASSERT_EQ(rounded_to(Dtype::float16, static_cast<double>(value)), static_cast<double>(value));
  }
}

TEST(Npy, known_halves) {
  EXPECT_EQ(half_value(0x3c00), 1.0F);
  EXPECT_EQ(half_value(0x7bff), 65504.0F);
  EXPECT_EQ(half_value(0x0001), std::ldexp(1.0F, -24));
  EXPECT_EQ(half_bits(65520.0F), 0x7c00);               // halfway to 2^16 rounds to infinity
  EXPECT_EQ(half_bits(std::ldexp(1.0F, -25)), 0x0000);  // a tie goes to even
  EXPECT_EQ(half_bits(1.0F + std::ldexp(3.0F, -11)), 0x3c02);
}

TEST(Npy, rounding_to_float_is_that_of_the_processor) {
  for (const double value : {0.1, -1.0 / 3, 1e-40, 1e-46, 3.4028235677973366e38, 3.4e38, 1e300}) {
    EXPECT_EQ(rounded_to(Dtype::float32, value), static_cast<double>(static_cast<float>(value))) << value;
  }
}

TEST(Npy, scalars_and_later_formats) {
  std::string bytes = stream_with("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 2);
  const double value = 2.5;
  bytes.append(reinterpret_cast<const char*>(&value), 8);
  const TypedArray found = read_npy(reader(bytes));
  EXPECT_TRUE(found.array.shape.empty());
  EXPECT_EQ(found.array.as<double>().at(0), 2.5);
}

TEST(Npy, hostile_headers_are_named) {
  const auto header = [](const char* type, const char* order, const char* shape) {
    return stream_with(std::string("{'descr': ") + type + ", 'fortran_order': " + order + ", 'shape': " + shape + "}");
  };
  EXPECT_EQ(complaint("not an array at all"), "it does not begin as an .npy stream does");
  EXPECT_EQ(complaint(header("'<f8'", "True", "(2,)")), "it is in Fortran order; C order is required");
  EXPECT_EQ(complaint(header("'>f8'", "False", "(2,)")),
            "it has elements of type '>f8'; <f2, <f4, <f8 and <i8 are allowed");
  EXPECT_EQ(complaint(header("'<f8'", "False", "(-2,)")), "it has a shape with a negative length");
  EXPECT_EQ(complaint(header("'<f8'", "False", "(99999999999999999999,)")),
            "it has a shape with a length that exceeds 64 bits");
  EXPECT_EQ(complaint(header("'<f8'", "False", "(4294967296, 4294967296)")),
            "it has shape (4294967296, 4294967296), whose size exceeds 64 bits");
  EXPECT_EQ(complaint(header("'<f8'", "False", "(8388609,)")),
            "it has shape (8388609,) of <f8, more than the 67108864 bytes that are allowed");
  EXPECT_EQ(complaint(header("'<f8'", "False", "(2,)")), "the stream ends early");
  EXPECT_EQ(complaint(stream_with("{'descr': '<f8'}")), "its header has no 'fortran_order'");
  EXPECT_EQ(complaint(stream_with("", 4)), "it is in .npy format 4.0; 1.0, 2.0 and 3.0 are allowed");
}

TEST(Npy, a_hostile_text_is_shown_in_part_and_in_printable_characters) {
  EXPECT_EQ(excerpt("plain"), "plain");
  EXPECT_EQ(excerpt("\x1b[31m\n\xff"), "?[31m??");
  EXPECT_EQ(excerpt(std::string(81, 'x')), std::string(80, 'x') + "...");
  const std::string shape = "(" + std::string(30000, '1') + ",)";
  EXPECT_EQ(complaint(stream_with("{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + "}")),
            "it has a shape with a length that exceeds 64 bits");
}

TEST(Npy, whatever_stands_in_a_header_is_a_clause_or_an_array) {
  const std::string good = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";
  std::size_t refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char c : {'\0', '\'', '(', ')', ',', '9', 'x', '\xff', '{', '}'}) {
      std::string altered = good;
      altered[at] = c;
      const std::string said = complaint(stream_with(altered) + std::string(8 * 9999, '\0'));
      refused += said != "no complaint";
    }
    refused += complaint(stream_with(good.substr(0, at))) != "no complaint";
  }
  EXPECT_GT(refused, good.size() * 9);
}

}  // namespace
}  // namespace gumbelcheck::subject
