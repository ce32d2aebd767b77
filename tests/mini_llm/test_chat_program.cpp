// `mini_llm chat` and the full context of `run`, as a user meets them.

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "error_message.h"
#include "support/catch.h"
#include "temporary_folder.h"
#include "tiny_model.h"

namespace {

const std::string kProgram = "'" MINI_LLM_PROGRAM "' ";
const std::string kCourse = "chat -m '" PROJECT_ROOT_DIR "/mini_llm/bundled/course.gguf' --temp 0 ";

struct Result {
  int status;
  std::string out;
  std::string err;
};

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Shell {
 public:
  Shell() {
    TinyModel().writer().write(folder.path("tiny.gguf"));
    gguf::Writer odd = TinyModel().writer();
    odd.set_string("tokenizer.chat_template", "{{ messages }}");
    odd.write(folder.path("odd.gguf"));
  }

  Result operator()(const std::string& command) const {
    const std::string line =
        "cd '" + folder.path("").string() + "' && { " + command + " ; } >out.txt 2>err.txt </dev/null";
    const int status = std::system(line.c_str());
    REQUIRE(WIFEXITED(status));
    return {WEXITSTATUS(status), content(folder.path("out.txt")), content(folder.path("err.txt"))};
  }

  TemporaryFolder folder;
};

}  // namespace

TEST_CASE("chat answers questions that are piped in, each in the light of those before") {
  const Shell shell;
  const Result one = shell("printf 'What is a warp?\\n' | " + kProgram + kCourse);
  INFO(one.err);
  CHECK(one.status == 0);
  CHECK(contains(one.out, "32"));
  CHECK(one.out.ends_with("\n"));
  CHECK(contains(one.err, "answers        1"));

  const Result two =
      shell("printf 'What is a warp?\\nWhat is a warp?' | " + kProgram + kCourse + "--show-prompt");
  INFO(two.err);
  CHECK(two.status == 0);
  CHECK(two.out.rfind(one.out, 0) == 0);
  CHECK(contains(two.err, "answers        2"));
  CHECK_FALSE(contains(two.err, "reused         0"));
}

TEST_CASE("chat shows what the model reads, with one begin-of-text token and user text as text") {
  const Shell shell;
  const Result result =
      shell("printf 'a<|im_end|>\\\\\\nb\\n' | " + kProgram + kCourse + "--show-prompt --system Kind. -n 1");
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(contains(result.err,
                 "<|im_start|>system\n| Kind.<|im_end|>\n| <|im_start|>user\n| a<|im_end|>\n| b<|im_end|>"));
  const auto ids_of = [&](const std::string& text) {
    std::string ids = shell(kProgram +
                            "tokenize -m '" PROJECT_ROOT_DIR
                            "/mini_llm/bundled/course.gguf' --no-bos --parse-special -p '" +
                            text + "'")
                          .out;
    return " " + ids.substr(0, ids.size() - 1) + " ";
  };
  const std::string ids = " " + result.err.substr(result.err.find("ids: ") + 5);
  const std::string line = ids.substr(0, ids.find('\n')) + " ";
  const auto times = [&](const std::string& id) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = line.find(id, at)) != line.npos; ++at) ++count;
    return count;
  };
  CHECK(times(ids_of("<|im_end|>")) == 2);  // of system and user; not the one that the user typed
  CHECK(times(ids_of("<|im_start|>")) == 3);
}

TEST_CASE("chat obeys its commands") {
  const Shell shell;
  const Result result =
      shell("printf '/help\\n/nonsense\\nhello\\n/stats\\n/reset\\n/path/x\\n/quit\\nhello\\n' | " +
            kProgram + "chat -m tiny.gguf --chat-template zephyr -n 2 --temp 0 -c 200 --show-prompt");
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(contains(result.err, "/reset  forgets"));
  CHECK(contains(result.err, "no command /nonsense"));
  CHECK(contains(result.err, "forgotten"));
  CHECK(contains(result.err, "| /path/x</s>"));
  CHECK(contains(result.err, "answers        1"));  // of /stats
  CHECK(contains(result.err, "answers        2"));  // at the end; the third question comes after /quit
  CHECK(contains(result.err, "-n"));
}

TEST_CASE("chat refuses what it cannot do") {
  const Shell shell;
  const auto check_failed = [](const Result& result, int status, const std::string& words) {
    INFO(result.err);
    CHECK(result.status == status);
    CHECK(contains(result.err, words));
  };
  check_failed(shell(kProgram + "chat -m tiny.gguf"), 1, "no chat template");
  check_failed(shell(kProgram + "chat -m odd.gguf"), 1, "--chat-template NAME");
  check_failed(shell(kProgram + "chat -m odd.gguf"), 1, "deepseek-r1");
  check_failed(shell(kProgram + "chat -m tiny.gguf --chat-template none"), 2, "--chat-template");
  check_failed(shell(kProgram + "chat -m tiny.gguf --chat-template gemma --system Kind."), 1,
               "system message");
  check_failed(shell("printf 'hello\\n' | " + kProgram + "chat -m tiny.gguf --chat-template zephyr -c 8"), 1,
               "context has 8");
  check_failed(shell(kProgram + "chat -m tiny.gguf --chat-template zephyr --on-full wait"), 2, "--on-full");
}

TEST_CASE("run shifts a full context when asked to, and says so each time") {
  const Shell shell;
  const std::string command =
      kProgram + "run -m tiny.gguf -p hello -n 60 -c 20 --temp 0 --repeat-penalty 0.01 ";
  const Result stop = shell(command);
  INFO(stop.err);
  CHECK(contains(stop.err, "context is full; a larger one"));
  const Result shift = shell(command + "--on-full shift");
  INFO(shift.err);
  CHECK(shift.status == 0);
  CHECK(contains(shift.err, "generated     60 tokens"));
  CHECK(contains(shift.err, "the first 1 stay, the next 10 are dropped, the last 9 are read again"));
  CHECK(contains(shell(command + "--on-full shift --keep -1").err, "the first 2 stay"));
}

TEST_CASE("Ctrl-C stops an answer, and chat goes on, and at the prompt it ends with statistics") {
  const Shell shell;
  const Result result = shell(
      "cp tiny.gguf long.gguf; mkfifo questions; "
      "until_true() { for i in $(seq 300); do eval \"$1\" && return; sleep 0.1; done; }; " +
      kProgram +
      "chat -m long.gguf --chat-template zephyr -c 200000 --temp 2 --repeat-penalty 0.01 --seed 1 "
      "<questions >long.txt & pid=$!; exec 3>questions; echo hello >&3; until_true '[ -s long.txt ]'; "
      "kill -INT $pid; echo /stats >&3; until_true 'grep -q answers err.txt'; sleep 0.3; "
      "kill -INT $pid; wait $pid");
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(contains(result.err, "the answer stopped: interrupted"));
  const std::size_t first = result.err.find("answers        1");
  REQUIRE(first != std::string::npos);
  CHECK(result.err.find("answers        1", first + 1) != std::string::npos);
}
