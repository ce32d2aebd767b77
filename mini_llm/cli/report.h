#pragma once

#include <cstddef>
#include <string_view>

#include "backend/backend.h"
#include "backend/cpu_weights.h"
#include "cli/model_options.h"
#include "gguf/file.h"
#include "model/config.h"
#include "sampler/sampler.h"
#include "session/generate.h"

// What commands that generate text tell on standard error.
namespace cli {

void print_settings(const ModelOptions& options, const gguf::File& file, const model::Config& config,
                    const backend::Backend& backend, const sampler::SamplerOptions& sampling);

/// Where the weights are, and what it took to rearrange them.
void print_weights(const backend::CpuWeights& weights);

/// "prompt        12 tokens in    0.10 s     120.0 tokens/s"
void print_speed(std::string_view what, std::size_t tokens, double seconds);

/// Why a text ended.
std::string_view describe(session::StopReason reason);

/// That a full context was made to have room, and what that cost.
void print_shift(const session::Shift& shift);

}  // namespace cli
