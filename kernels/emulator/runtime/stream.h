/// @file
/// What stands behind the handles of streams, events and graphs.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include <emulator/runtime_types.h>

#include "errors.h"

struct CUgraphNode_st {
  std::function<cudaError_t()> work;
};

struct CUgraph_st {
  std::vector<CUgraphNode_st> nodes;  ///< in the order of recording, which respects all dependencies
};

struct CUgraphExec_st {
  std::vector<CUgraphNode_st> nodes;
};

struct CUstream_st {
  unsigned flags = 0;
  int priority = 0;
  CUgraph_st* capture = nullptr;  ///< the graph that work goes into instead of being done
  bool began_capture = false;     ///< here, and not joined through an event
};

struct CUevent_st {
  unsigned flags = 0;
  bool recorded = false;
  CUgraph_st* capture = nullptr;  ///< last recorded in a stream that was capturing into this graph
  std::chrono::steady_clock::time_point time;
};

namespace emulator {

/// Where work for `stream` goes: null to be done now, a graph to be recorded; or an error for a stream that
/// does not exist, or for the default stream while another one captures.
cudaError_t destination(cudaStream_t stream, CUgraph_st** graph);

/// The error of calls that a capture does not allow, such as synchronizing; cudaSuccess when nothing
/// captures.
cudaError_t check_no_capture();

/// Does `work` now, or records it if the stream captures.
template <class Work>
cudaError_t submit(cudaStream_t stream, Work&& work) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  CUgraph_st* graph = nullptr;
  if (const cudaError_t error = destination(stream, &graph); error != cudaSuccess) return record_error(error);
  if (!graph) return record_error(work());
  graph->nodes.push_back({std::forward<Work>(work)});
  return cudaSuccess;
}

}  // namespace emulator
