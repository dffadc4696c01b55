#pragma once

// One row of soft samples of a case -> uniforms: the Concrete pivot on the classes that a double can give a
// probability to.
//
// rule  classes whose probability is below kLeastProbability are left out of the row: the ratios of the
// others follow
//       the Concrete distribution of the others alone, whatever was left out. Such a class must not be the
//       largest, and one with logit -inf must have weight 0
// claim concrete/law

#include <span>
#include <vector>

#include "gumbelcheck/claim/concrete_pivot.hpp"
#include "gumbelcheck/claim/inquiry.hpp"

namespace gumbelcheck::claim {

// Below it probabilities lose their last digits, and then all of them.
inline constexpr double kLeastProbability = 1e-300;

class ConcreteRow {
 public:
  struct Options {
    std::vector<double> logits;         // as rounded to the dtype
    std::vector<double> probabilities;  // softmax(logits)
    double temperature = 1;
    subject::Dtype dtype = subject::Dtype::float64;
    bool log_samples = false;
    ConcreteAlternatives others = {};
  };
  // throws Ended(unsupported) where fewer than two classes are left
  explicit ConcreteRow(const Options& options);

  std::size_t coordinates() const { return pivot_.coordinates(); }
  double censoring() const { return pivot_.censoring(); }

  // As ConcretePivot::Row, with the largest class counted among all.
  // domain  as many values as there are logits
  ConcretePivot::Row look(std::span<const double> values, random::Stream& randomisation);

 private:
  std::vector<std::size_t> kept_;
  std::vector<std::size_t> impossible_;
  std::vector<std::size_t> unlikely_;
  bool log_samples_;
  ConcretePivot pivot_;
  std::vector<double> row_;
};

// The rows of a case, in order.
std::vector<ConcreteRow> concrete_rows(const Case& tried, bool log_samples, const ConcreteAlternatives& others = {});

// The coordinates that every one of these rows has: those with more give their first ones, and any choice of
// independent uniforms is one.
std::size_t shared_coordinates(const std::vector<ConcreteRow>& rows);

}  // namespace gumbelcheck::claim
