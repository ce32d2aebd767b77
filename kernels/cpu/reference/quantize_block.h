#pragma once

#include "kernels/quantized_blocks.h"

namespace kernels::reference {

// The block that stands for as many weights as it has elements; the layouts are in quantized_blocks.h.

// quantize_32.cpp
void quantize_block(const float* weights, BlockQ8_0& block);
void quantize_block(const float* weights, BlockQ4_0& block);
void quantize_block(const float* weights, BlockQ4_1& block);
void quantize_block(const float* weights, BlockQ5_0& block);
void quantize_block(const float* weights, BlockQ5_1& block);

// quantize_k.cpp
void quantize_block(const float* weights, BlockQ2_K& block);
void quantize_block(const float* weights, BlockQ3_K& block);
void quantize_block(const float* weights, BlockQ4_K& block);
void quantize_block(const float* weights, BlockQ5_K& block);
void quantize_block(const float* weights, BlockQ6_K& block);

// quantize_iq4.cpp
void quantize_block(const float* weights, BlockIQ4_NL& block);
void quantize_block(const float* weights, BlockIQ4_XS& block);

}  // namespace kernels::reference
