#pragma once

// What the gradient claims share: questions with a cotangent for every row, the rows of their answers, and the
// verdict of a witness.

#include <array>
#include <functional>
#include <optional>

#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/gradient/agreement.hpp"
#include "gumbelcheck/gradient/finite_difference.hpp"
#include "gumbelcheck/gradient/soft_row.hpp"

namespace gumbelcheck::claim {

// The two paths of gumbel_softmax that have a gradient, as far as the subject has them.
struct GradientPath {
  const char* name;
  bool hard;
};
std::vector<GradientPath> gradient_paths(const subject::Offer& offer);

// "" when the gradient of the soft path can be asked and, where there is a hard path, that of the same noise.
std::string lacks_gradient(const subject::Description& description);

// float64 where the subject has it: differences lose half the digits and more.
subject::Dtype finest_dtype(const subject::Description& description);

// Entry k of row r of draw n lies at n * layout.elements + layout.starts[r] + k * layout.stride.
std::vector<double> row_at(const Reals& values, std::size_t first, const RowLayout& layout);

// One vector a row of one draw, written where the layout has that row.
template <class Make>
std::vector<double> laid_out(std::uint64_t draws, const RowLayout& layout, const Make& make) {
  std::vector<double> values(draws * layout.elements);
  for (std::uint64_t draw = 0; draw < draws; ++draw) {
    for (const std::size_t start : layout.starts) {
      const std::vector<double> row = make(draw);
      for (std::size_t k = 0; k < layout.classes; ++k) {
        values[draw * layout.elements + start + k * layout.stride] = row[k];
      }
    }
  }
  return values;
}

// A block of draws of one seed, and a random cotangent for each of its rows.
class CotangentBlock {
 public:
  CotangentBlock(Inquiry& inquiry, const RowLayout& layout, std::uint64_t number, std::uint64_t draws);

  std::uint64_t draws() const { return draws_; }
  std::vector<double> cotangent(std::size_t first) const;  // of the row that begins there

  // The answer of one path for this block's noise. Without a cotangent where `plain`.
  struct Asked {
    bool hard = false;
    bool plain = false;
    std::optional<double> temperature = {};       // in place of the case's
    const std::vector<double>* logits = nullptr;  // in place of the case's
  };
  subject::Answer ask(const Asked& asked) const;

 private:
  Inquiry& inquiry_;
  const RowLayout& layout_;
  std::uint64_t number_;
  std::uint64_t draws_;
  std::vector<double> cotangents_;
};

// Draws of a block: enough for one block to decide most cases, within what one question may ask for.
std::uint64_t draws_of_block(const CheckResult& result, const RowLayout& layout);

// rule    kInformativeRows up to some 2,000 classes; above, as many rows as have 2^21 entries together, and 8 at least: a
//         gradient that is wrong is wrong in thousands of entries there
std::uint64_t informative_rows_needed(std::size_t classes);
// throws  Ended(unsupported) where the bound on a sum of so many terms is no bound that could tell anything
void require_resolution_of_sums(std::size_t classes, subject::Dtype dtype);

// A soft sample as returned, with the sizes of its scores.
// throws  Ended(refuted) when it is not a point of the simplex
gradient::SoftRow soft_row(const Reals& sample, std::size_t first, const RowLayout& layout,
                           const std::vector<double>& sizes, double temperature, subject::Dtype dtype);

// Of the scores that decide what a row is: the largest |logit| that leads its row, plus the largest noise, over the
// temperature. Logits far below add nothing but entries that vanish.
double leading_size(const Case& tried, const RowLayout& layout);

// A guess, before anything is drawn, of the relative rounding of a row of softmax whose scores are at most
// `size`: it chooses steps and tells which dtypes can be judged, and no bound of a single gradient is made of it.
double typical_rounding(std::size_t classes, double size, subject::Dtype dtype);

// A gradient beside finite differences of several steps, for people to see that the step of the check was well chosen.
class StepErrors {
 public:
  // rule  powers of 8 times the step of the check, from 8^-4 to 8^4, those up to `most`
  StepErrors(double used, double most);

  const std::vector<double>& steps() const { return steps_; }
  // `difference` of step number `step` and its bound, in which everything is that separates it from a right `given`.
  void compare(std::size_t step, double given, const gradient::Difference& difference);
  // `along` says what the step is of.
  Exhibit exhibit(std::string along) const;

 private:
  double used_;
  std::vector<double> steps_, error_, bound_, ratio_;
};

// Draws, or repeats of a batch, that a picture of steps is made of: enough that the worst of them is no accident.
inline constexpr std::uint64_t kDrawsOfSteps = 64;

// Asks what it takes once the check has concluded, and adds the exhibit. It decides nothing, so a deadline takes
// nothing but the picture; but who breaks down, or refuses good input, is no better for having done so late.
// throws  Ended, broken or refuted, where the check was not refuted already
void add_steps(CheckResult& result, const std::function<Exhibit()>& asked);

// Upheld when every comparison is within its bound and enough rows were informative; otherwise a sentence.
void conclude(CheckResult& result, const gradient::Agreement& agreement, std::string bound);

}  // namespace gumbelcheck::claim
