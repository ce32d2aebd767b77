/// @file
/// Inline PTX. Single instructions with an exact meaning become it; anything else becomes a call that the
/// compiler refuses with a sentence, and only where the code around it is really compiled: a helper that
/// nobody calls, or the other branch of an #if, stops nothing.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "rewriter.h"

namespace emulator::translator {
namespace {

constexpr std::size_t kNone = TokenStream::kNone;

struct Meaning {
  std::string_view instruction;  ///< one space between words, no ';'
  std::string_view code;         ///< %0 to %9 stand for the operands
};

constexpr std::array<Meaning, 46> kMeanings = {{
    {"mov.u32 %0, %laneid", "%0 = ::emulator::lane_index()"},
    {"mov.s32 %0, %laneid", "%0 = ::emulator::lane_index()"},
    {"mov.u32 %0, %lanemask_eq", "%0 = 1u << ::emulator::lane_index()"},
    {"mov.u32 %0, %lanemask_lt", "%0 = (1u << ::emulator::lane_index()) - 1u"},
    {"mov.u32 %0, %lanemask_le", "%0 = (2u << ::emulator::lane_index()) - 1u"},
    {"mov.u32 %0, %lanemask_ge", "%0 = ~((1u << ::emulator::lane_index()) - 1u)"},
    {"mov.u32 %0, %lanemask_gt", "%0 = ~((2u << ::emulator::lane_index()) - 1u)"},
    {"mov.u32 %0, %tid.x", "%0 = threadIdx.x"},
    {"mov.u32 %0, %tid.y", "%0 = threadIdx.y"},
    {"mov.u32 %0, %ctaid.x", "%0 = blockIdx.x"},
    {"mov.u32 %0, %ctaid.y", "%0 = blockIdx.y"},
    {"mov.u32 %0, %ntid.x", "%0 = blockDim.x"},
    {"mov.u32 %0, %nctaid.x", "%0 = gridDim.x"},
    {"mov.u32 %0, %clock", "%0 = static_cast<unsigned>(clock64())"},
    {"mov.u64 %0, %clock64", "%0 = clock64()"},
    {"bar.sync 0", "__syncthreads()"},
    {"barrier.sync 0", "__syncthreads()"},
    {"bar.warp.sync 0xffffffff", "__syncwarp()"},
    {"membar.cta", "__threadfence_block()"},
    {"membar.gl", "__threadfence()"},
    {"membar.sys", "__threadfence_system()"},
    {"fence.acq_rel.cta", "__threadfence_block()"},
    {"fence.acq_rel.gpu", "__threadfence()"},
    {"fence.acq_rel.sys", "__threadfence_system()"},
    {"trap", "__trap()"},
    {"ex2.approx.f32 %0, %1", "%0 = exp2f(%1)"},
    {"ex2.approx.ftz.f32 %0, %1", "%0 = exp2f(%1)"},
    {"lg2.approx.f32 %0, %1", "%0 = log2f(%1)"},
    {"lg2.approx.ftz.f32 %0, %1", "%0 = log2f(%1)"},
    {"rcp.approx.f32 %0, %1", "%0 = 1.0f / (%1)"},
    {"rcp.approx.ftz.f32 %0, %1", "%0 = 1.0f / (%1)"},
    {"rsqrt.approx.f32 %0, %1", "%0 = rsqrtf(%1)"},
    {"rsqrt.approx.ftz.f32 %0, %1", "%0 = rsqrtf(%1)"},
    {"sqrt.approx.f32 %0, %1", "%0 = sqrtf(%1)"},
    {"sqrt.approx.ftz.f32 %0, %1", "%0 = sqrtf(%1)"},
    {"sin.approx.f32 %0, %1", "%0 = sinf(%1)"},
    {"cos.approx.f32 %0, %1", "%0 = cosf(%1)"},
    {"tanh.approx.f32 %0, %1", "%0 = tanhf(%1)"},
    {"fma.rn.f32 %0, %1, %2, %3", "%0 = fmaf(%1, %2, %3)"},
    {"dp4a.s32.s32 %0, %1, %2, %3", "%0 = __dp4a(%1, %2, %3)"},
    {"prmt.b32 %0, %1, %2, %3", "%0 = __byte_perm(%1, %2, %3)"},
    {"popc.b32 %0, %1", "%0 = __popc(%1)"},
    {"brev.b32 %0, %1", "%0 = __brev(%1)"},
    {"prefetch.global.L1 [%0]", "static_cast<void>(%0)"},
    {"prefetch.global.L2 [%0]", "static_cast<void>(%0)"},
    {"prefetchu.L1 [%0]", "static_cast<void>(%0)"},
}};

struct Advice {
  std::string_view opcode;  ///< how the instruction's name begins
  std::string_view instead;
};

// The first that fits counts.
constexpr std::array<Advice, 38> kAdvice = {{
    {"cp.async.bulk",
     "copy with a loop over the block's threads, or with __pipeline_memcpy_async from <cuda_pipeline.h>"},
    {"cp.async",
     "use __pipeline_memcpy_async, __pipeline_commit and __pipeline_wait_prior from <cuda_pipeline.h>"},
    {"cp.reduce", "use atomicAdd"},
    {"ldmatrix", "use nvcuda::wmma::load_matrix_sync from <mma.h>"},
    {"stmatrix", "use nvcuda::wmma::store_matrix_sync from <mma.h>"},
    {"mma", "use nvcuda::wmma::mma_sync from <mma.h>"},
    {"wmma", "use nvcuda::wmma from <mma.h>"},
    {"wgmma", "use nvcuda::wmma from <mma.h>"},
    {"tcgen05", "use nvcuda::wmma from <mma.h>"},
    {"mbarrier", "use __syncthreads()"},
    {"barrier", "use __syncthreads(), or cooperative_groups for a part of the block"},
    {"bar", "use __syncthreads(), or cooperative_groups for a part of the block"},
    {"griddepcontrol", "leave it out: kernels of a stream run one after another"},
    {"shfl", "use __shfl_sync, __shfl_up_sync, __shfl_down_sync or __shfl_xor_sync"},
    {"vote", "use __ballot_sync, __any_sync or __all_sync"},
    {"match", "use __match_any_sync or __match_all_sync"},
    {"redux", "use __reduce_add_sync and its kin"},
    {"activemask", "use __activemask()"},
    {"elect", "use threadIdx.x % 32 == 0"},
    {"membar", "use __threadfence()"},
    {"fence", "use __threadfence()"},
    {"atom", "use atomicAdd, atomicCAS and their kin"},
    {"red", "use atomicAdd, atomicMax and their kin"},
    {"prefetch", "leave it out"},
    {"ld", "read through an ordinary pointer, or with __ldg, __ldcg or __ldcs"},
    {"st", "write through an ordinary pointer, or with __stcg or __stcs"},
    {"cvta", "use __cvta_generic_to_shared"},
    {"cvt", "use a conversion intrinsic such as __float2half_rn or __float2int_rn"},
    {"mov", "use the variable or intrinsic that CUDA has for it (threadIdx, __activemask, clock64)"},
    {"nanosleep", "use __nanosleep"},
    {"prmt", "use __byte_perm"},
    {"lop3", "use &, |, ^ and ~"},
    {"bfe", "use shifts and masks"},
    {"bfi", "use shifts and masks"},
    {"addc", "use 64-bit integers"},
    {"add.cc", "use 64-bit integers"},
    {"mad", "use *, + and __umulhi or __umul64hi"},
    {"dp", "use __dp4a or __dp2a"},
}};

std::string_view advice_for(std::string_view instruction) {
  for (const Advice& advice : kAdvice) {
    if (instruction.substr(0, advice.opcode.size()) == advice.opcode) return advice.instead;
  }
  return "write it in C++ or with one of CUDA's intrinsics";
}

/// The text between a literal's quotes with \n, \t and %% resolved, white space collapsed.
void append_literal(std::string& text, std::string_view literal) {
  const bool raw = literal.find('"') > 0 && literal[literal.find('"') - 1] == 'R';
  std::size_t begin = literal.find('"') + 1;
  std::size_t end = literal.size() - 1;
  if (raw) {
    begin = literal.find('(') + 1;
    end = literal.rfind(')');
  }
  for (std::size_t i = begin; i < end; ++i) {
    char c = literal[i];
    if (!raw && c == '\\' && i + 1 < end) {
      ++i;
      c = literal[i] == 'n' || literal[i] == 't' || literal[i] == 'r' || literal[i] == '\n' ? ' '
                                                                                            : literal[i];
    }
    if (c == '%' && i + 1 < end && literal[i + 1] == '%') ++i;
    if (c == '\n' || c == '\t' || c == '\r') c = ' ';
    if (c == ' ' && (text.empty() || text.back() == ' ')) continue;
    text += c;
  }
}

struct Assembly {
  std::size_t keyword;                                        ///< asm
  std::size_t open;                                           ///< (
  std::size_t close;                                          ///< )
  std::string text;                                           ///< the instructions
  std::vector<std::pair<std::size_t, std::size_t>> operands;  ///< tokens of each operand, without parentheses
};

std::optional<Assembly> read_assembly(const TokenStream& tokens, std::size_t keyword) {
  Assembly assembly{keyword, keyword + 1, 0, "", {}};
  while (tokens.is(assembly.open, "volatile") || tokens.is(assembly.open, "__volatile__") ||
         tokens.is(assembly.open, "__volatile") || tokens.is(assembly.open, "inline")) {
    ++assembly.open;
  }
  if (!tokens.is(assembly.open, "(") || tokens.partner(assembly.open) == kNone) return std::nullopt;
  assembly.close = tokens.partner(assembly.open);
  std::size_t i = assembly.open + 1;
  for (; i < assembly.close && !tokens.is(i, ":") && !tokens.is(i, "::"); ++i) {
    if (tokens[i].kind == TokenKind::kString) append_literal(assembly.text, tokens[i].text);
  }
  while (!assembly.text.empty() && (assembly.text.back() == ' ' || assembly.text.back() == ';')) {
    assembly.text.pop_back();
  }
  for (; i < assembly.close; ++i) {
    if (!tokens.is(i, "(") || tokens.partner(i) == kNone) continue;
    assembly.operands.emplace_back(i + 1, tokens.partner(i));
    i = tokens.partner(i);
  }
  return assembly;
}

/// The first instruction's name: behind braces, register declarations and predicates.
std::string_view opcode_of(std::string_view text) {
  while (!text.empty()) {
    const std::size_t begin = text.find_first_not_of(" {};\n");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const bool declaration = text[0] == '.' || text.substr(0, 2) == "//";
    const bool predicate = text[0] == '@';
    if (!declaration && !predicate) return text.substr(0, text.find_first_of(" ;"));
    const std::size_t end = text.find_first_of(predicate ? " " : ";");
    if (end == std::string_view::npos) break;
    text.remove_prefix(end);
  }
  return "";
}

/// The operands' source text put into the meaning of an instruction.
std::optional<std::string> fill_in(const TokenStream& tokens, const Assembly& assembly,
                                   std::string_view code) {
  std::string result;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] != '%' || i + 1 == code.size() || code[i + 1] < '0' || code[i + 1] > '9') {
      result += code[i];
      continue;
    }
    const auto number = static_cast<std::size_t>(code[++i] - '0');
    if (number >= assembly.operands.size()) return std::nullopt;
    const auto [begin, end] = assembly.operands[number];
    result += '(';
    for (std::size_t token = begin; token < end; ++token) (result += tokens[token].text) += ' ';
    result += ')';
  }
  return result;
}

