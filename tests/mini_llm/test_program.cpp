// The program as a user meets it: exit status, standard output, standard error. Uses a shell, so POSIX only.

#include <filesystem>

#include "error_message.h"
#include "program.h"
#include "raw_gguf.h"
#include "support/catch.h"
#include "tiny_model.h"

TEST_CASE("mini_llm says what it is and how to use it") {
  const Program program;
  const Result version = program("--version");
  CHECK(version.status == 0);
  CHECK(version.out == "mini_llm " MINI_LLM_VERSION "\n");
  const Result help = program("--help");
  CHECK(help.status == 0);
  for (const char* command : {"run", "inspect", "tokenize", "logits"}) CHECK(contains(help.out, command));
  CHECK(program("run --help").status == 0);
}

TEST_CASE("wrong usage ends with status 2 and says what is wrong") {
  const Program program;
  check_wrong_usage(program(""), "Usage");
  check_wrong_usage(program("no_such_command"), "'no_such_command'");
  check_wrong_usage(program("''"), "no command ''");
  check_wrong_usage(program("run -p x"), "--model");
  check_wrong_usage(program("run -m $M"), "-p");
  check_wrong_usage(program("run -m $M -p x --no-such-option"), "--no-such-option");
  check_wrong_usage(program("run -m $M -p x -n -2"), "--predict");
  check_wrong_usage(program("run -m $M -p x -n 99999999999999999999"), "--predict");
  check_wrong_usage(program("run -m $M -p x -c -1"), "--ctx-size");
  check_wrong_usage(program("run -m $M -p x -t 0"), "--threads");
  check_wrong_usage(program("run -m $M -p x --temp nan"), "--temp");
  check_wrong_usage(program("run -m $M -p x --top-p 1.5"), "--top-p");
  check_wrong_usage(program("run -m $M -p x -ngl some"), "--n-gpu-layers");
  check_wrong_usage(program("run -m $M -p x --backend gpu"), "--backend");
  check_wrong_usage(program("logits -m $M --tokens 1,,2 --out x"), "--tokens");
  check_wrong_usage(program("logits -m $M --tokens '' --out x"), "--tokens");
  check_wrong_usage(program("tokenize -m $M"), "-p");
}

TEST_CASE("run prints the prompt and what follows, and statistics on standard error") {
  const Program program;
  const Result result = program("run -m $M -p hello -n 5 --temp 0");
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(result.out.rfind("hello", 0) == 0);
  CHECK(result.out.size() > 6);
  CHECK(result.out.back() == '\n');
  CHECK(contains(result.err, "prompt"));
  CHECK(contains(result.err, "generated      5 tokens"));
  CHECK(program("run -m $M -p hello -n 0").out == "hello\n");
}

TEST_CASE("the same seed gives the same text, whatever the number of threads") {
  const Program program;
  const std::string command = "run -m $M -p hello -n 20 --temp 1.5 --top-k 0 --top-p 1 --min-p 0";
  const Result first = program(command + " --seed 7 -t 1");
  CHECK(first.status == 0);
  CHECK(program(command + " --seed 7 -t 3").out == first.out);
  CHECK(program(command + " --seed 8").out != first.out);
  CHECK(contains(program(command + " -v --seed 7").err, "seed 7"));
}

TEST_CASE("weights are rearranged unless they are to stay as the file has them") {
  const Program program;
  TinyModel model = tiny_quantized_model(gguf::TensorType::kQ4_0, 5);
  model.embedding = 128;
  model.heads = 8;
  model.feed_forward = 192;
  model.writer().write(program.folder.path("wide.gguf"));
  const std::string command = "run -m wide.gguf -p hello -n 3 --temp 0";
  const Result rearranged = program(command);
  CHECK(rearranged.status == 0);
  CHECK(contains(rearranged.err, " MiB in memory"));
  // They need not be for a single token, unless the prompt is read in several passes.
  const std::string one_token = "run -m wide.gguf -p 'hello hello hello' -n 1 --temp 0";
  CHECK(contains(program(one_token).err, "weights   as in the file"));
  CHECK(contains(program(one_token + " -b 2").err, " MiB in memory"));
  for (const char* option : {" --no-repack", " --backend reference"}) {
    const Result as_in_file = program(command + option);
    INFO(option);
    CHECK(as_in_file.status == 0);
    CHECK(contains(as_in_file.err, "weights   as in the file"));
  }
  // Every command that computes takes both.
  for (const char* other :
       {"logits -m wide.gguf --tokens 1,2,3 -o x.f32", "bench -m wide.gguf -p 4 -n 2 -r 1"}) {
    INFO(other);
    CHECK(program(other).status == 0);
    CHECK(program(other + std::string(" --no-repack")).status == 0);
  }
}

TEST_CASE("run stops when the context is full, and says so") {
  const Program program;
  const Result result = program("run -m $M -p hello -n -1 -c 20 --seed 3");
  CHECK(result.status == 0);
  CHECK((contains(result.err, "context is full") || contains(result.err, "ended the text")));
}

