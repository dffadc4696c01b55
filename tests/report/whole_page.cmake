# The page of all claims, as large as a page of the built-in implementation gets: every picture that an upheld run has is
# on it, and it stays below what docs/report.md promises. Fewer draws than by default are a larger page in a sixth of
# the time: a claim that they leave open is told at more length.
file(MAKE_DIRECTORY "${WORK}")
file(REMOVE "${WORK}/report.html")
execute_process(COMMAND "${PROGRAM}" verify --draws 65536 --effect .05 --out "${WORK}" OUTPUT_QUIET ERROR_VARIABLE said)
if(NOT EXISTS "${WORK}/report.html")
  message(FATAL_ERROR "no page was written: ${said}")
endif()
file(READ "${WORK}/report.html" page)
file(SIZE "${WORK}/report.html" bytes)
foreach(title IN ITEMS
        "How often was each class drawn?"
        "Is each class as frequent as it should be?"
        "Is this uniform distributed as it should be?"
        "Does the tail reach as far as it should?"
        "Are two uniforms independent?"
        "How large could the effect still be?"
        "sampled at 0.5"
        "How far is the gradient from finite differences?"
        "At which temperatures and logits does it hold?"
        "Does a row know of the rows after it?"
        "Do seeds that differ in a bit know of each other?"
        "How biased is the estimator?")
  string(FIND "${page}" ">${title}</title>" at)
  if(at EQUAL -1)
    message(SEND_ERROR "no picture asks \"${title}\"")
  endif()
endforeach()
message("${bytes} bytes")
if(NOT bytes LESS MOST)
  message(FATAL_ERROR "the page has ${bytes} bytes; fewer than ${MOST} are promised")
endif()
