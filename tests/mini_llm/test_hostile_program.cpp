// The program in bad circumstances: exit status 1 and one clear message, never a crash. What each hostile
// file is, and which test shows what, is listed in docs/security.md.

#include <unistd.h>

#include <algorithm>

#include "hostile_files.h"
#include "program.h"
#include "support/catch.h"

namespace {

/// Failed with one line that names the file.
void check_one_line(const Result& result, const std::string& file) {
  INFO("standard error: " << result.err);
  CHECK(result.status == 1);
  CHECK(result.err.rfind("mini_llm: ", 0) == 0);
  CHECK(contains(result.err, file));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK(result.err.back() == '\n');
}

/// As check_failed; a warning may stand before the message.
void check_failed_after_a_warning(const Result& result, const std::string& words) {
  INFO("standard error: " << result.err);
  CHECK(result.status == 1);
  CHECK(contains(result.err, "mini_llm: warning: "));
  CHECK(contains(result.err, words));
}

}  // namespace

TEST_CASE("every class of hostile file ends the program with one clear message") {
  const Program program;
  for (const HostileFile& hostile : hostile_files()) {
    INFO(hostile.name);
    program.folder.write(hostile.name + ".gguf", hostile.bytes);
    const Result result = program("run -m " + hostile.name + ".gguf -p ab -n 2");
    check_one_line(result, hostile.name + ".gguf");
    CHECK(contains(result.err, hostile.words));
    CHECK(result.out.empty());
    // Some are right in the part that another command uses.
    for (const std::string command :
         {"inspect -m F --tensors --metadata", "tokenize -m F -p ab", "logits -m F --tokens 1,2 --out x"}) {
      const std::string arguments =
          std::string(command).replace(command.find('F'), 1, hostile.name + ".gguf");
      const Result other = program(arguments);
      INFO(arguments << ": " << other.err);
      CHECK((other.status == 0 || other.status == 1));
      CHECK((other.status == 0) == other.err.empty());
    }
  }
}

TEST_CASE("a model that may not be read, is a folder, or is no file ends with one clear message") {
  const Program program;
  check_one_line(program("run -m . -p x"), "directory");
  check_one_line(program("run -m absent.gguf -p x"), "absent.gguf");
  check_one_line(program("run -m /dev/null -p x"), "regular file");
  program.shell("mkfifo pipe");
  check_one_line(program("run -m pipe -p x"), "regular file");
  check_one_line(program("run -m $M -f ."), "directory");

  // Root may read everything, so it becomes somebody else first.
  const std::string somebody = ::geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  program.shell("chmod 000 $M");
  if (program.shell(somebody + "'" MINI_LLM_PROGRAM "' --version").status == 0) {
    check_one_line(program.shell(somebody + "'" MINI_LLM_PROGRAM "' run -m $M -p x"), "Permission denied");
  } else {
    WARN("left out: a file without permission to read it, because this user may not become another");
  }
}

TEST_CASE("texts of all kinds are read or refused") {
  const Program program;
  program.shell("head -c 3000 /dev/urandom >noise.bin; : >empty.txt; head -c 2000 /dev/zero >zeros.bin");
  CHECK(program("tokenize -m $M -f noise.bin").status == 0);
  CHECK(program("tokenize -m $M -f zeros.bin").status == 0);
  CHECK(program("tokenize -m $M -f empty.txt").out == "1\n");
  CHECK(program("run -m $M -f empty.txt -n 2").status == 0);
  check_one_line(program("run -m $M -f noise.bin -n 2"), "do not fit");
  check_one_line(program("run -m $M -p 'hello hello hello hello' -c 3"), "do not fit");
  check_failed_after_a_warning(program("run -m $M -p x -c 2147483647 -n 1"), "smaller context");
}

TEST_CASE("a prompt that is empty where the model adds nothing is refused") {
  TinyModel tiny;
  tiny.without.insert("tokenizer.ggml.add_bos_token");
  gguf::Writer writer = tiny.writer();
  writer.set_bool("tokenizer.ggml.add_bos_token", false);
  const Program program;
  writer.write(program.folder.path("no_bos.gguf"));
  check_one_line(program("run -m no_bos.gguf -p ''"), "prompt is empty");
}

