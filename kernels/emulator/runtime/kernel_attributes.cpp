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

std::string kernel_argument(const char* text, std::size_t place) {
  int depth = 0;
  std::size_t begin = 0;
  const std::string_view all(text);
  for (std::size_t i = 0; i <= all.size(); ++i) {
    const char c = i < all.size() ? all[i] : ',';
    const bool arrow = c == '>' && i > 0 && all[i - 1] == '-';
    depth += (c == '(' || c == '<' || c == '[' || c == '{') - (c == ')' || c == '>' || c == ']' || c == '}') +
             arrow;
    if (i < all.size() && (c != ',' || depth != 0)) continue;
    if (place-- == 0) {
      while (begin < i && std::isspace(static_cast<unsigned char>(all[begin]))) ++begin;
      return std::string(all.substr(begin, i - begin));
    }
    begin = i + 1;
  }
  return {};
}

std::string plain_kernel_name(const char* expression) {
  const std::string kernel = kernel_expression(expression);
  std::string_view text(kernel);
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
