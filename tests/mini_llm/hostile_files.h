#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// A model file that somebody built to do harm, or that was damaged.
struct HostileFile {
  std::string name;   // what is wrong, usable as a file's name
  std::string words;  // that the program's message must have
  std::vector<std::byte> bytes;
};

/// One of each class that has gone wrong in public readers of GGUF (docs/security.md), whole except for the
/// one thing that is wrong. The program must refuse each of them, and a fuzzer starts from them.
std::vector<HostileFile> hostile_files();
