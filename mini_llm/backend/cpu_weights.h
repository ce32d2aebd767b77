#pragma once

#include <functional>
#include <span>

#include "kernels/large_buffer.h"
#include "model/model.h"

namespace backend {

/// Weights in the order in which CpuBackend reads them fastest (kernels::fast::interleave), in memory of its
/// own. Tokens then take a fifth (Q3_K) to nine tenths of the time.
///
/// It takes the time of one copy, and of the system's clearing of as much memory, which in virtual machines
/// may be several times that. The file's pages are given back to the system as they are copied, so that
/// memory holds each weight once.
class CpuWeights {
 public:
  /// Called with the bytes rearranged so far and in all; false ends the work.
  using Progress = std::function<bool(double done, double total)>;
  /// Called with weights in the file that will not be read again soon.
  using Forget = std::function<void(std::span<const std::byte>)>;

  /// Rearranges the matrices that gain from it. `model` then has views of the copies instead, and only
  /// CpuBackend may run it; the copies live as long as the result.
  ///
  /// Leaves the model as it is when there is too little free memory for the copies, or when `progress` says
  /// to stop. May be called between two passes.
  static CpuWeights rearrange(model::Model& model, int threads, const Forget& forget = {},
                              const Progress& progress = {});

  /// Bytes of the copies; 0 when the model was left as it is.
  std::size_t size() const { return memory_.bytes().size(); }

  /// What it took to make them.
  double seconds() const { return seconds_; }

 private:
  kernels::LargeBuffer memory_;
  double seconds_ = 0.0;
};

}  // namespace backend
