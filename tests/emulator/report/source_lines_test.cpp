// From program counters to lines, with a program whose lines are known.
#include "report/source_lines.h"

#include <sstream>

#include "process/process.h"
#include "report/source_text.h"
#include "support.h"
#include "support/catch.h"

using namespace emulator::report;

namespace {

const std::string kProbe = BINARY_DIR "/emulator_report_probe";

/// The probe's names and return addresses.
std::map<std::string, std::uint64_t> probe_addresses() {
  const TestFolder folder;
  const std::string output = folder.path("output").string();
  const emulator::ProcessResult run = emulator::run_process({kProbe}, {.output = output});
  REQUIRE(run.started);
  REQUIRE(run.status == 0);
  std::map<std::string, std::uint64_t> result;
  std::istringstream stream(text_of(output));
  for (std::string name, address; stream >> name >> address;)
    result[name] = std::stoull(address, nullptr, 16);
  return result;
}

RawReport report_with(const std::vector<std::uint64_t>& addresses) {
  RawReport report;
  report.program = kProbe;
  for (const std::uint64_t address : addresses) {
    RawLine line;
    line.pc = address;
    report.lines.push_back(line);
  }
  return report;
}

std::string file_name(const CodeLine& line) { return std::filesystem::path(line.file).filename().string(); }

}  // namespace

TEST_CASE("a return address belongs to the line of the call, in the user's own code") {
  const TestFolder folder;
  const auto addresses = probe_addresses();
  REQUIRE(addresses.size() == 4);
  std::vector<std::uint64_t> all;
  for (const auto& [name, address] : addresses) all.push_back(address);
  const SourceLines lines(report_with(all), folder.path("scratch"));
  CHECK(lines.problem().empty());
  const auto line_of = [&](const char* name) { return lines.at(addresses.at(name)); };
  CHECK(line_of("direct").line == 15);
  CHECK(line_of("through_library").line == 20);
  CHECK(line_of("through_helper").line == 11);
  for (const char* name : {"direct", "through_library", "through_helper"}) {
    INFO(name);
    CHECK(file_name(line_of(name)) == "given.cu");
    CHECK(std::filesystem::path(line_of(name).file).is_absolute());
  }
  // Where there is no user's frame, the library's is better than nothing.
  CHECK(file_name(line_of("only_library")) == "no_such_library.h");
  CHECK_FALSE(std::filesystem::exists(folder.path("scratch")));
}

TEST_CASE("more addresses than fit in one call are looked up") {
  const TestFolder folder;
  const std::uint64_t known = probe_addresses().at("direct");
  std::vector<std::uint64_t> all;
  for (std::uint64_t i = 1; i <= 9000; ++i) all.push_back(i);
  all.push_back(known);  // the last of all
  const SourceLines lines(report_with(all), folder.path("scratch"));
  CHECK(lines.problem().empty());
  CHECK(lines.at(known).line == 15);
  CHECK_FALSE(lines.at(1).known());
}

TEST_CASE("without addr2line, lines are unknown, and a sentence says so") {
  const TestFolder folder;
  const SourceLines lines(report_with({4199021}), folder.path("scratch"), "no_such_addr2line");
  CHECK(holds(lines.problem(), "no_such_addr2line cannot be started"));
  CHECK(holds(lines.problem(), "binutils"));
  CHECK_FALSE(lines.at(4199021).known());
  CHECK(SourceText().name(lines.at(4199021)) == "an unknown line");
}

TEST_CASE("a program that addr2line cannot read is named") {
  const TestFolder folder;
  RawReport report = report_with({4199021});
  report.program = folder.write("not_a_program", "text");
  const SourceLines lines(report, folder.path("scratch"));
  CHECK(holds(lines.problem(), "not_a_program"));
}

TEST_CASE("addr2line's output is read frame by frame") {
  const auto lines = read_addr2line_output(
      "0x0000000000401136\nstd::operator+(int)\n/usr/include/c++/12/bits/x.h:9\nkernel(int)\n"
      "/src/./a.cu:12 (discriminator 3)\nmain\n/src/b.cu:4\n"
      "0x401200\n??\n??:0\n"
      "0x401300\nkernel\n/src/a.cu:?\n");
  CHECK(lines.at(0x401136) == CodeLine{"/src/a.cu", 12});
  CHECK_FALSE(lines.at(0x401200).known());
  CHECK_FALSE(lines.at(0x401300).known());
  CHECK(read_addr2line_output("").empty());
  CHECK(read_addr2line_output("nonsense").empty());
}

TEST_CASE("the emulator's headers and the system's are not the user's code") {
  CHECK(is_library_code(real_path(PROJECT_ROOT_DIR "/kernels/emulator/include/cuda_fp16.h")));
  CHECK(is_library_code("/usr/include/c++/12/bits/stl_algo.h"));
  CHECK_FALSE(is_library_code("/usr/src/mine/a.cu"));
  CHECK_FALSE(is_library_code("/home/me/kernels/emulator/include.cu"));
}

TEST_CASE("a file is shown as the user called it") {
  const TestFolder folder;
  const auto file = folder.write("a.cu", "first\n\tsecond\r\nthird");
  const SourceText source({{file, "my/a.cu"}});
  CHECK(source.name(CodeLine{real_path(file), 2}) == "my/a.cu:2");
  CHECK(source.text({real_path(file), 2}) == "\tsecond");
  CHECK(source.text({real_path(file), 3}) == "third");
  CHECK(source.text({real_path(file), 4}).empty());
  CHECK(source.text({"/no/such/file", 1}).empty());
  CHECK(source.name(std::string("/elsewhere/b.cuh")) == "/elsewhere/b.cuh");
  CHECK(source.name((std::filesystem::current_path() / "sub" / "c.cu").string()) == "sub/c.cu");
}

TEST_CASE("a file that has changed since it was compiled is shown as it was") {
  const TestFolder folder;
  const auto file = folder.write("changed.cu", "new first\nnew second\n");
  SourceText source;
  source.remember(file, "old first\r\nold second\n");
  CHECK(source.text({real_path(file), 1}) == "old first");
  CHECK(source.text({real_path(file), 2}) == "old second");
  CHECK(source.text({real_path(file), 3}).empty());
  CHECK(SourceText().text({real_path(file), 2}) == "new second");
}
