#pragma once

// Any random operation -> rows of independent uniforms, for the claims that ask whether rows, draws, calls
// and seeds know of each other.

#include <functional>
#include <span>

#include "gumbelcheck/claim/concrete_row.hpp"
#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::claim {

// One way to draw that a subject offers: an operation, and of gumbel_softmax one of its two paths.
struct Path {
  subject::Operation operation = subject::Operation::gumbel;
  bool hard = false;

  // Draws classes, not numbers: two of them are often equal by chance.
  bool index() const {
    return hard || operation == subject::Operation::gumbel_max || operation == subject::Operation::categorical;
  }
  friend bool operator==(const Path&, const Path&) = default;
};
std::string name(const Path& path);  // as a case's variant: "gumbel_max", "gumbel_softmax, hard"
// throws std::invalid_argument with a sentence: a variant that came with a replay token may be anything
Path path_named(std::string_view variant);

// The ways to draw that this subject offers, the most telling first: the hard path only where there is no
// soft one, log samples only where there are no others.
std::vector<Path> random_paths(const subject::Description& description);

// A question for draws by this path, with the case's logits.
subject::Question question_of(const Inquiry& inquiry, const Path& path, std::optional<std::uint64_t> seed,
                              std::uint64_t draws);
// The array that holds them: "noise", "index", "log_sample" or "sample".
const char* result_array(const Path& path);

// rule  noise: exp(-exp(-g)); soft and log samples: the Concrete pivot; indices, and the largest entry of
// hard
//       samples: the randomised probability transform F(k - 1) + V p_k with V uniform from the harness's
//       stream
class UniformRows {
 public:
  // `path` is asked with the case's logits (all rows of the batch), soft samples at its temperature.
  // throws Ended(unsupported) where a row has fewer than two possible classes
  UniformRows(Inquiry& inquiry, Path path);

  std::size_t batch() const { return batch_; }              // rows a draw
  std::size_t coordinates() const { return coordinates_; }  // uniforms a row: those that every row has
  std::size_t elements() const { return elements_; }        // numbers behind one draw
  // The chance that two independent draws of a row are the same index; 1 where the path draws numbers.
  double agreement() const;

  // One row of one draw. `raw` is what the subject returned (index, noise or sample), for exact comparison.
  struct Row {
    std::span<const random::UniformPair> uniforms;
    std::span<const double> raw;
  };
  // All rows of a question: row b of draw d is at d * batch() + b.
  struct Block {
    std::size_t coordinates = 1;
    std::size_t raw_width = 1;
    std::vector<random::UniformPair> uniforms;
    std::vector<double> raw;
    Row row(std::size_t i) const {
      return {std::span(uniforms).subspan(i * coordinates, coordinates),
              std::span(raw).subspan(i * raw_width, raw_width)};
    }
  };
  // `number` tells the randomisation of one question from that of another.
  // throws Ended(refuted) for values outside the support
  Block draw(std::optional<std::uint64_t> seed, std::uint64_t draws, std::uint64_t number);

 private:
  // The sums of the probabilities before each class and after it: both tails of the transform.
  struct Cumulated {
    std::vector<double> before, after;
  };
  void add_noise(const subject::Array& noise, Block& block) const;
  void add_indices(const subject::Array& result, random::Stream& randomisation, Block& block) const;
  void add_samples(const subject::Array& result, random::Stream& randomisation, Block& block);
  random::UniformPair of_index(std::int64_t index, std::size_t row, random::Stream& randomisation) const;

  Inquiry& inquiry_;
  Path path_;
  std::vector<std::vector<double>> probabilities_;
  std::vector<Cumulated> cumulated_;   // of indices
  std::vector<ConcreteRow> concrete_;  // of samples
  RowLayout layout_;
  std::size_t batch_ = 1;
  std::size_t coordinates_ = 1;
  std::size_t elements_ = 1;
};

}  // namespace gumbelcheck::claim
