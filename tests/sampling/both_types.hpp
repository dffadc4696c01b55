#pragma once

// A property of float and of double: `property` is a generic lambda, []<class T>() { ... RC_ASSERT ... }.

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace gumbelcheck::sampling {

template <class Property>
void holds_for_both_types(Property property) {
  EXPECT_TRUE(rc::check("float32", [&] { property.template operator()<float>(); }));
  EXPECT_TRUE(rc::check("float64", [&] { property.template operator()<double>(); }));
}

template <class Test>
void in_both_types(Test test) {
  {
    SCOPED_TRACE("float32");
    test.template operator()<float>();
  }
  SCOPED_TRACE("float64");
  test.template operator()<double>();
}

}  // namespace gumbelcheck::sampling
