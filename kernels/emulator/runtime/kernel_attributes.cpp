#include "kernel_attributes.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <mutex>
#include <string_view>

#include "device_limits.h"

namespace emulator {

namespace {

struct KernelAttributes {
  std::size_t dynamic_shared_limit = limits::kStaticShared;
  std::size_t static_shared = 0;
};

std::mutex mutex;

std::map<std::string, KernelAttributes, std::less<>>& table() {
  static auto* attributes = new std::map<std::string, KernelAttributes, std::less<>>;
  return *attributes;
}

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

}  // namespace

std::string plain_kernel_name(const char* expression) {
  std::string_view text(expression);
  // The first argument alone: up to a comma that is outside all brackets.
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    depth += (c == '(' || c == '<' || c == '[' || c == '{') - (c == ')' || c == '>' || c == ']' || c == '}');
    if (c == ',' && depth == 0) text = text.substr(0, i);
  }
  // A cast: what it converts stands in the last parentheses, or behind them.
  if (text.find("_cast") != std::string_view::npos && text.find('(') != std::string_view::npos) {
    text = text.substr(text.find('(') + 1);
    text = text.substr(0, text.rfind(')'));
  }
  while (!text.empty() && text.front() == '(') text = text.substr(text.find(')') + 1);
  text = text.substr(0, text.find('<'));
  while (!text.empty() && !is_name_character(text.back())) text.remove_suffix(1);
  std::size_t begin = text.size();
  while (begin > 0 && is_name_character(text[begin - 1])) --begin;
  return std::string(text.substr(begin));
}

std::size_t dynamic_shared_limit(const char* kernel) {
  const std::lock_guard lock(mutex);
  const auto found = table().find(plain_kernel_name(kernel));
  return found == table().end() ? limits::kStaticShared : found->second.dynamic_shared_limit;
}

void raise_dynamic_shared_limit(const char* kernel, std::size_t bytes) {
  const std::lock_guard lock(mutex);
  auto& limit = table()[plain_kernel_name(kernel)].dynamic_shared_limit;
  limit = std::max(limit, bytes);
}

std::size_t static_shared_bytes(const char* kernel) {
  const std::lock_guard lock(mutex);
  const auto found = table().find(plain_kernel_name(kernel));
  return found == table().end() ? 0 : found->second.static_shared;
}

void note_static_shared_bytes(const char* kernel, std::size_t bytes) {
  const std::lock_guard lock(mutex);
  auto& known = table()[plain_kernel_name(kernel)].static_shared;
  known = std::max(known, bytes);
}

}  // namespace emulator
