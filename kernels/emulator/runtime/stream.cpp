// Streams and events. Work is done when it is submitted, so a stream is little more than a handle.
#include "stream.h"

#include <emulator/stream.h>

#include <atomic>

#include "handles.h"

namespace emulator {

namespace {

std::atomic<int> captures{0};

bool is_default(cudaStream_t stream) {
  return stream == nullptr || stream == cudaStreamLegacy || stream == cudaStreamPerThread;
}

bool exists(cudaStream_t stream) { return is_default(stream) || streams().contains(stream); }

cudaError_t error_or(cudaError_t own) {
  const cudaError_t sticky = sticky_error();
  return record_error(sticky != cudaSuccess ? sticky : own);
}

cudaError_t check_stream(cudaStream_t stream) {
  return error_or(exists(stream) ? cudaSuccess : cudaErrorInvalidResourceHandle);
}

CUgraph_st* capture_of(cudaStream_t stream) { return is_default(stream) ? nullptr : stream->capture; }

}  // namespace

Handles<CUstream_st>& streams() {
  static auto* handles = new Handles<CUstream_st>;
  return *handles;
}
Handles<CUevent_st>& events() {
  static auto* handles = new Handles<CUevent_st>;
  return *handles;
}
Handles<CUgraph_st>& graphs() {
  static auto* handles = new Handles<CUgraph_st>;
  return *handles;
}
Handles<CUgraphExec_st>& executables() {
  static auto* handles = new Handles<CUgraphExec_st>;
  return *handles;
}

cudaError_t destination(cudaStream_t stream, CUgraph_st** graph) {
  *graph = nullptr;
  if (is_default(stream)) {
    // Work in the default stream would have to wait for the capturing one, which does not run.
    return captures.load() == 0 || stream == cudaStreamPerThread ? cudaSuccess
                                                                 : cudaErrorStreamCaptureImplicit;
  }
  if (!streams().contains(stream)) return cudaErrorInvalidResourceHandle;
  *graph = stream->capture;
  return cudaSuccess;
}

cudaError_t check_no_capture() {
  return captures.load() == 0 ? cudaSuccess : cudaErrorStreamCaptureUnsupported;
}

}  // namespace emulator

using namespace emulator;

cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int priority) {
  if (!stream || flags > cudaStreamNonBlocking) return record_error(cudaErrorInvalidValue);
  if (const cudaError_t error = error_or(cudaSuccess); error != cudaSuccess) return error;
  *stream = streams().make();
  (*stream)->flags = flags;
  (*stream)->priority = priority < -5 ? -5 : (priority > 0 ? 0 : priority);
  return cudaSuccess;
}
cudaError_t cudaStreamCreate(cudaStream_t* stream) { return cudaStreamCreateWithPriority(stream, 0, 0); }
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return cudaStreamCreateWithPriority(stream, flags, 0);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  if (is_default(stream) || !streams().destroy(stream)) return record_error(cudaErrorInvalidResourceHandle);
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (const cudaError_t error = check_stream(stream); error != cudaSuccess) return error;
  return record_error(capture_of(stream) ? cudaErrorStreamCaptureUnsupported : cudaSuccess);
}
cudaError_t cudaStreamQuery(cudaStream_t stream) { return cudaStreamSynchronize(stream); }

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  if (const cudaError_t error = check_stream(stream); error != cudaSuccess) return error;
  if (!events().contains(event)) return record_error(cudaErrorInvalidResourceHandle);
  // What the event stands for has been done already. While capturing, the waiting stream joins the capture.
  if (event->capture && !is_default(stream)) stream->capture = event->capture;
  return cudaSuccess;
}

cudaError_t cudaStreamAddCallback(cudaStream_t stream, cudaStreamCallback_t callback, void* user_data,
                                  unsigned) {
  if (!callback) return record_error(cudaErrorInvalidValue);
  return submit(stream, [=] {
    callback(stream, cudaSuccess, user_data);
    return cudaSuccess;
  });
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void* user_data) {
  if (!function) return record_error(cudaErrorInvalidValue);
  return submit(stream, [=] {
    function(user_data);
    return cudaSuccess;
  });
}

