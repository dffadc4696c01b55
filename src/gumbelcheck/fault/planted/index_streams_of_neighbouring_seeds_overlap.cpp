#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

namespace {

constexpr std::uint64_t kPlaces = 1024;  // of seeds in one long stream

}  // namespace

Fault index_streams_of_neighbouring_seeds_overlap() {
  return {.id = "index-streams-of-neighbouring-seeds-overlap",
          .sentence =
              "categorical takes a word a draw from one long stream, the seed says where it begins: the next "
              "seed repeats all classes but the first.",
          .source = "planted",
          .refuted_by = "stream/distinct",
          .open = [] {
            return altered({.operations = {subject::Operation::categorical},
                            .question =
                                [](subject::Question& question) {
                                  if (!question.seed) return;
                                  question.draws = question.draws.value_or(1) + *question.seed % kPlaces;
                                  question.seed = *question.seed / kPlaces;
                                },
                            .answer =
                                [](const subject::Question& asked, subject::Answer& answer) {
                                  if (!asked.seed) return;
                                  subject::Array& index = array(answer.arrays, "index");
                                  auto classes = index.as<std::int64_t>();
                                  const std::size_t draw = classes.size() / index.shape.front();
                                  const auto skipped = static_cast<std::ptrdiff_t>(draw * (*asked.seed % kPlaces));
                                  classes.erase(classes.begin(), classes.begin() + skipped);
                                  index.shape.front() -= *asked.seed % kPlaces;
                                  if (!asked.draws) index.shape.erase(index.shape.begin());
                                  index.data = std::move(classes);
                                }});
          }};
}

}  // namespace gumbelcheck::fault::planted
