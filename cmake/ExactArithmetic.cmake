# Error bounds, replay and the exact one-hot value of a hard sample all rest on IEEE 754 arithmetic as
# written. Flags that let the compiler reassociate, assume finite values or flush subnormal numbers void
# them without a word, so the build stops here. src/gumbelcheck/random/exact_arithmetic.hpp repeats the
# check for flags that reach the compiler by another road.
get_directory_property(gumbelcheck_directory_options COMPILE_OPTIONS)
string(TOUPPER "${CMAKE_BUILD_TYPE}" gumbelcheck_build_type)
set(gumbelcheck_all_flags
    "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${gumbelcheck_build_type}} ${gumbelcheck_directory_options}")
string(REGEX REPLACE "[ ;\t]+" ";" gumbelcheck_all_flags "${gumbelcheck_all_flags}")
foreach(flag IN ITEMS -ffast-math -Ofast -funsafe-math-optimizations -fassociative-math -freciprocal-math
                      -ffinite-math-only -fno-signed-zeros -fcx-limited-range -mdaz-ftz
                      -ffp-contract=fast -ffp-model=fast /fp:fast)
  if("${flag}" IN_LIST gumbelcheck_all_flags)
    message(FATAL_ERROR
      "Gumbelcheck cannot be built with ${flag}: its error bounds and bitwise replay need IEEE 754 "
      "arithmetic as written. Take ${flag} out of CMAKE_CXX_FLAGS (or the CXXFLAGS environment variable).")
  endif()
endforeach()

# One rounding per written operation, whatever the target: a fused multiply-add would change results
# between machines.
add_compile_options(-ffp-contract=off)
