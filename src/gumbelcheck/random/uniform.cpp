#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::random {

UniformSource uniforms(StreamId id) {
  return [stream = Stream(id)]() mutable { return uniform_pair(stream()); };
}

}  // namespace gumbelcheck::random
