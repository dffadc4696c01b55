// Logits in every form that is read, and a sentence for every mistake.

#include "gumbelcheck/cli/logits_file.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>

#include "gumbelcheck/subject/npy.hpp"

namespace gumbelcheck::cli {
namespace {

namespace fs = std::filesystem;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A file of this name with this content, for as long as the object lives.
class File {
 public:
  File(const std::string& name, const std::string& content)
      : path_(fs::temp_directory_path() / (std::to_string(::getpid()) + "_" + name)) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~File() { fs::remove(path_); }
  std::string name() const { return path_.string(); }

 private:
  fs::path path_;
};

std::string complaint(const std::string& file_or_list) {
  try {
    read_logits(file_or_list);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "no complaint";
}
std::string complaint_of(const std::string& name, const std::string& content) {
  const File file(name, content);
  std::string text = complaint(file.name());
  if (const std::size_t at = text.find(file.name()); at != std::string::npos)
    text.replace(at, file.name().size(), name);
  return text;
}

std::string npy(const subject::Shape& shape, const std::vector<double>& values,
                subject::Dtype dtype = subject::Dtype::float64) {
  return subject::written_npy(subject::real_array(shape, values, dtype), subject::element_type_of(dtype));
}

TEST(LogitsFile, a_list) {
  EXPECT_EQ(read_logits("0, 1,-inf,2.5"), (std::vector<double>{0, 1, -kInfinity, 2.5}));
  EXPECT_EQ(read_logits("-1"), std::vector<double>{-1});
  EXPECT_EQ(complaint("0,-1e400"),
            "Logits from the list '0,-1e400': index 1 is -1e400, beyond the range of float64; -inf is written so.");
  EXPECT_EQ(complaint("0,x"),
            "Logits from the list '0,x': index 1 is 'x', which is no number, and there is no file of that name; "
            "allowed are a .npy, .json or text file, or numbers with commas between them: 0,1,-inf,2.5.");
  EXPECT_TRUE(complaint("").starts_with("Logits from the list '': index 0 is ''"));
  EXPECT_EQ(complaint("0,nan"),
            "Logits from the list '0,nan': index 1 is nan; a logit must be finite, or -inf for a class of "
            "probability zero.");
  EXPECT_EQ(complaint("-inf,-inf"),
            "Logits from the list '-inf,-inf': every logit is -inf; at least one class must have a probability "
            "above zero.");
}

TEST(LogitsFile, a_text) {
  const File file("logits.txt", "# three classes\n0 1.5\t# two of them\r\n\n  -inf, +2e0,\n");
  EXPECT_EQ(read_logits(file.name()), (std::vector<double>{0, 1.5, -kInfinity, 2}));
  EXPECT_EQ(complaint_of("a.txt", "0\n1 two\n"),
            "Logits from 'a.txt': line 2 holds 'two', which is no number; allowed are numbers with blanks or "
            "commas "
            "between them, -inf, and comments after #.");
  EXPECT_EQ(complaint_of("a.txt", "# nothing\n"),
            "Logits from 'a.txt': there is no number in it; at least one logit is needed.");
  EXPECT_EQ(complaint_of("a.txt", "0\ninf\n"),
            "Logits from 'a.txt': line 2 is inf; a logit must be finite, or -inf for a class of probability zero.");
  EXPECT_TRUE(complaint_of("a.csv", std::string("\x1b\0\xff", 3)).find("line 1 holds '\\x1b\\x00") !=
              std::string::npos);
}

TEST(LogitsFile, json) {
  const File file("logits.json", R"([0, 1.5, "-inf", -2e0])");
  EXPECT_EQ(read_logits(file.name()), (std::vector<double>{0, 1.5, -kInfinity, -2}));
  EXPECT_EQ(complaint_of("a.json", "[0, null]"),
            "Logits from 'a.json': index 1 is null; it must be a number or \"-inf\".");
  EXPECT_EQ(complaint_of("a.json", "[0, [[1]]]"),
            "Logits from 'a.json': index 1 is array; it must be a number or \"-inf\".");
  EXPECT_EQ(complaint_of("a.json", R"({"logits": [0]})"),
            "Logits from 'a.json': it must be one array of numbers, such as [0, 1.5, \"-inf\"].");
  EXPECT_TRUE(
      complaint_of("a.json", "[0, -Infinity]").starts_with("Logits from 'a.json': it is not JSON: parse error"));
  EXPECT_TRUE(complaint_of("a.json", "[0, -Infinity]").ends_with("(A class of probability zero is written \"-inf\".)"));
  EXPECT_TRUE(complaint_of("a.json", std::string(300000, '[')).starts_with("Logits from 'a.json': it is not JSON"));
}

TEST(LogitsFile, npy) {
  for (const subject::Dtype dtype : {subject::Dtype::float16, subject::Dtype::float32, subject::Dtype::float64}) {
    const File file("logits.npy", npy({3}, {0, -kInfinity, 1.5}, dtype));
    EXPECT_EQ(read_logits(file.name()), (std::vector<double>{0, -kInfinity, 1.5}));
  }
  for (const subject::Shape& shape : {subject::Shape{1, 3}, subject::Shape{3, 1}, subject::Shape{1, 1, 3}}) {
    const File file("logits.npy", npy(shape, {0, 1, 2}, subject::Dtype::float16));
    EXPECT_EQ(read_logits(file.name()), (std::vector<double>{0, 1, 2}));
  }
  EXPECT_EQ(complaint_of("a.npy", npy({2, 3}, {0, 1, 2, 3, 4, 5})),
            "Logits from 'a.npy': the array has the shape (2, 3); it must be the logits of one row: one dimension, or "
            "others of length 1 beside it.");
  EXPECT_EQ(complaint_of("a.npy", npy({2}, {0, std::nan("")})),
            "Logits from 'a.npy': index 1 is nan; a logit must be finite, or -inf for a class of probability "
            "zero.");
  EXPECT_EQ(complaint_of("a.npy", "0,1,2"),
            "Logits from 'a.npy': the array cannot be read: it ends before its array does.");
  EXPECT_EQ(complaint_of("a.npy", "zero, one, two"),
            "Logits from 'a.npy': the array cannot be read: it does not begin as an .npy stream does.");
  EXPECT_EQ(complaint_of("a.npy", npy({2}, {0, 1}) + "x"), "Logits from 'a.npy': the file goes on after its array.");
  const std::string whole = npy({2}, {0, 1});
  EXPECT_EQ(complaint_of("a.npy", whole.substr(0, whole.size() - 1)),
            "Logits from 'a.npy': the array cannot be read: it ends before its array does.");
  EXPECT_EQ(complaint_of("a.npy", npy({0}, {})),
            "Logits from 'a.npy': there is no number in it; at least one logit is needed.");
}

TEST(LogitsFile, places_that_are_no_files) {
  EXPECT_EQ(complaint("/tmp"), "Logits from '/tmp': it is a folder, not a file.");
  EXPECT_EQ(complaint("/dev/zero"), "Logits from '/dev/zero': it has more than 64 MiB, more than logits can need.");
  EXPECT_EQ(complaint("/dev/null"), "Logits from '/dev/null': there is no number in it; at least one logit is needed.");
}

TEST(LogitsFile, as_many_classes_as_can_be_asked) {
  std::string text;
  for (std::size_t i = 0; i < kMostClasses; ++i) text += "0\n";
  const File file("many.txt", text);
  EXPECT_EQ(read_logits(file.name()).size(), kMostClasses);
  EXPECT_EQ(complaint_of("more.txt", text + "0\n"),
            "Logits from 'more.txt': there are more than 262,144 classes, the most that can be asked.");
}

RC_GTEST_PROP(LogitsFileProperty, whatever_the_bytes_it_is_logits_or_a_sentence, (const std::string& bytes)) {
  for (const char* name : {"any.txt", "any.json", "any.npy"}) {
    const std::string said = complaint_of(name, bytes);
    RC_ASSERT(said == "no complaint" || said.starts_with("Logits from"));
  }
}

}  // namespace
}  // namespace gumbelcheck::cli
