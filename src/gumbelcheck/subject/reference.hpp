#pragma once

// The built-in implementation (src/gumbelcheck/sampling) as a subject: every operation of the protocol,
// float32 and float64, seeding `call`, frozen noise, injected uniforms (open interval only, and only where
// the noise is Gumbel noise: not `categorical`).

#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::subject {

// random  the noise of element i of draw n is made from word n E + i of the seed's stream (purpose
// subject_noise),
//         E the number of elements of one draw: the same for every operation, axis, dtype, logits,
//         temperature, hard, cotangent and number of draws. `categorical` takes one word a row in the same
//         manner
// cost    one draw's noise, or some thousand elements where that is more, is held beside the answer
// domain  draws times elements at most 2^28
// throws  nothing: bad input is answered with a Refusal, whose text is the sentence that sampling threw
class Reference {
 public:
  explicit Reference(random::Generator generator = random::Generator::philox) : generator_(generator) {}
  Description describe() const;
  Reply ask(const Question& question) const;

 private:
  random::Generator generator_;
};

}  // namespace gumbelcheck::subject