TEST_CASE("bench prints a table, JSON and CSV") {
  const Program program;
  const Result table = program("bench -m $M -p 5,9 -n 3 -r 2 -t 1");
  INFO(table.err);
  CHECK(table.status == 0);
  for (const char* words : {"| tiny.gguf ", "llama F32", "cpu", " pp5 |", " pp9 |", " tg3 |", " ± ", "GB/s"})
    CHECK(contains(table.out, words));
  const Result json = program("bench -m $M -p 5 -n 3 -r 2 -t 1 -ngl 0 -o json");
  CHECK(json.status == 0);
  CHECK(json.out.rfind("[\n{", 0) == 0);
  CHECK(json.out.substr(json.out.size() - 3) == "\n]\n");
  for (const char* field : {"model_filename",  "model_type",          "model_size",      "model_n_params",
                            "n_batch",         "n_threads",           "n_gpu_layers",    "n_prompt",
                            "n_gen",           "test_time",           "avg_ns",          "stddev_ns",
                            "avg_ts",          "stddev_ts",           "samples_ns",      "samples_ts",
                            "bytes_per_token", "read_bandwidth_gb_s", "bandwidth_share", "backend"}) {
    INFO(field);
    CHECK(contains(json.out, "\"" + std::string(field) + "\": "));
  }
  const Result csv = program("bench -m $M -p 5 -n 3 -r 2 -t 1,2 -o csv");
  CHECK(csv.status == 0);
  CHECK(csv.out.rfind("model_filename,", 0) == 0);
  CHECK(std::count(csv.out.begin(), csv.out.end(), '\n') == 5);
}

TEST_CASE("bench and perplexity refuse what cannot be done") {
  const Program program;
  check_failed(program("bench -m $M -p 5 -n 0 -ngl 3"), "-ngl 3");
  check_failed(program("bench -m $M -p 0 -n 0"), "nothing to measure");
  check_failed(program("bench -m $M -p 5 -n 2 -r 1 -t 1 >/dev/full"), "cannot write to standard output");
  for (const char* arguments : {"-p -1", "-p 1,", "-p x", "-p 99999999999", "-n 1.5", "-t 0", "-t 1,0",
                                "-r 0", "-r -1", "-o xml", "-ngl 0,some", "-b 0"}) {
    INFO(arguments);
    CHECK(program("bench -m $M " + std::string(arguments)).status == 2);
  }
  program.shell("printf 'hello world hello world hello world' >text.txt");
  check_failed(program("perplexity -m $M -f absent.txt"), "absent.txt");
  const Result small = program("perplexity -m $M -f text.txt -c 64");
  CHECK(small.status == 1);
  CHECK(contains(small.err, "mini_llm: the text has"));
  for (const char* arguments : {"-c 2", "-c -1", "--chunks 0"}) {
    INFO(arguments);
    CHECK(program("perplexity -m $M -f text.txt " + std::string(arguments)).status == 2);
  }
}

TEST_CASE("perplexity shows the running value and the final one") {
  const Program program;
  program.shell("for i in 1 2 3 4 5 6 7 8; do printf 'hello world '; done >text.txt");
  const Result result = program("perplexity -m $M -f text.txt -c 8");
  INFO(result.out << result.err);
  CHECK(result.status == 0);
  CHECK(result.out.rfind("[1]", 0) == 0);
  CHECK(contains(result.out, ",[2]"));
  CHECK(contains(result.out, "\nPPL = "));
  CHECK(contains(result.out, "chunks of 8\n"));
  const Result one = program("perplexity -m $M -f text.txt -c 8 --chunks 1");
  CHECK(contains(one.out, "3 tokens scored in 1 chunks of 8"));
}

TEST_CASE("Ctrl-C ends a benchmark after the rows that are done") {
  const Program program;
  const Result result =
      program.shell("'" MINI_LLM_PROGRAM
                    "' bench -m $M -t 1 -p 5 -n 200000 -r 1 -o json & pid=$!; "
                    "while ! grep -q samples_ts out.txt; do sleep 0.1; done; kill -INT $pid; wait $pid");
  INFO(result.out);
  check_failed(result, "interrupted");
  CHECK(contains(result.out, "\n]\n"));
}
