#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "error_message.h"
#include "support/catch.h"
#include "temporary_folder.h"
#include "tiny_model.h"

/// What a command left behind.
struct Result {
  int status;
  std::string out;
  std::string err;
};

inline std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Runs `mini_llm` with the tiny model at hand as $M, in a folder of its own.
class Program {
 public:
  Program() { TinyModel().writer().write(folder.path("tiny.gguf")); }

  /// @param arguments  for a shell; $M is the tiny model's path, $D the folder
  Result operator()(const std::string& arguments) const {
    return shell("'" MINI_LLM_PROGRAM "' " + arguments);
  }

  Result shell(const std::string& command) const {
    const std::string line = "cd '" + folder.path("").string() + "' && D=. M=tiny.gguf && { " + command +
                             " ; } >out.txt 2>err.txt </dev/null";
    const int status = std::system(line.c_str());
    REQUIRE(WIFEXITED(status));  // a crash is never right
    return {WEXITSTATUS(status), content(folder.path("out.txt")), content(folder.path("err.txt"))};
  }

  TemporaryFolder folder;
};

inline void check_failed(const Result& result, const std::string& words) {
  INFO("standard error: " << result.err);
  CHECK(result.status == 1);
  CHECK(result.err.rfind("mini_llm: ", 0) == 0);
  CHECK(contains(result.err, words));
}

inline void check_wrong_usage(const Result& result, const std::string& words) {
  INFO("standard error: " << result.err);
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK(contains(result.err, words));
}
