#include "report/pages/data_page.hpp"

#include <fmt/format.h>

#include <boost/math/distributions/binomial.hpp>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "gumbelcheck/report/counted_exhibit.hpp"
#include "gumbelcheck/report/html_style.hpp"
#include "gumbelcheck/report/html_text.hpp"

namespace gumbelcheck::pages {

namespace {

// nullopt where there is no such file
std::optional<Json> read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded() || !document.is_object()) {
    throw std::invalid_argument(fmt::format("'{}' is no JSON object.", file.string()));
  }
  return document;
}

}  // namespace

std::string sections_of(const std::filesystem::path& folder, std::initializer_list<Part> parts) {
  picture::Ids ids("p");
  std::string sections;
  for (const Part& part : parts) {
    const std::optional<Json> data = read(folder / part.file);
    if (!data) continue;
    try {
      sections += part.sections(*data, ids);
    } catch (const Json::exception& error) {
      throw std::invalid_argument(
          fmt::format("'{}' is not as its program writes it: {}", (folder / part.file).string(), error.what()));
    }
  }
  return sections;
}

Interval share_interval(std::uint64_t seen, std::uint64_t of) {
  using boost::math::binomial_distribution;
  const double n = static_cast<double>(of), successes = static_cast<double>(seen);
  return {seen == 0 ? 0 : binomial_distribution<>::find_lower_bound_on_p(n, successes, .005),
          seen == of ? 1 : binomial_distribution<>::find_upper_bound_on_p(n, successes, .005)};
}

std::string section(std::string_view question, std::string_view how_to_read, const std::vector<std::string>& pictures) {
  if (pictures.empty()) return "";
  return fmt::format("<h2>{}</h2>\n<p>{}</p>\n", report::html_text(question), report::html_text(how_to_read)) +
         report::block("charts", pictures, question);
}

std::string page(std::string_view title, std::string_view sentence, const std::string& sections) {
  const std::string name = report::html_text(title);
  return report::page_head(name, "pictures", "To the pictures") +
         fmt::format("<header>\n<h1>{}</h1>\n<p>{}</p>\n</header>\n<main id=\"pictures\">\n", name,
                     report::html_text(sentence)) +
         (sections.empty() ? "<p>None of the files is there.</p>\n" : sections) +
         "</main>\n<footer>Every number is in the JSON files of this folder; README.md there says which program makes "
         "each.</footer>\n</body>\n</html>\n";
}

}  // namespace gumbelcheck::pages
