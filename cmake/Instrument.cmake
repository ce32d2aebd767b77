# Programs that the emulated GPU observes: what they are compiled and linked with, and
#   add_observed_cu_executable(NAME SOURCE x.cu LIBRARIES ...)
# which makes one out of a source whose accesses are seen and libraries whose accesses are not.
# EMULATE_INSTRUMENT_FLAGS is empty where such programs cannot be made.

# At -O1, and without the passes named, an instruction of the program stands for one of the warp, and a vector is accessed
# as a whole.
set(EMULATE_INSTRUMENT_FLAGS)
# For profiles: a call at the head of every basic block, from whose counts the operations follow (report/operations.h
# reads x86-64 code only).
set(EMULATE_COUNT_FLAGS)
if(DEVICE STREQUAL "emulated" AND NOT SANITIZE)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    set(EMULATE_INSTRUMENT_FLAGS -DEMULATED_GPU_INSTRUMENTED=1 -O1 -gline-tables-only -fsanitize=thread,alignment -fno-pie
      -mllvm -tsan-instrument-func-entry-exit=0 -mllvm -tsan-distinguish-volatile=1 -Wno-pass-failed)
  else()
    set(EMULATE_INSTRUMENT_FLAGS -DEMULATED_GPU_INSTRUMENTED=1 -O1 -g1 -fsanitize=thread,alignment -fno-pie -fno-thread-jumps -fno-tree-sra -fno-tree-sink -Wno-tsan
      --param tsan-instrument-func-entry-exit=0 --param tsan-distinguish-volatile=1)
  endif()
  # A copy of unknown size stays a call, which can be seen.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    list(APPEND EMULATE_INSTRUMENT_FLAGS -mstringop-strategy=libcall)
  endif()
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      set(EMULATE_COUNT_FLAGS -fsanitize-coverage=bb,no-prune,trace-pc)
    else()
      set(EMULATE_COUNT_FLAGS -fsanitize-coverage=trace-pc)
    endif()
  endif()
  # What stands around a loop (see loop_scope.h) hides from the compiler that an endless one does not end.
  list(APPEND EMULATE_INSTRUMENT_FLAGS -Wno-return-type)
endif()
# The object asks for a sanitizer's functions, and emulator_instrument has them: -fsanitize would link the sanitizer's own.
# -rdynamic: the names of __device__ variables can be looked up.
set(EMULATE_INSTRUMENT_LINK_FLAGS -no-pie -rdynamic)
# Leads the program's own calls of memcpy and its kin past the instrument, and not those of the libraries.
set(EMULATE_OBSERVED_COPIES)
foreach(copy memcpy memmove memset)
  list(APPEND EMULATE_OBSERVED_COPIES --redefine-sym ${copy}=emulator_observed_${copy})
endforeach()

function(add_observed_cu_executable target)
  cmake_parse_arguments(arg "" "SOURCE" "LIBRARIES" ${ARGN})
  _translate_cu_sources(${target} arg_SOURCE)
  add_library(${target}_source OBJECT EXCLUDE_FROM_ALL ${arg_SOURCE})
  target_link_libraries(${target}_source PRIVATE emulator_runtime project_warnings ${arg_LIBRARIES})
  # As one piece: CMake drops the second of two options that are spelled alike, such as --param.
  list(JOIN EMULATE_INSTRUMENT_FLAGS " " flags)
  target_compile_options(${target}_source PRIVATE "SHELL:${flags}")
  set_target_properties(${target}_source PROPERTIES POSITION_INDEPENDENT_CODE OFF)

  set(object "${CMAKE_CURRENT_BINARY_DIR}/${target}.translated/observed${CMAKE_CXX_OUTPUT_EXTENSION}")
  add_custom_command(
    OUTPUT "${object}"
    COMMAND "${CMAKE_OBJCOPY}" ${EMULATE_OBSERVED_COPIES} "$<TARGET_OBJECTS:${target}_source>" "${object}"
    DEPENDS ${target}_source "$<TARGET_OBJECTS:${target}_source>"
    COMMENT "Preparing ${target} to be observed"
    VERBATIM)
  # First in the link: of functions that are in several objects, the observed one must be kept.
  add_executable(${target} "${object}")
  set_source_files_properties("${object}" PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX POSITION_INDEPENDENT_CODE OFF)
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} emulator_instrument emulator_runtime)
  target_link_options(${target} PRIVATE ${EMULATE_INSTRUMENT_LINK_FLAGS})
endfunction()
