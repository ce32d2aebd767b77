# add_catch_test(NAME SOURCES... [LIBRARIES ...] [PROPERTIES ...]): a test program whose TEST_CASEs are registered with
# CTest one by one, with CTest's PROPERTIES beside the usual ones. Works with Catch2 2.13 (Debian 12) and 3 (Ubuntu 24.04).

find_package(Catch2 REQUIRED)
include(Catch)

if(Catch2_VERSION VERSION_LESS 3)
  add_library(catch_with_main STATIC "${PROJECT_SOURCE_DIR}/tests/support/catch_main.cpp")
  target_link_libraries(catch_with_main PUBLIC Catch2::Catch2)
  # Catch2's own code is not under test: optimized and instrumented it takes minutes to compile, so it is neither.
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(catch_with_main PRIVATE -O0 -fno-sanitize=all)
  endif()
else()
  add_library(catch_with_main INTERFACE)
  target_link_libraries(catch_with_main INTERFACE Catch2::Catch2WithMain)
endif()
target_include_directories(catch_with_main INTERFACE "${PROJECT_SOURCE_DIR}/tests")

# Models, logits and token ids made by another engine; tests that need them say so and skip where they are absent.
cmake_path(ABSOLUTE_PATH PROJECT_SOURCE_DIR NORMALIZE OUTPUT_VARIABLE _root)
cmake_path(GET _root PARENT_PATH _parent)
set(_reference "${_parent}/shared/reference")
if(NOT EXISTS "${_reference}")
  set(_reference "")
endif()
target_compile_definitions(catch_with_main INTERFACE
  REFERENCE_DIR="${_reference}" PROJECT_ROOT_DIR="${PROJECT_SOURCE_DIR}" BINARY_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")

# Exit status 0 is not enough: a program that ends within a test has verified nothing. Catch's closing line must be the
# last thing that the test prints; a sanitizer's report about what was left at the end comes after it. With such a
# pattern CTest does not look at the exit status, which is never 0 when Catch closes with other words.
# No backslash and no line break in it: it passes through a shell and two lists. A test that skips itself has no assertions.
set(_closing_line "(All tests passed [(][^()]*[)]|1 passed[^A-Za-z0-9]+assertions: - none -)[^A-Za-z0-9]*$")

function(add_catch_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES;PROPERTIES" ${ARGN})
  list(APPEND arg_SOURCES ${arg_UNPARSED_ARGUMENTS})
  if(DEVICE STREQUAL "emulated" OR NOT arg_SOURCES MATCHES "\\.cu")
    _translate_cu_sources(${name} arg_SOURCES)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE catch_with_main project_warnings ${arg_LIBRARIES})
  list(LENGTH arg_SOURCES source_count)
  if(NOT arg_SOURCES MATCHES "\\.cu")  # kernels are tested as fast as they run elsewhere
    target_link_libraries(${name} PRIVATE quick_to_compile)
    if(source_count GREATER 3)
      target_precompile_headers(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/support/catch.h")
    endif()
  endif()
  if(SANITIZE)
    # What is tested keeps UBSan; for the tests themselves it is a third of the time to compile them.
    target_compile_options(${name} PRIVATE -fno-sanitize=undefined)
  endif()
  catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 600
    PASS_REGULAR_EXPRESSION "${_closing_line}" FAIL_REGULAR_EXPRESSION "ERROR: [A-Za-z]+Sanitizer" ${arg_PROPERTIES})
endfunction()
