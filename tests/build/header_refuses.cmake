# Compiles the lowest header with and without FLAG: only without must succeed.
set(header "${SOURCE}/src/gumbelcheck/random/exact_arithmetic.hpp")
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -x c++ "${header}" RESULT_VARIABLE plain
                ERROR_VARIABLE output)
if(NOT plain EQUAL 0)
  message(FATAL_ERROR "the header does not compile without ${FLAG}:\n${output}")
endif()
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only ${FLAG} -x c++ "${header}" RESULT_VARIABLE status
                ERROR_VARIABLE output)
if(status EQUAL 0)
  message(FATAL_ERROR "compiled with ${FLAG}, which voids every error bound")
endif()
if(NOT output MATCHES "Gumbelcheck cannot be built with")
  message(FATAL_ERROR "it failed, but not with the sentence:\n${output}")
endif()
