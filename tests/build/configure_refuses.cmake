# Configures the project with FLAG in CXXFLAGS: it must fail, and the sentence must name the flag.
file(REMOVE_RECURSE "${SCRATCH}")
execute_process(
  COMMAND ${CMAKE_COMMAND} -S "${SOURCE}" -B "${SCRATCH}" -DGUMBELCHECK_TESTS=OFF "-DCMAKE_CXX_COMPILER=${COMPILER}"
          "-DCMAKE_CXX_FLAGS=-O2 ${FLAG}"
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
file(REMOVE_RECURSE "${SCRATCH}")
if(status EQUAL 0)
  message(FATAL_ERROR "configured with ${FLAG}, which voids every error bound")
endif()
string(REGEX REPLACE "[ \n]+" " " output "${output}")
if(NOT output MATCHES "Gumbelcheck cannot be built with ${FLAG}")
  message(FATAL_ERROR "it failed, but not with the sentence about ${FLAG}:\n${output}")
endif()
