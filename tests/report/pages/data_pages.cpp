// Pages with pictures of the data in reports/power and reports/calibration:
//   data_pages power reports/power FILE.html
//   data_pages calibration reports/calibration FILE.html

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "gumbelcheck/report/write_reports.hpp"
#include "report/pages/data_page.hpp"

int main(int count, char** arguments) {
  std::string which, folder, file;
  CLI::App program{"Pictures of the data in reports/power and reports/calibration."};
  program.add_option("WHICH", which, "power or calibration")
      ->required()
      ->check(CLI::IsMember({"power", "calibration"}));
  program.add_option("FOLDER", folder, "where the JSON files are")->required()->check(CLI::ExistingDirectory);
  program.add_option("FILE", file, "the page")->required();
  CLI11_PARSE(program, count, arguments);
  try {
    gumbelcheck::report::write_whole(
        file, which == "power" ? gumbelcheck::pages::power_page(folder) : gumbelcheck::pages::calibration_page(folder));
  } catch (const std::exception& error) {
    fmt::print(stderr, "data_pages: {}\n", error.what());
    return 1;
  }
  return 0;
}
