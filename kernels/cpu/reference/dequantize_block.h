#pragma once

#include "kernels/quantized_blocks.h"

namespace kernels::reference {

// The weights of one block, as written beside its layout in quantized_blocks.h.
//
// The products of a block's scale, a group's scale and a quant have at most 24 significant bits, so they are
// exact in a float; where a minimum is added, that one addition rounds. Hence any order of multiplications
// gives the same bits, with fused multiply-add too.

// dequantize_32.cpp
void dequantize_block(const BlockQ8_0& block, float* weights);
void dequantize_block(const BlockQ4_0& block, float* weights);
void dequantize_block(const BlockQ4_1& block, float* weights);
void dequantize_block(const BlockQ5_0& block, float* weights);
void dequantize_block(const BlockQ5_1& block, float* weights);

// dequantize_k.cpp
void dequantize_block(const BlockQ2_K& block, float* weights);
void dequantize_block(const BlockQ3_K& block, float* weights);
void dequantize_block(const BlockQ4_K& block, float* weights);
void dequantize_block(const BlockQ5_K& block, float* weights);
void dequantize_block(const BlockQ6_K& block, float* weights);

// dequantize_iq4.cpp
void dequantize_block(const BlockIQ4_NL& block, float* weights);
void dequantize_block(const BlockIQ4_XS& block, float* weights);

}  // namespace kernels::reference
