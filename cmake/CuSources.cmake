# add_cu_library(NAME SOURCES a.cu b.cpp ...) and add_cu_executable(NAME SOURCES a.cu ...)
#
# One CUDA source, two kinds of device. With DEVICE=cuda nvcc compiles *.cu. With DEVICE=emulated the translator
# (kernels/emulator/translator) turns X.cu into X.cu.cpp, which the C++ compiler builds against the emulator's headers.

if(DEVICE STREQUAL "cuda")
  if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    set(CMAKE_CUDA_ARCHITECTURES native)
  endif()
  enable_language(CUDA)
  # Debian 12's CMake 3.25 does not know that nvcc 12 and later compile C++20.
  if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION AND CMAKE_CUDA_COMPILER_ID STREQUAL "NVIDIA")
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
  endif()
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  find_package(CUDAToolkit REQUIRED)
elseif(NOT DEVICE STREQUAL "emulated")
  message(FATAL_ERROR "DEVICE is '${DEVICE}'; it must be 'emulated' or 'cuda'")
endif()

# Replaces each *.cu in the list named by `sources` with its translated C++ file.
function(_translate_cu_sources target sources)
  set(result)
  foreach(source IN LISTS ${sources})
    if(NOT source MATCHES "\\.cu$")
      list(APPEND result "${source}")
      continue()
    endif()
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    cmake_path(GET source FILENAME name)
    set(translated "${CMAKE_CURRENT_BINARY_DIR}/${target}.translated/${name}.cpp")
    add_custom_command(
      OUTPUT "${translated}"
      COMMAND emulator_translate "${source}" -o "${translated}" --dependencies "${translated}.d"
      DEPENDS "${source}" emulator_translate
      DEPFILE "${translated}.d"  # local headers are translated with the source that includes them
      COMMENT "Translating ${name} for the emulated GPU"
      VERBATIM)
    # A quoted include in the .cu is looked up beside the .cu, not beside the translated file.
    cmake_path(GET source PARENT_PATH folder)
    set_source_files_properties("${translated}" PROPERTIES INCLUDE_DIRECTORIES "${folder}")
    list(APPEND result "${translated}")
  endforeach()
  set(${sources} "${result}" PARENT_SCOPE)
endfunction()

# Everything that nvcc compiles, and nothing else: what continuous integration builds for all architectures.
if(DEVICE STREQUAL "cuda")
  add_custom_target(cuda_sources)
endif()

function(_configure_cu_target target)
  if(DEVICE STREQUAL "cuda")
    get_target_property(left_out ${target} EXCLUDE_FROM_ALL)
    if(NOT left_out)
      add_dependencies(cuda_sources ${target})
    endif()
    target_link_libraries(${target} PUBLIC CUDA::cudart project_warnings)
    # -lineinfo lets a profiler name source lines and costs no speed.
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-lineinfo --expt-relaxed-constexpr>)
  else()
    target_link_libraries(${target} PUBLIC emulator_runtime project_warnings)
  endif()
endfunction()

function(add_cu_library target)
  cmake_parse_arguments(arg "" "" "SOURCES" ${ARGN})
  if(DEVICE STREQUAL "emulated")
    _translate_cu_sources(${target} arg_SOURCES)
  endif()
  add_library(${target} STATIC ${arg_SOURCES})
  _configure_cu_target(${target})
endfunction()

function(add_cu_executable target)
  cmake_parse_arguments(arg "" "" "SOURCES" ${ARGN})
  if(DEVICE STREQUAL "emulated")
    _translate_cu_sources(${target} arg_SOURCES)
  endif()
  add_executable(${target} ${arg_SOURCES})
  _configure_cu_target(${target})
endfunction()
