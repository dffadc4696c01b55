#pragma once

// Reads the report's page as XML, which it nearly is, and says what is wrong with it.

#include <cctype>
#include <pugixml.hpp>
#include <regex>
#include <set>
#include <string>
#include <string_view>

namespace gumbelcheck::report {

struct Page {
  pugi::xml_document document;
  std::string error;
};

// HTML 5 as the report uses it is XML but for elements that are never closed, attributes without quotes, and the ends
// of cells and rows that HTML may leave out: those are put in.
inline std::string as_xml(std::string text) {
  text = std::regex_replace(text, std::regex("<!DOCTYPE html>"), "");
  text = std::regex_replace(text, std::regex("<(meta|wbr|br|hr)([^>]*[^/>])?>"), "<$1$2/>");
  text = std::regex_replace(text, std::regex("scope=row>"), "scope=\"row\">");
  // A row of a table of cases is a line.
  text = std::regex_replace(
      text, std::regex("<tr><td>([^<\n]*)<th scope=\"row\">([^<\n]*)<td>([^<\n]*)<td>([^<\n]*)<td>([^<\n]*)\n"),
      "<tr><td>$1</td><th scope=\"row\">$2</th><td>$3</td><td>$4</td><td>$5</td></tr>\n");
  return text;
}

inline Page parsed(const std::string& html) {
  Page page;
  const std::string xml = as_xml(html);
  const pugi::xml_parse_result result =
      page.document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!result) {
    page.error = std::string(result.description()) +
                 " at: " + xml.substr(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, result.offset - 60)), 120);
  }
  return page;
}

// "" for a page that stands alone: parsed, no scripts, nothing loaded, links that lead somewhere, ids that are unique,
// pictures that are named and described, tables with headers and captions, headings without a gap.
inline std::string first_flaw(const std::string& html) {
  if (!html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">")) return "no doctype, or no language";
  const Page page = parsed(html);
  if (!page.error.empty()) return page.error;
  const pugi::xml_document& document = page.document;
  std::set<std::string> ids;
  for (const pugi::xpath_node& found : document.select_nodes("//@id")) {
    const std::string id = found.attribute().value();
    if (!ids.insert(id).second) return "two elements have the id " + id;
  }
  static const std::set<std::string_view> known = {
      "html",    "head",  "meta", "title", "style", "body", "header", "main",    "footer",
      "section", "h1",    "h2",   "h3",    "h4",    "p",    "a",      "span",    "strong",
      "code",    "pre",   "dl",   "dt",    "dd",    "ul",   "li",     "table",   "caption",
      "thead",   "tbody", "tr",   "th",    "td",    "wbr",  "div",    "details", "summary",
      "svg",     "desc",  "path", "text",  "tspan", "rect", "g",      "circle",  "line"};
  for (const pugi::xpath_node& found : document.select_nodes("//*")) {
    const std::string name = found.node().name();
    if (!known.contains(name)) return "an element " + name;
    for (const pugi::xml_attribute& attribute : found.node().attributes()) {
      const std::string_view what = attribute.name();
      const std::string value = attribute.value();
      if (what.starts_with("on")) return "a handler " + std::string(what);
      if (what == "src" || what == "srcset" || what == "xlink:href") return "something loaded: " + value;
      if (what == "href" && (!value.starts_with("#") || !ids.contains(value.substr(1)))) return "a link to " + value;
      if (what == "style" && value.find("url") != std::string::npos) return "something loaded: " + value;
      if (what == "aria-labelledby" || what == "aria-describedby") {
        std::string rest = value + " ";
        for (std::size_t at = 0; (at = rest.find(' ')) != std::string::npos; rest.erase(0, at + 1)) {
          if (!ids.contains(rest.substr(0, at))) return "a name from " + rest.substr(0, at) + ", which is not there";
        }
      }
    }
  }
  for (const pugi::xpath_node& found : document.select_nodes("//style")) {
    const std::string style = found.node().text().get();
    if (style.find("url(") != std::string::npos || style.find("@import") != std::string::npos) return "a style loads";
  }
  for (const pugi::xpath_node& found : document.select_nodes("//svg")) {
    if (std::string_view(found.node().attribute("role").value()) != "img") return "a picture without the role img";
    for (const char* part : {"title", "desc"}) {
      if (found.node().child(part).text().empty()) return std::string("a picture without ") + part;
    }
  }
  for (const pugi::xpath_node& found : document.select_nodes("//table")) {
    if (found.node().child("caption").empty()) return "a table without a caption";
    for (const pugi::xml_node& head : found.node().child("thead").child("tr").children("th")) {
      if (std::string_view(head.attribute("scope").value()) != "col") return "a column without a scope";
    }
    for (const pugi::xml_node& row : found.node().child("tbody").children("tr")) {
      if (std::string_view(row.child("th").attribute("scope").value()) != "row") return "a row without a header";
    }
  }
  int level = 0;
  for (const pugi::xpath_node& found : document.select_nodes("//h1|//h2|//h3|//h4")) {
    const int own = found.node().name()[1] - '0';
    if (own > level + 1) return std::string("a heading skips a level: ") + found.node().text().get();
    level = own;
  }
  return "";
}

}  // namespace gumbelcheck::report
