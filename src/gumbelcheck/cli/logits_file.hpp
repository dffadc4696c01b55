#pragma once

// Logits from the command line or from a file.

#include <string>
#include <string_view>
#include <vector>

namespace gumbelcheck::cli {

inline constexpr std::size_t kMostClasses = 262'144;

// rule    an existing file is read: .npy (one row), .json (an array of
//         numbers, with "-inf" for a class of probability zero), anything else as text (numbers with blanks
//         or commas between them, # starts a comment, -inf allowed). Otherwise it is a list: "0,1,-inf,2.5".
// throws  std::invalid_argument with a sentence naming the file, the line or index, what was given and what
// is
//         allowed: NaN, +inf, nothing but -inf, no number at all, more than 262,144 classes
std::vector<double> read_logits(const std::string& file_or_list);

// The formats by themselves; `origin` begins the sentence: "file.txt".
std::vector<double> logits_from_text(std::string_view text, const std::string& origin);
std::vector<double> logits_from_json(std::string_view text, const std::string& origin);
std::vector<double> logits_from_npy_file(const std::string& path);

}  // namespace gumbelcheck::cli
