// From basic blocks to operations: code as objdump prints it.
#include "report/operations.h"

#include "support.h"
#include "support/catch.h"

using namespace emulator::report;

namespace {

constexpr const char* kCode =
    "\nprogram:     file format elf64-x86-64\n\n\n0000000000401000 <kernel>:\n"
    "  401000:\tcall   402000 <__sanitizer_cov_trace_pc>\n"
    "  401005:\taddss  (%rdi),%xmm0\n"
    "  401009:\tvmulsd %xmm1,%xmm2,%xmm0\n"
    "  40100d:\tcvtsi2ss %eax,%xmm0\n"
    "  401011:\tucomiss %xmm1,%xmm0\n"
    "  401014:\tja     401030 <kernel+0x30>\n"
    "  401016:\tcall   402000 <__sanitizer_cov_trace_pc>\n"
    "  40101b:\tvfmadd231ss %xmm1,%xmm2,%xmm0\n"
    "  401020:\tjmp    401040 <kernel+0x40>\n"
    "  401030:\tcall   402000 <__sanitizer_cov_trace_pc>\n"
    "  401035:\tmulps  %xmm1,%xmm0\n"
    "  401038:\tvaddpd %ymm1,%ymm2,%ymm0\n"
    "  40103c:\tcall   403000 <expf@plt>\n"
    "  40103d:\tcall   403010 <fmaf@plt>\n"
    "  40103e:\tcall   403020 <floorf@plt>\n"
    "  401040:\tsqrtss %xmm0,%xmm0\n"
    "  401044:\tadd    $0x8,%rsp\n"
    "  401048:\tret\n"
    "  401049:\tdivss  %xmm0,%xmm1\n";

}  // namespace

TEST_CASE("a block's operations end where the next block begins, and follow a jump to what blocks share") {
  const Code code = read_disassembly(kCode);
  CHECK(operations_in_block(code, 0x401005) == 2);
  CHECK(operations_in_block(code, 0x40101b) == 2 + 1);              // fused, then the shared root
  CHECK(operations_in_block(code, 0x401035) == 4 + 4 + 1 + 2 + 1);  // lanes, expf, fmaf, the root
  CHECK(operations_in_block(code, 0x500000) == 0);
}

TEST_CASE("a block that jumps to itself comes to an end") {
  CHECK(operations_in_block(read_disassembly("  401000:\tjmp    401000 <f>\n"), 0x401000) == 0);
}

TEST_CASE("without objdump the operations are not known, and a sentence says why") {
  const TestFolder folder;
  RawReport report;
  report.program = "/bin/true";
  report.kernels.resize(1);
  report.kernels[0].blocks = {{0x401005, 3}};
  CHECK(count_operations(report, folder.path("code"), "no-such-objdump").find("binutils") !=
        std::string::npos);
  CHECK_FALSE(report.kernels[0].flops);
}

TEST_CASE("a program that did not count its blocks has no operations, and that is no problem") {
  const TestFolder folder;
  RawReport report;
  report.kernels.resize(1);
  CHECK(count_operations(report, folder.path("code")).empty());
  CHECK_FALSE(report.kernels[0].flops);
}