std::optional<std::string> meaning_of(const TokenStream& tokens, const Assembly& assembly) {
  if (assembly.text.empty()) return "static_cast<void>(0)";  // asm volatile("" ::: "memory")
  for (const Meaning& meaning : kMeanings) {
    if (assembly.text == meaning.instruction) return fill_in(tokens, assembly, meaning.code);
  }
  return std::nullopt;
}

std::string refused_call(const Assembly& assembly, std::string_view opcode, std::uint32_t offset) {
  const std::string name = opcode.empty() ? "inline assembly" : fmt::format("inline assembly '{}'", opcode);
  const std::string sentence = fmt::format("{} cannot run on the emulated GPU; {}", name,
                                           advice_for(opcode.empty() ? assembly.text : opcode));
  // A declaration of its own for each place, since the message is part of it.
  return fmt::format(
      "[] {{ extern void emulator_inline_assembly_{}() __attribute__((error({}))); "
      "emulator_inline_assembly_{}(); }}()",
      offset, string_literal(refusal(sentence)), offset);
}

void replace_statement(Rewriter& rewriter, const Assembly& assembly, const std::string& code) {
  const TokenStream& tokens = rewriter.tokens;
  rewriter.edits.replace(tokens[assembly.keyword], code);
  for (std::size_t i = assembly.keyword + 1; i <= assembly.close; ++i) {
    // Raw strings and strings with continuation lines hold newlines, which stay.
    const std::string_view text = tokens[i].text;
    const auto newlines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    std::string blank;
    for (std::size_t line = 0; line < newlines; ++line) blank += tokens.in_macro() ? "\\\n" : "\n";
    rewriter.edits.replace(tokens[i], std::move(blank));
  }
}

bool is_asm(const Token& token) { return token.is("asm") || token.is("__asm__") || token.is("__asm"); }

}  // namespace

void rewrite_inline_assembly(Rewriter& rewriter) {
  const TokenStream& tokens = rewriter.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_asm(tokens[i])) continue;
    const std::optional<Assembly> assembly = read_assembly(tokens, i);
    if (!assembly) continue;
    const std::string_view opcode = opcode_of(assembly->text);
    // Host code may hold the host's assembly. In a macro the names tell: those of PTX have dots.
    const Function* function = rewriter.enclosing(i);
    const bool on_device = tokens.in_macro() ? opcode.find('.') != std::string_view::npos
                                             : function != nullptr && function->on_device();
    if (on_device) {
      const std::optional<std::string> meaning = meaning_of(tokens, *assembly);
      replace_statement(rewriter, *assembly,
                        meaning ? *meaning : refused_call(*assembly, opcode, tokens[i].offset));
    }
    i = assembly->close;
  }
}

}  // namespace emulator::translator
