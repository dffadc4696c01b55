# One library target per folder of src/gumbelcheck. Targets link only what their folder may use, so that an
# arrow against the order of DESIGN fails at link time.
function(gumbelcheck_settings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
  if(GUMBELCHECK_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# gumbelcheck_library(FOLDER DEPENDS lib...): every .cpp of src/gumbelcheck/FOLDER.
function(gumbelcheck_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(NOT sources)  # a room whose headers stand and whose bodies do not yet
    add_library(gumbelcheck_${folder} INTERFACE)
    add_library(gumbelcheck::${folder} ALIAS gumbelcheck_${folder})
    return()
  endif()
  add_library(gumbelcheck_${folder} STATIC ${sources} ${ARG_SOURCES})
  add_library(gumbelcheck::${folder} ALIAS gumbelcheck_${folder})
  target_include_directories(gumbelcheck_${folder} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>")
  target_compile_features(gumbelcheck_${folder} PUBLIC cxx_std_20)
  target_link_libraries(gumbelcheck_${folder} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  gumbelcheck_settings(gumbelcheck_${folder})
endfunction()

# gumbelcheck_catalogue(FOLDER TYPE OUT): writes catalogue.cpp, which calls one function per file of
# FOLDER: file a_b.cpp defines `TYPE a_b()`. A new file is in the catalogue without touching anything else.
function(gumbelcheck_catalogue namespace type header out)
  cmake_parse_arguments(ARG "" "" "FILES" ${ARGN})
  set(declarations "")
  set(calls "")
  foreach(file IN LISTS ARG_FILES)
    get_filename_component(name "${file}" NAME_WE)
    string(APPEND declarations "${type} ${name}();\n")
    string(APPEND calls "      ${name}(),\n")
  endforeach()
  set(GC_NAMESPACE "${namespace}")
  set(GC_TYPE "${type}")
  set(GC_HEADER "${header}")
  set(GC_DECLARATIONS "${declarations}")
  set(GC_CALLS "${calls}")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/catalogue.cpp.in" "${out}" @ONLY)
endfunction()

# gumbelcheck_tests(FOLDER LINK lib...): one executable of the .cpp files of tests/FOLDER. A test suite's
# last word is its ctest label: FooProperty, FooStatistical, FooGolden, FooFault, FooSubject; any other
# name is labelled unit.
function(gumbelcheck_tests folder)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(NOT sources)
    return()
  endif()
  set(target test_${folder})
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE ${ARG_LINK} GTest::gtest_main fmt::fmt)
  if(TARGET rapidcheck_gtest)
    target_link_libraries(${target} PRIVATE rapidcheck rapidcheck_gtest)
  else()
    target_link_libraries(${target} PRIVATE rapidcheck)
  endif()
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests" "${PROJECT_SOURCE_DIR}/src")
  target_compile_definitions(${target} PRIVATE
    GUMBELCHECK_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
    GUMBELCHECK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gumbelcheck_settings(${target})
  # What is under test keeps its optimisation; the tests' own code compiles a third faster without.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  # RapidCheck draws a new seed each time unless it is told one. A run in CI must repeat; whoever wants other cases
  # runs the executable itself, or sets RC_PARAMS there.
  set(fixed_seed "RC_PARAMS=seed=20170402")
  set(suffixes Property Statistical Golden Fault Subject)
  set(others "")
  foreach(suffix IN LISTS suffixes)
    string(TOLOWER ${suffix} label)
    gtest_discover_tests(${target} TEST_FILTER "*${suffix}.*" DISCOVERY_MODE PRE_TEST TEST_PREFIX "${folder}."
      PROPERTIES LABELS ${label} TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT ${fixed_seed} TEST_LIST ${target}_${label})
    string(APPEND others ":*${suffix}.*")
  endforeach()
  string(SUBSTRING "${others}" 1 -1 others)
  gtest_discover_tests(${target} TEST_FILTER "-${others}" DISCOVERY_MODE PRE_TEST
    TEST_PREFIX "${folder}." PROPERTIES LABELS unit TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT ${fixed_seed}
    TEST_LIST ${target}_unit)
endfunction()

# gumbelcheck_calibration(NAME FOLDER folder LINK lib... SHORT arg... REPORT file [MINUTES n]): a program that makes a
# report under reports/. `ctest` runs its short form; the nightly preset runs it whole and puts the report under
# the build folder's reports/, where it can be compared with the committed one.
function(gumbelcheck_calibration name)
  cmake_parse_arguments(ARG "" "FOLDER;REPORT;MINUTES" "LINK;SHORT" ${ARGN})
  add_executable(${name} calibration/${name}.cpp)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} Boost::headers fmt::fmt nlohmann_json::nlohmann_json)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  gumbelcheck_settings(${name})
  if(ARG_SHORT)
    add_test(NAME ${ARG_FOLDER}.${name}_short COMMAND ${name} ${ARG_SHORT})
    set_tests_properties(${ARG_FOLDER}.${name}_short PROPERTIES LABELS statistical TIMEOUT 300)
  endif()
  if(GUMBELCHECK_NIGHTLY)
    set(report "${CMAKE_BINARY_DIR}/reports/${ARG_REPORT}")
    get_filename_component(report_folder "${report}" DIRECTORY)
    file(MAKE_DIRECTORY "${report_folder}")
    if(NOT ARG_MINUTES)
      set(ARG_MINUTES 120)
    endif()
    math(EXPR timeout "60 * ${ARG_MINUTES}")
    add_test(NAME ${ARG_FOLDER}.${name} COMMAND ${name} "${report}")
    set_tests_properties(${ARG_FOLDER}.${name} PROPERTIES LABELS nightly TIMEOUT ${timeout})
  endif()
endfunction()
