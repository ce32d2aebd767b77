#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gguf/cursor.h"
#include "gguf/file.h"

namespace gguf {

/// Fills a File from its mapped bytes: header, metadata, tensor list, then where the tensors' data lies.
class Parser {
 public:
  explicit Parser(File& file) : file_(file), cursor_(file.mapping_.bytes()) {}

  /// @throws Error on anything that is not as the GGUF specification says
  void parse();

 private:
  void parse_header();
  void parse_metadata();
  void parse_array(KeyValue& entry);
  void check_bools(const KeyValue& entry);
  void read_alignment();
  void parse_tensor_list();
  void place_tensors();
  void check_overlaps();

  template <typename T>
  T take();
  std::string_view take_string();
  [[noreturn]] void fail(const std::string& what) const;
  [[noreturn]] void fail_truncated() const;

  File& file_;
  Cursor cursor_;
  std::string where_ = "the header";  // what is being read, for messages
  std::uint64_t tensor_count_ = 0;
  std::uint64_t metadata_count_ = 0;
  std::vector<std::uint64_t> offsets_;  // of each tensor, from the start of the data section
};

}  // namespace gguf