TEST_CASE("run refuses what cannot be done") {
  const Program program;
  check_failed(program("run -m absent.gguf -p x"), "'absent.gguf'");
  check_failed(program("run -m $D -p x"), "directory");
  check_failed(program("run -m $M -p 'hello world hello world' -c 2"), "do not fit");
  check_failed(program("run -m $M -p x -c 2147483647"), "smaller context");
  check_failed(program("run -m $M -p x -ngl 3"), "-ngl 3");
  check_failed(program("run -m $M -p x -ngl all"), "-ngl all");
  check_failed(program("run -m $M -p x --backend cuda"), "'cuda'");
  check_failed(program("run -m $M -f absent.txt"), "absent.txt");
  CHECK(program("run -m $M -p x -n 1 -ngl 0").status == 0);
  CHECK(program("run -m $M -p x -n 1 -ngl auto --backend reference").status == 0);
}

TEST_CASE("a prompt that is empty or not UTF-8 is no problem") {
  const Program program;
  CHECK(program("run -m $M -p '' -n 3").status == 0);
  const Result result =
      program.shell("'" MINI_LLM_PROGRAM "' run -m $M -p \"$(printf 'h\\377\\300llo')\" -n 3 --temp 0");
  CHECK(result.status == 0);
  CHECK(contains(result.out, "\xEF\xBF\xBD"));
}

TEST_CASE("output that cannot be written fails, a closed pipe does not") {
  const Program program;
  check_failed(program("run -m $M -p hello -n 5 >/dev/full"), "cannot write to standard output");
  check_failed(program("inspect $M >/dev/full"), "cannot write to standard output");
  check_failed(program("tokenize -m $M -p hello >/dev/full"), "cannot write to standard output");
  CHECK(program("run -m $M -p hello -n 5 >/dev/full 2>&1").status == 1);
  const Result piped = program.shell(
      "{ '" MINI_LLM_PROGRAM "' run -m $M -p hello -n -1 --temp 0; echo status $? >&2; } | head -c 3");
  CHECK(piped.out == "hel");
  CHECK(contains(piped.err, "status 0"));
}

TEST_CASE("inspect shows what is in a file, runnable or not") {
  const Program program;
  const Result result = program("inspect $M --tensors --metadata");
  CHECK(result.status == 0);
  for (const char* words : {"llama", "trained context 64", "288 tokens", "blk.1.ffn_down.weight", "36 x 288",
                            "llama.rope.freq_base", "runs            yes"}) {
    INFO(words);
    CHECK(contains(result.out, words));
  }
  CHECK(program("inspect -m $M").status == 0);

  RawGguf raw;
  raw.header(0, 1).key("general.architecture", gguf::ValueType::kString).string("\x1b[31mstrange");
  program.folder.write("strange.gguf", raw.bytes);
  const Result strange = program("inspect strange.gguf --metadata");
  CHECK(strange.status == 0);
  CHECK(contains(strange.out, "runs            no"));
  CHECK_FALSE(contains(strange.out, "\x1b"));
}

TEST_CASE("every architecture is inspected and runs") {
  const Program program;
  for (const char* kind : kTinyModelKinds) {
    INFO(kind);
    const TinyModel tiny = tiny_model_like(kind, 1);
    tiny.writer().write(program.folder.path("model.gguf"));
    const Result inspected = program("inspect model.gguf");
    CHECK(inspected.status == 0);
    CHECK(contains(inspected.out, "architecture    \"" + tiny.architecture + "\""));
    CHECK(contains(inspected.out, "experts         5") == (tiny.experts > 0));
    CHECK(contains(inspected.out, "runs            yes"));
    CHECK(program("run -m model.gguf -p hello -n 5 --temp 0").status == 0);
  }
}

TEST_CASE("inspect of a file that contradicts itself shows it and fails") {
  const Program program;
  TinyModel tiny;
  tiny.without.insert("llama.block_count");
  gguf::Writer no_layers = tiny.writer();
  no_layers.set_uint32("llama.block_count", 0);
  no_layers.write(program.folder.path("no_layers.gguf"));
  const Result result = program("inspect no_layers.gguf");
  check_failed(result, "'llama.block_count' is 0");
  CHECK(contains(result.out, "288 tokens"));

  tiny = TinyModel();
  tiny.without.insert("tokenizer.ggml.bos_token_id");
  gguf::Writer bad_token = tiny.writer();
  bad_token.set_uint32("tokenizer.ggml.bos_token_id", 288);
  bad_token.write(program.folder.path("bad_token.gguf"));
  check_failed(program("inspect bad_token.gguf"), "288");
}

TEST_CASE("inspect of a kind of model or tokenizer that is not supported says so and succeeds") {
  const Program program;
  TinyModel tiny;
  tiny.without.insert("tokenizer.ggml.model");
  gguf::Writer writer = tiny.writer();
  writer.set_string("tokenizer.ggml.model", "bert");
  writer.write(program.folder.path("bert.gguf"));
  const Result result = program("inspect bert.gguf");
  CHECK(result.status == 0);
  CHECK(contains(result.out, "runs            no: tokenizer: the kind 'bert'"));
}

