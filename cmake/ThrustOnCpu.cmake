# Thrust with its OpenMP back end, for the plain C++ compiler: the target thrust_on_cpu.
# Sets THRUST_ON_CPU, and where that is false THRUST_ON_CPU_MISSING: the reason in words.

find_path(THRUST_ON_CPU_INCLUDE thrust/transform.h)
mark_as_advanced(THRUST_ON_CPU_INCLUDE)

set(THRUST_ON_CPU FALSE)
set(THRUST_ON_CPU_MISSING "")
if(NOT THRUST_ON_CPU_INCLUDE)
  set(THRUST_ON_CPU_MISSING "Thrust is not installed")
else()
  # Some versions include the driver's headers even for the CPU: a compiler's answer is better than a version number.
  include(CheckCXXSourceCompiles)
  include(CMakePushCheckState)
  cmake_push_check_state(RESET)
  set(CMAKE_REQUIRED_INCLUDES "${THRUST_ON_CPU_INCLUDE}")
  set(CMAKE_REQUIRED_DEFINITIONS -DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_OMP)
  set(CMAKE_REQUIRED_LIBRARIES OpenMP::OpenMP_CXX)
  check_cxx_source_compiles("
    #include <thrust/execution_policy.h>
    #include <thrust/functional.h>
    #include <thrust/transform.h>
    int main() {
      float x[2] = {1, 2}, y[2] = {};
      thrust::transform(thrust::device, x, x + 2, x, y, thrust::plus<float>());
      return y[1] != 4;
    }" THRUST_ON_CPU_COMPILES)
  cmake_pop_check_state()
  if(THRUST_ON_CPU_COMPILES)
    set(THRUST_ON_CPU TRUE)
    add_library(thrust_on_cpu INTERFACE)
    target_include_directories(thrust_on_cpu SYSTEM INTERFACE "${THRUST_ON_CPU_INCLUDE}")
    target_compile_definitions(thrust_on_cpu INTERFACE THRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_OMP)
    target_link_libraries(thrust_on_cpu INTERFACE OpenMP::OpenMP_CXX)
  else()
    set(THRUST_ON_CPU_MISSING "the Thrust installed here needs CUDA")
  endif()
endif()
