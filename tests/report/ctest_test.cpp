// Measurements: every line one element that an XML parser reads, numbers as numbers, hostile text as text.

#include "gumbelcheck/report/ctest.hpp"

#include <gtest/gtest.h>

#include <map>
#include <pugixml.hpp>

#include "gumbelcheck/report/text.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

struct Measurement {
  std::string type, value;
};

std::map<std::string, Measurement> read(const std::string& text) {
  std::map<std::string, Measurement> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    pugi::xml_document document;
    EXPECT_TRUE(document.load_string(line.c_str())) << line;
    const pugi::xml_node node = document.first_child();
    EXPECT_STREQ(node.name(), "CTestMeasurement") << line;
    EXPECT_FALSE(node.next_sibling()) << line;
    const std::string name = node.attribute("name").value();
    EXPECT_TRUE(found.emplace(name, Measurement{node.attribute("type").value(), node.text().get()}).second) << name;
    at = end + 1;
  }
  return found;
}

TEST(CTest, what_was_found_is_measured) {
  std::map<std::string, Measurement> found = read(ctest_measurements(small_record()));
  EXPECT_TRUE(found["verdict"].value.starts_with("refuted: sampler 2.5 (cpu)"));
  for (const char* verdict : {"upheld", "refuted", "inconclusive", "unsupported", "broken"}) {
    EXPECT_EQ(found[std::string("claims ") + verdict].value, "1") << verdict;
  }
  EXPECT_EQ(found["gumbel-max/law"].value, "upheld");
  EXPECT_EQ(found["gumbel-max/law draws"].value, "500000");
  EXPECT_EQ(found["gumbel-max/law effect, upper bound"].type, "numeric/double");
  EXPECT_EQ(found["gumbel-max/law effect, upper bound"].value, "0.0088");
  // What is not finite would be no number on a dashboard.
  EXPECT_EQ(found["concrete/law log10 E"].type, "text/string");
  EXPECT_EQ(found["concrete/law log10 E"].value, "inf");
  EXPECT_EQ(found["softmax/value error over bound"].value, "nan");
  EXPECT_EQ(found["stream/frozen"].value, "unsupported");
  EXPECT_FALSE(found.contains("stream/frozen draws")) << "nothing is measured where nothing was asked";
}

TEST(CTest, hostile_text_is_text) {
  const std::string text = ctest_measurements(hostile_record());
  EXPECT_EQ(valid_utf8(text), text);
  for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
  const std::string verdict = read(text)["verdict"].value;
  EXPECT_NE(verdict.find("<script>alert(\"1\")</script>"), std::string::npos) << verdict;
  EXPECT_LT(text.size(), 10000U);
}

}  // namespace
}  // namespace gumbelcheck::report
