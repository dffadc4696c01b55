#include "gumbelcheck/report/write_reports.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("gumbelcheck_reports_" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

std::string contents(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(WriteReports, four_files_in_a_new_folder_and_nothing_else) {
  const Folder folder;
  const fs::path out = folder.path / "a" / "b";
  write_reports(small_record(), out);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(out)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"junit.xml", "report.html", "report.md", "verdict.json"}));
  EXPECT_TRUE(contents(out / "verdict.json").starts_with("{\n  \"schema\": \"gumbelcheck-verdict/1\""));
}

TEST(WriteReports, the_older_file_stands_until_the_new_one_is_whole) {
  const Folder folder;
  const fs::path file = folder.path / "verdict.json";
  write_whole(file, "old");
  std::ifstream reader(file);  // has the old one open
  write_whole(file, "new");
  std::string seen;
  reader >> seen;
  EXPECT_EQ(seen, "old") << "the file was replaced, not overwritten";
  EXPECT_EQ(contents(file), "new");
}

TEST(WriteReports, what_cannot_be_written_is_a_sentence_and_leaves_nothing) {
  const Folder folder;
  std::ofstream(folder.path / "file") << "x";
  EXPECT_THROW(prepare_directory(folder.path / "file"), std::invalid_argument);
  EXPECT_THROW(prepare_directory(folder.path / "file" / "below"), std::invalid_argument);
  fs::create_directories(folder.path / "taken");
  try {
    write_whole(folder.path / "taken", "text");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), "'" + (folder.path / "taken").string() + "' cannot be written: Is a directory.");
  }
  EXPECT_THROW(write_whole("/dev/full/x", "text"), std::runtime_error);
  for (const auto& entry : fs::directory_iterator(folder.path)) EXPECT_NE(entry.path().extension(), ".tmp");
}

}  // namespace
}  // namespace gumbelcheck::report
