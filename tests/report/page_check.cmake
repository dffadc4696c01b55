# Renders the pages of an upheld, a refuted and a broken run, and has page_check.py look at each.
file(MAKE_DIRECTORY "${WORK}")
foreach(subject IN ITEMS "reference" "fault:softmax-over-the-wrong-axis" "-- false")
  separate_arguments(words UNIX_COMMAND "${subject}")
  file(REMOVE "${WORK}/report.html")
  execute_process(COMMAND "${PROGRAM}" verify --claims "softmax/*,gumbel-max/law" --draws 4000 --effect .2 --no-shrink
                          --out "${WORK}" ${words} OUTPUT_QUIET ERROR_QUIET)
  execute_process(COMMAND "${PYTHON}" "${CMAKE_CURRENT_LIST_DIR}/page_check.py" "${WORK}/report.html"
                  RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  message("${subject}: ${said}")
  if(status EQUAL 77)
    return()
  endif()
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "the page is not as it must be")
  endif()
endforeach()
