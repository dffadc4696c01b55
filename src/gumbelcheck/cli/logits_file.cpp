#include "gumbelcheck/cli/logits_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "gumbelcheck/cli/numbers.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/subject/npy.hpp"

namespace gumbelcheck::cli {
namespace {

[[noreturn]] void refuse(const std::string& origin, std::string_view what) {
  throw std::invalid_argument(fmt::format("Logits from {}: {}", report::shortened(origin, 200), what));
}

// The rules that hold for logits wherever they come from; `where` names a place: "line 3", "index 7".
void accept(double value, std::string_view given, const std::string& where, const std::string& origin,
            std::vector<double>& logits) {
  if (std::isnan(value) || value == std::numeric_limits<double>::infinity()) {
    refuse(origin, fmt::format("{} is {}; a logit must be finite, or -inf for a class of probability zero.", where,
                               report::shortened(given, 40)));
  }
  const bool overflowed = std::isinf(value) && given.find_first_of("0123456789") != std::string_view::npos;
  if (overflowed) {
    refuse(origin, fmt::format("{} is {}, beyond the range of float64; -inf is written so.", where,
                               report::shortened(given, 40)));
  }
  if (logits.size() == kMostClasses) {
    refuse(origin,
           fmt::format("there are more than {} classes, the most that can be asked.", report::grouped(kMostClasses)));
  }
  logits.push_back(value);
}

std::vector<double> complete(std::vector<double> logits, const std::string& origin) {
  if (logits.empty()) refuse(origin, "there is no number in it; at least one logit is needed.");
  for (const double logit : logits) {
    if (std::isfinite(logit)) return logits;
  }
  refuse(origin, "every logit is -inf; at least one class must have a probability above zero.");
}

std::string contents(const std::string& path) {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20;
  std::ifstream stream(path, std::ios::binary);
  std::string text;
  std::string block(std::size_t{1} << 20, '\0');
  while (stream && text.size() <= kMostBytes) {
    stream.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block, 0, static_cast<std::size_t>(stream.gcount()));
  }
  if (text.size() > kMostBytes) refuse("'" + path + "'", "it has more than 64 MiB, more than logits can need.");
  if (!stream.eof()) refuse("'" + path + "'", "the file cannot be read.");
  return text;
}

}  // namespace

std::vector<double> logits_from_text(std::string_view text, const std::string& origin) {
  std::vector<double> logits;
  std::size_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    line = line.substr(0, line.find('#'));
    while (true) {
      const std::size_t start = line.find_first_not_of(" \t\r,");
      if (start == std::string_view::npos) break;
      line.remove_prefix(start);
      const std::string_view word = line.substr(0, line.find_first_of(" \t\r,"));
      line.remove_prefix(word.size());
      const std::string where = fmt::format("line {}", line_number);
      const std::optional<double> value = real_number(word);
      if (!value) {
        refuse(origin, fmt::format("{} holds '{}', which is no number; allowed are numbers with blanks or commas "
                                   "between them, -inf, and comments after #.",
                                   where, report::shortened(word, 40)));
      }
      accept(*value, word, where, origin, logits);
    }
  }
  return complete(std::move(logits), origin);
}

std::vector<double> logits_from_json(std::string_view text, const std::string& origin) {
  using nlohmann::json;
  json document;
  try {
    document = json::parse(text);
  } catch (const json::exception& error) {
    const std::string_view what = error.what();  // "[json.exception.parse_error.101] parse error at ..."
    refuse(origin, fmt::format("it is not JSON: {}. (A class of probability zero is written \"-inf\".)",
                               report::shortened(what.substr(what.find(']') + 2), 300)));
  }
  if (!document.is_array()) refuse(origin, "it must be one array of numbers, such as [0, 1.5, \"-inf\"].");
  std::vector<double> logits;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const json& item = document[i];
    const std::string given = item.is_structured() ? item.type_name() : item.dump();
    const std::string where = fmt::format("index {}", i);
    if (item.is_string() && item.get<std::string>() == "-inf") {
      accept(-std::numeric_limits<double>::infinity(), given, where, origin, logits);
    } else if (item.is_number()) {
      accept(item.get<double>(), given, where, origin, logits);
    } else {
      refuse(origin, fmt::format("{} is {}; it must be a number or \"-inf\".", where, report::shortened(given, 40)));
    }
  }
  return complete(std::move(logits), origin);
}

std::vector<double> logits_from_npy_file(const std::string& path) {
  const std::string origin = "'" + path + "'";
  std::ifstream stream(path, std::ios::binary);
  if (!stream) refuse(origin, "the file cannot be read.");
  subject::Array array;
  try {
    array = subject::read_npy([&](std::span<char> bytes) {
              if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
                throw subject::MalformedArray("it ends before its array does");
              }
            }).array;
  } catch (const subject::MalformedArray& error) {
    refuse(origin, fmt::format("the array cannot be read: {}.", error.what()));
  }
  if (stream.peek() != std::ifstream::traits_type::eof()) refuse(origin, "the file goes on after its array.");
  // A model's answer often comes as a batch of one: (1, K), (1, 1, K).
  if (array.shape.empty() || std::ranges::count_if(array.shape, [](std::size_t n) { return n != 1; }) > 1) {
    refuse(origin, fmt::format("the array has the shape {}; it must be the logits of one row: one dimension, or others "
                               "of length 1 beside it.",
                               subject::text_of(array.shape)));
  }
  std::vector<double> logits;
  for (std::size_t i = 0; i < array.size(); ++i) {
    accept(array.real(i), report::number(array.real(i)), fmt::format("index {}", i), origin, logits);
  }
  return complete(std::move(logits), origin);
}

std::vector<double> read_logits(const std::string& file_or_list) {
  std::error_code error;
  const std::filesystem::path path(file_or_list);
  if (std::filesystem::is_directory(path, error)) refuse("'" + file_or_list + "'", "it is a folder, not a file.");
  if (std::filesystem::exists(path, error)) {
    if (path.extension() == ".npy") return logits_from_npy_file(file_or_list);
    const std::string origin = "'" + file_or_list + "'";
    if (path.extension() == ".json") return logits_from_json(contents(file_or_list), origin);
    return logits_from_text(contents(file_or_list), origin);
  }
  std::vector<double> logits;
  const std::string origin = fmt::format("the list '{}'", file_or_list);
  const std::vector<std::string> parts = split(file_or_list, ',');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::optional<double> value = real_number(parts[i]);
    if (!value) {
      refuse(origin, fmt::format("index {} is '{}', which is no number, and there is no file of that name; allowed "
                                 "are a .npy, .json or text file, or numbers with commas between them: 0,1,-inf,2.5.",
                                 i, report::shortened(parts[i], 40)));
    }
    accept(*value, parts[i], fmt::format("index {}", i), origin, logits);
  }
  return complete(std::move(logits), origin);
}

}  // namespace gumbelcheck::cli
