// gallery FILE.html: a page of every kind of picture, on data of the kind that reports have, to be looked at in a
// browser: narrow and wide, light and dark, printed. Data are computed here, so the page is the same each time.

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <vector>

#include "pictures.hpp"

namespace gumbelcheck::picture {
namespace {

std::string page() {
  Ids ids("gallery");
  std::string html = fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>Gallery</title><style>\n{}body{{margin:1rem auto;padding:0 1rem;"
      "max-width:72rem;background:{};font:16px system-ui,sans-serif;color:{}}}main{{display:grid;gap:2rem;"
      "grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr))}}.wide{{grid-column:1/-1}}\n"
      "@media screen and (prefers-color-scheme:dark){{body{{background:{};color:{}}}}}\n"
      "</style></head><body><main>\n",
      stylesheet(), palette(Scheme::light).paper, palette(Scheme::light).ink, palette(Scheme::dark).paper,
      palette(Scheme::dark).ink);
  const auto add = [&](const std::string& picture) { html += fmt::format("<div>{}</div>", picture); };
  for (const Chart& chart : charts()) {
    add(svg(chart, ids));
  }
  std::vector<std::string> row;
  for (const Simplex& simplex : simplexes()) row.push_back(svg(simplex, ids));
  html += "<div class=\"wide\">" + side_by_side(row, "Density by temperature") + "</div>";
  row.clear();
  for (const Chart& chart : multiples()) row.push_back(svg(chart, ids));
  html += "<div class=\"wide\">" + side_by_side(row, "Density by temperature") + "</div>";
  add(svg(faults(), ids));
  for (const Chart& chart : hard_cases()) add(svg(chart, ids));
  return html + "</main></body></html>\n";
}

}  // namespace
}  // namespace gumbelcheck::picture

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: gallery FILE.html\n");
    return 2;
  }
  std::ofstream file(argv[1], std::ios::binary);
  file << gumbelcheck::picture::page();
  file.close();
  return file.good() ? 0 : 1;
}
