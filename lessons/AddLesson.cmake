# add_lesson(NN_name): the programs of one lesson, from the files in its folder.
#   lesson_NN_name_check       check.cpp and CHECK_SOURCES, compiled once (an object library)
#   learner_NN_name            check + the learner's file; built by `./course check`, never by `all`
#   learner_NN_name_observed   the same with every access of the learner's file observed (emulated device only)
#   lesson_NN_name_solution    check + solution.cu
#   lesson_NN_name_skeleton    check + skeleton.cu
#   lesson_NN_name_MUTANT      check + mutants/MUTANT.cu, one for each
#   lesson_NN_name_solution_observed, and lesson_NN_name_MUTANT_observed for each mutant that only this one rejects
#   lesson_NN_name_bench       bench.cpp, BENCH_SOURCES and BENCH_LIBRARIES
#   make_skeleton_NN_name      writes skeleton.cu anew from solution.cu (built by hand: a test holds the two equal)
function(add_lesson name)
  cmake_parse_arguments(arg "" "" "CHECK_SOURCES;BENCH_SOURCES;BENCH_LIBRARIES" ${ARGN})
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}")

  add_library(lesson_${name}_check OBJECT check.cpp ${arg_CHECK_SOURCES})
  target_link_libraries(lesson_${name}_check PUBLIC lesson_counters Catch2::Catch2 PRIVATE project_warnings)
  target_include_directories(lesson_${name}_check PRIVATE "${PROJECT_SOURCE_DIR}/tests")

  # What every implementation is compiled with.
  add_library(lesson_${name}_frame INTERFACE)
  target_include_directories(lesson_${name}_frame INTERFACE "${folder}" "${PROJECT_SOURCE_DIR}/kernels/include")
  target_link_libraries(lesson_${name}_frame INTERFACE learner_warnings)

  # add_checked(TARGET FILE.cu): the lesson's checks, run on one implementation. Objects are not handed on from one object
  # library through another: each is named.
  function(add_checked target source)
    add_cu_executable(${target} SOURCES "${source}")
    target_link_libraries(${target} PRIVATE lesson_${name}_frame lesson_${name}_check lesson_checks lesson_plain_run)
  endfunction()

  # add_observed(TARGET FILE.cu): the checks that are run observed, where a program can be.
  function(add_observed target source)
    if(EMULATE_INSTRUMENT_FLAGS)
      add_observed_cu_executable(${target} SOURCE "${source}"
        LIBRARIES lesson_${name}_frame lesson_${name}_check lesson_checks lesson_observed_run)
    endif()
  endfunction()

  set(learner "${CMAKE_BINARY_DIR}/learner/${name}.cu")
  if(NOT EXISTS "${learner}")
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/learner")
    file(COPY_FILE "${folder}/skeleton.cu" "${learner}")
  endif()
  add_checked(learner_${name} "${learner}")
  add_observed(learner_${name}_observed "${learner}")
  foreach(target learner_${name} learner_${name}_observed)
    if(TARGET ${target})
      set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    endif()
  endforeach()

  add_checked(lesson_${name}_solution "${folder}/solution.cu")
  add_checked(lesson_${name}_skeleton "${folder}/skeleton.cu")
  add_observed(lesson_${name}_solution_observed "${folder}/solution.cu")
  file(GLOB mutants CONFIGURE_DEPENDS "${folder}/mutants/*.cu")
  set(checked lesson_${name}_solution lesson_${name}_skeleton)
  if(TARGET lesson_${name}_solution_observed)
    list(APPEND checked lesson_${name}_solution_observed)
  endif()
  foreach(mutant IN LISTS mutants)
    cmake_path(GET mutant STEM stem)
    add_checked(lesson_${name}_${stem} "${mutant}")
    # A mutant is there to be rejected. One architecture is enough for that, and its PTX runs on later ones.
    list(LENGTH CMAKE_CUDA_ARCHITECTURES architectures)
    if(DEVICE STREQUAL "cuda" AND architectures GREATER 1)
      list(GET CMAKE_CUDA_ARCHITECTURES 0 oldest)
      string(REPLACE "-real" "" oldest "${oldest}")
      set_target_properties(lesson_${name}_${stem} PROPERTIES CUDA_ARCHITECTURES "${oldest}")
    endif()
    list(APPEND checked lesson_${name}_${stem})
    file(STRINGS "${mutant}" only_observed REGEX "^// (observed|missed): ")
    if(only_observed)
      add_observed(lesson_${name}_${stem}_observed "${mutant}")
      if(TARGET lesson_${name}_${stem}_observed)
        list(APPEND checked lesson_${name}_${stem}_observed)
      endif()
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY LESSON_CHECKED_TARGETS ${checked})  # for tests/lessons

  add_cu_executable(lesson_${name}_bench SOURCES bench.cpp ${arg_BENCH_SOURCES})
  target_link_libraries(lesson_${name}_bench PRIVATE lesson_benches ${arg_BENCH_LIBRARIES})

  add_custom_target(make_skeleton_${name}
    COMMAND make_skeleton "${folder}/solution.cu" "${folder}/skeleton.cu"
    COMMENT "Making the skeleton of lesson ${name} from its solution"
    VERBATIM)

  # The solution is a tool of the course as well: linking it builds all that a learner's first check needs.
  add_dependencies(course_tools lesson_${name}_solution lesson_${name}_bench lesson_observed_run)
endfunction()
