// Graphs: work that was recorded from streams, done again at every launch.
#include <emulator/stream.h>

#include <algorithm>

#include "handles.h"
#include "stream.h"

using namespace emulator;

cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t* nodes, std::size_t* count) {
  if (!count || !graphs().contains(graph)) return record_error(cudaErrorInvalidValue);
  if (!nodes) {
    *count = graph->nodes.size();
    return cudaSuccess;
  }
  *count = std::min(*count, graph->nodes.size());
  for (std::size_t i = 0; i < *count; ++i) nodes[i] = &graph->nodes[i];
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (!executable || !graphs().contains(graph)) return record_error(cudaErrorInvalidValue);
  *executable = executables().make();
  (*executable)->nodes = graph->nodes;
  return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, cudaGraphNode_t* error_node,
                                 char* log, std::size_t log_bytes) {
  if (error_node) *error_node = nullptr;
  if (log && log_bytes) *log = '\0';
  return cudaGraphInstantiate(executable, graph, 0ull);
}
cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* executable, cudaGraph_t graph,
                                          unsigned long long flags) {
  return cudaGraphInstantiate(executable, graph, flags);
}

cudaError_t cudaGraphExecUpdate(cudaGraphExec_t executable, cudaGraph_t graph,
                                cudaGraphExecUpdateResultInfo* result) {
  if (!executables().contains(executable) || !graphs().contains(graph))
    return record_error(cudaErrorInvalidValue);
  const bool same_shape = executable->nodes.size() == graph->nodes.size();
  if (result)
    *result = {same_shape ? cudaGraphExecUpdateSuccess : cudaGraphExecUpdateError, nullptr, nullptr};
  if (!same_shape) return record_error(cudaErrorGraphExecUpdateFailure);
  executable->nodes = graph->nodes;
  return cudaSuccess;
}

cudaError_t cudaGraphUpload(cudaGraphExec_t executable, cudaStream_t) {
  return record_error(executables().contains(executable) ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  if (!executables().contains(executable)) return record_error(cudaErrorInvalidValue);
  // A copy of the nodes: launched into a capturing stream, the graph becomes part of another one.
  return submit(stream, [nodes = executable->nodes] {
    for (const CUgraphNode_st& node : nodes) {
      if (const cudaError_t error = node.work(); error != cudaSuccess) return error;
    }
    return cudaSuccess;
  });
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  return record_error(executables().destroy(executable) ? cudaSuccess : cudaErrorInvalidValue);
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  return record_error(graphs().destroy(graph) ? cudaSuccess : cudaErrorInvalidValue);
}