cudaError_t cudaStreamGetFlags(cudaStream_t stream, unsigned* flags) {
  if (const cudaError_t error = check_stream(stream); error != cudaSuccess) return error;
  *flags = is_default(stream) ? cudaStreamDefault : stream->flags;
  return cudaSuccess;
}
cudaError_t cudaStreamGetPriority(cudaStream_t stream, int* priority) {
  if (const cudaError_t error = check_stream(stream); error != cudaSuccess) return error;
  *priority = is_default(stream) ? 0 : stream->priority;
  return cudaSuccess;
}
cudaError_t cudaStreamAttachMemAsync(cudaStream_t stream, void*, std::size_t, unsigned) {
  return check_stream(stream);
}
cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
  if (least) *least = 0;
  if (greatest) *greatest = -5;
  return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  if (!event) return record_error(cudaErrorInvalidValue);
  if (const cudaError_t error = error_or(cudaSuccess); error != cudaSuccess) return error;
  *event = events().make();
  (*event)->flags = flags;
  return cudaSuccess;
}
cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, cudaEventDefault); }
cudaError_t cudaEventCreate(cudaEvent_t* event, unsigned flags) {
  return cudaEventCreateWithFlags(event, flags);
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  return record_error(events().destroy(event) ? cudaSuccess : cudaErrorInvalidResourceHandle);
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  if (const cudaError_t error = check_stream(stream); error != cudaSuccess) return error;
  if (!events().contains(event)) return record_error(cudaErrorInvalidResourceHandle);
  event->capture = capture_of(stream);
  if (event->capture) return cudaSuccess;
  event->recorded = true;
  event->time = std::chrono::steady_clock::now();
  return cudaSuccess;
}
cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned) {
  return cudaEventRecord(event, stream);
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  if (!events().contains(event)) return error_or(cudaErrorInvalidResourceHandle);
  return error_or(event->capture ? cudaErrorCapturedEvent : cudaSuccess);
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) { return cudaEventQuery(event); }

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  if (!milliseconds) return record_error(cudaErrorInvalidValue);
  const bool valid = events().contains(start) && events().contains(end) && start->recorded && end->recorded &&
                     !((start->flags | end->flags) & cudaEventDisableTiming);
  if (!valid) return error_or(cudaErrorInvalidResourceHandle);
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
  return error_or(cudaSuccess);
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  if (is_default(stream)) return record_error(cudaErrorStreamCaptureUnsupported);
  if (const cudaError_t error = check_stream(stream); error != cudaSuccess) return error;
  if (stream->capture) return record_error(cudaErrorIllegalState);
  stream->capture = graphs().make();
  stream->began_capture = true;
  ++captures;
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  if (!graph) return record_error(cudaErrorInvalidValue);
  if (is_default(stream)) return record_error(cudaErrorIllegalState);
  if (const cudaError_t error = check_stream(stream); error != cudaSuccess) return error;
  if (!stream->capture) return record_error(cudaErrorIllegalState);
  if (!stream->began_capture) return record_error(cudaErrorStreamCaptureUnmatched);
  CUgraph_st* captured = stream->capture;
  streams().for_each([&](CUstream_st& other) {
    if (other.capture == captured) other.capture = nullptr;
  });
  events().for_each([&](CUevent_st& event) {
    if (event.capture == captured) event.capture = nullptr;
  });
  stream->began_capture = false;
  --captures;
  *graph = captured;
  return cudaSuccess;
}

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
  if (!status) return record_error(cudaErrorInvalidValue);
  if (const cudaError_t error = check_stream(stream); error != cudaSuccess) return error;
  *status = capture_of(stream) ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
  return cudaSuccess;
}
