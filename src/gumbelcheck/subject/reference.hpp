#pragma once

// The built-in implementation (src/gumbelcheck/sampling) as a subject: every operation of the protocol,
// float32 and float64, seeding `call`, frozen noise, injected uniforms (open interval only).

#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::subject {

// random  noise depends on (seed, draw, position in the batch) alone: the same for every operation, logits,
//         temperature, hard and cotangent
// throws  nothing: bad input is answered with a Refusal, whose text is the sentence that sampling threw
class Reference {
 public:
  Description describe() const;
  Reply ask(const Question& question) const;
};

}  // namespace gumbelcheck::subject