TEST_CASE("tokenize prints ids on one line") {
  const Program program;
  const Result result = program("tokenize -m $M -p hello");
  CHECK(result.status == 0);
  CHECK(result.out == "1 274\n");
  CHECK(program("tokenize -m $M -p hello --no-bos").out == "274\n");
  CHECK(program("tokenize -m $M -p '</s>' --no-bos --parse-special").out == "2\n");
  program.shell("printf hello >text.txt");
  CHECK(program("tokenize -m $M -f text.txt").out == "1 274\n");
}

TEST_CASE("logits writes one row of scores per token, whatever the batch size") {
  const Program program;
  CHECK(program("logits -m $M --tokens 1,5,274,9,3 --out a.f32 --backend reference").status == 0);
  CHECK(program("logits -m $M --tokens 1,5,274,9,3 --out b.f32 --backend reference -b 2").status == 0);
  const std::string a = content(program.folder.path("a.f32"));
  CHECK(a.size() == 5 * 288 * sizeof(float));
  CHECK(content(program.folder.path("b.f32")) == a);
}

TEST_CASE("logits leaves nothing behind when it fails") {
  const Program program;
  std::filesystem::create_directory(program.folder.path("results"));
  check_failed(program("logits -m $M --tokens 1,288 --out results/x"), "token 288");
  check_failed(program("logits -m $M --tokens 1,-5 --out results/x"), "token -5");
  check_failed(program("logits -m $M --tokens 9999999999 --out results/x"), "token 9999999999");
  check_failed(program("logits -m $M --tokens 1 --out results"), "directory");
  check_failed(program("logits -m $M --tokens 1 --out results/absent/x"), "cannot write");
  check_failed(program("logits -m $M --tokens 1 --out /dev/full"), "cannot write '/dev/full'");
  // A limit on the size of files stands in for a full disk.
  check_failed(program.shell("trap '' XFSZ; ulimit -f 1; '" MINI_LLM_PROGRAM
                             "' logits -m $M --tokens 1,2,3,4,5,6,7,8 --out results/x"),
               "cannot write 'results/x'");
  CHECK(std::filesystem::is_empty(program.folder.path("results")));
}

TEST_CASE("damaged files end with status 1 in every command") {
  const Program program;
  std::filesystem::copy_file(program.folder.path("tiny.gguf"), program.folder.path("cut.gguf"));
  std::filesystem::resize_file(program.folder.path("cut.gguf"), 100000);
  check_failed(program("run -m cut.gguf -p x"), "cut.gguf: tensor");
  check_failed(program("inspect cut.gguf"), "cut.gguf: tensor");
  check_failed(program("tokenize -m cut.gguf -p x"), "cut.gguf: tensor");
  check_failed(program("logits -m cut.gguf --tokens 1 --out x"), "cut.gguf: tensor");
}

TEST_CASE("a tokenizer and an embedding table of different sizes are refused") {
  TinyModel tiny;
  tiny.without.insert("token_embd.weight");
  tiny.without.insert("output.weight");
  gguf::Writer writer = tiny.writer();
  writer.add_tensor("token_embd.weight", gguf::TensorType::kF32, {36, 287},
                    std::vector<std::byte>(36 * 287 * 4));
  const Program program;
  writer.write(program.folder.path("small.gguf"));
  check_failed(program("run -m small.gguf -p x"), "287");
}

TEST_CASE("weights that are not numbers end with a message, not with a token") {
  TinyModel tiny;
  tiny.without.insert("output_norm.weight");
  gguf::Writer writer = tiny.writer();
  const std::vector<std::byte> nan(36 * sizeof(float), std::byte{0xFF});
  writer.add_tensor("output_norm.weight", gguf::TensorType::kF32, {36}, nan);
  const Program program;
  writer.write(program.folder.path("nan.gguf"));
  const Result result = program("run -m nan.gguf -p hello -n 5");
  INFO(result.err);
  CHECK(result.status == 1);
  CHECK(contains(result.err, "mini_llm: "));
}

namespace {

// Long enough to be disturbed: far more tokens than the test waits for. The small repeat penalty makes the
// model say the same few tokens for ever, so that it does not end the text.
const std::string kLongRun =
    "'" MINI_LLM_PROGRAM
    "' run -m long.gguf -p hello -n -1 -c 200000 --temp 2 --repeat-penalty 0.01 --seed 1 "
    ">long.txt & pid=$!; sleep 1; ";

}  // namespace

TEST_CASE("Ctrl-C ends the generation, and statistics are still printed") {
  const Program program;
  const Result result = program.shell("cp $M long.gguf; " + kLongRun + "kill -INT $pid; wait $pid");
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(contains(result.err, "stopped   interrupted"));
}

TEST_CASE("a file that becomes shorter while it is in use ends the program with a message") {
  const Program program;
  const Result result =
      program.shell("cp $M long.gguf; " + kLongRun + "truncate -s 4096 long.gguf; wait $pid");
  check_failed(result, "became shorter");
}
