#include "functions.h"

#include <algorithm>
#include <array>

namespace emulator::translator {
namespace {

// Words that stand before a parenthesis without being the name of the function that is declared.
constexpr std::array<std::string_view, 20> kNotFunctionNames = {"__launch_bounds__",
                                                                "__attribute__",
                                                                "__declspec",
                                                                "alignas",
                                                                "__align__",
                                                                "__cluster_dims__",
                                                                "__maxnreg__",
                                                                "__block_size__",
                                                                "decltype",
                                                                "noexcept",
                                                                "requires",
                                                                "explicit",
                                                                "if",
                                                                "for",
                                                                "while",
                                                                "switch",
                                                                "return",
                                                                "__builtin_align__",
                                                                "sizeof",
                                                                "throw"};

// What headers declare in the global namespace under names that kernels have too.
constexpr std::array<std::string_view, 44> kLibraryFunctions = {
    "abs",    "acos",  "asin",   "atan",   "bsearch", "ceil",  "clock", "copysign", "cos",
    "div",    "erf",   "exp",    "exp2",   "fabs",    "floor", "fma",   "fmax",     "fmin",
    "fmod",   "gamma", "index",  "j0",     "j1",      "jn",    "ldiv",  "log",      "log2",
    "lround", "max",   "min",    "modf",   "pow",     "rand",  "read",  "remove",   "rename",
    "rindex", "round", "select", "signal", "sin",     "sqrt",  "tanh",  "write"};

/// The tokens of a declaration up to its '{' or ';', and what they say.
struct Head {
  Qualifiers qualifiers;
  bool is_namespace = false;
  bool is_class = false;
  bool is_enum = false;
  bool initialized = false;  ///< has an '=' before its parameters: a variable
  std::size_t name = TokenStream::kNone;
  std::size_t parameters = TokenStream::kNone;  ///< the '(' of a function's parameters
  std::size_t template_parameters = 0;
  bool template_pack = false;
};

class HeadReader {
 public:
  HeadReader(const TokenStream& code, const Vocabulary& vocabulary) : code_(code), vocabulary_(vocabulary) {}

  Head read(std::size_t begin, std::size_t end) const {
    Head head;
    for (std::size_t i = begin; i < end; ++i) {
      const Token& token = code_[i];
      if (token.is("template") && code_.is(i + 1, "<")) {
        i = read_template_parameters(i + 1, end, head);
      } else if (token.is_identifier()) {
        read_word(i, begin, head);
      } else if (token.is("=") && head.parameters == TokenStream::kNone && !code_.is(i - 1, "operator")) {
        head.initialized = true;
      } else if (token.is("(") || token.is("[") || token.is("{")) {
        if (token.is("(") && head.parameters == TokenStream::kNone && i > begin && names_function(i)) {
          head.parameters = i;
          head.name = i - 1;
        }
        const std::size_t partner = code_.partner(i);
        if (partner == TokenStream::kNone || partner >= end) break;
        i = partner;
      }
    }
    return head;
  }

 private:
  void read_word(std::size_t i, std::size_t begin, Head& head) const {
    const Token& token = code_[i];
    head.qualifiers |= vocabulary_.qualifiers(token);
    // "extern "C" {" opens a scope as a namespace does.
    if (token.is("extern") && i + 1 < code_.size() && code_[i + 1].kind == TokenKind::kString) {
      if (code_.is(i + 2, "{")) head.is_namespace = true;
    } else if (token.is("namespace") && !code_.is(begin, "using")) {
      head.is_namespace = true;
    } else if (token.is("class") || token.is("struct") || token.is("union")) {
      head.is_class = true;
    } else if (token.is("enum")) {
      head.is_enum = true;
    }
  }

  bool names_function(std::size_t parenthesis) const {
    const Token& before = code_[parenthesis - 1];
    if (before.is_identifier()) {
      return std::find(kNotFunctionNames.begin(), kNotFunctionNames.end(), before.text) ==
             kNotFunctionNames.end();
    }
    // operator()(...), operator+(...), name<T>(...)
    return before.is(")") || before.is("]") || before.is(">") || before.is("+") || before.is("-") ||
           before.is("*") || before.is("/") || before.is("=") || before.is("==") || before.is("!=") ||
           before.is("<") || before.is("<=") || before.is(">=");
  }

  std::size_t read_template_parameters(std::size_t open, std::size_t end, Head& head) const {
    const std::size_t close = code_.closing_angle(open, end);
    if (close == TokenStream::kNone) return open;
    if (close == open + 1) return close;  // template <>: a specialization
    head.template_parameters += 1;
    std::size_t depth = 0;
    for (std::size_t i = open + 1; i < close; ++i) {
      if (code_.is(i, "<")) ++depth;
      if (code_.is(i, ">") && depth > 0) --depth;
      if (code_.is(i, ",") && depth == 0) ++head.template_parameters;
      if (code_.is(i, "...")) head.template_pack = true;
      if (code_.is(i, "(") && code_.partner(i) != TokenStream::kNone) i = code_.partner(i);
    }
    return close;
  }

  const TokenStream& code_;
  const Vocabulary& vocabulary_;
};

/// The types of a parameter list as text, without names and default values.
KernelSignature read_signature(const TokenStream& code, const Head& head) {
  KernelSignature signature;
  signature.template_parameters = head.template_parameters;
  signature.overloaded = head.template_pack;
  const std::size_t close = code.partner(head.parameters);
  if (close == TokenStream::kNone) {
    signature.overloaded = true;
    return signature;
  }
  std::size_t depth = 0;
  std::size_t words = 0;  // of the present parameter
  bool in_default = false;
  std::string last_word;
  // "const float* x": the last word is the name if a type comes before it.
  const auto finish_parameter = [&] {
    if (words == 1) signature.parameters += last_word;
    signature.parameters += ',';
    words = 0;
    last_word.clear();
    in_default = false;
  };
  if (close == head.parameters + 1) return signature;
  signature.parameter_count = 1;
  for (std::size_t i = head.parameters + 1; i < close; ++i) {
    const Token& token = code[i];
    if (token.is("...")) signature.overloaded = true;
    if (token.is("<")) ++depth;
    if (token.is(">") && depth > 0) --depth;
    if (token.is(",") && depth == 0) {
      finish_parameter();
      ++signature.parameter_count;
      continue;
    }
    if (token.is("=") && depth == 0) in_default = true;
    const bool bracket = token.is("(") || token.is("[") || token.is("{");
    const std::size_t end = bracket && code.partner(i) != TokenStream::kNone ? code.partner(i) : i;
    for (; i < end; ++i) {
      if (!in_default) signature.parameters += code[i].text;
    }
    if (in_default) continue;
    if (code[i].is_identifier() && depth == 0) {
      if (words > 0) signature.parameters += last_word + ' ';
      last_word = code[i].text;
      ++words;
    } else {
      if (words == 1) signature.parameters += last_word, last_word.clear();
      signature.parameters += code[i].text;
    }
  }
  finish_parameter();
  if (signature.parameters == "void,") signature.parameter_count = 0;
  return signature;
}

}  // namespace

void KernelTable::add(const std::string& name, const KernelSignature& signature) {
  const auto [entry, is_new] = kernels_.emplace(name, signature);
  if (is_new) return;
  KernelSignature& known = entry->second;
  known.overloaded |= signature.overloaded || known.parameters != signature.parameters ||
                      known.template_parameters != signature.template_parameters;
}

const KernelSignature* KernelTable::find(std::string_view name) const {
  const auto entry = kernels_.find(std::string(name));
  return entry == kernels_.end() ? nullptr : &entry->second;
}

bool KernelTable::is_unambiguous(std::string_view name) const {
  const KernelSignature* kernel = find(name);
  return kernel != nullptr && !kernel->overloaded && other_functions_.count(std::string(name)) == 0 &&
         std::find(kLibraryFunctions.begin(), kLibraryFunctions.end(), name) == kLibraryFunctions.end();
}

FunctionMap::FunctionMap(const TokenStream& code, const std::vector<Directive>& directives,
                         const Vocabulary& vocabulary, KernelTable& kernels)
    : code_(code) {
  const HeadReader reader(code, vocabulary);
  const auto note_kernel = [&](const Head& head) {
    if (head.qualifiers.global && head.parameters != TokenStream::kNone && !head.initialized) {
      kernels.add(std::string(code[head.name].text), read_signature(code, head));
    }
  };
  std::size_t head_begin = 0;
  std::vector<std::size_t> conditionals;  // where each open #if stands
  auto directive = directives.begin();
  for (std::size_t i = 0; i < code.size(); ++i) {
    for (; directive != directives.end() && directive->position <= i; ++directive) {
      if (directive->opens_conditional()) {
        conditionals.push_back(directive->position);
      } else if (directive->closes_conditional() && !conditionals.empty()) {
        conditionals.pop_back();
      } else if (directive->continues_conditional() && !conditionals.empty() &&
                 head_begin > conditionals.back()) {
        head_begin = i;  // "#ifdef A / void f() { / #else": what one branch began does not go on in the other
      }
    }
    const Token& token = code[i];
    if (token.kind != TokenKind::kPunctuation) continue;
    if (token.is(";")) {
      note_kernel(reader.read(head_begin, i));
      head_begin = i + 1;
    } else if (token.is("}")) {
      head_begin = i + 1;
    } else if (token.is("(") || token.is("[")) {
      if (code.partner(i) != TokenStream::kNone) i = code.partner(i);
    } else if (token.is("{")) {
      const Head head = reader.read(head_begin, i);
      const std::size_t close = code.partner(i);
      const bool is_function = head.parameters != TokenStream::kNone && !head.initialized;
      if (head.is_namespace || (head.is_class && !is_function)) {
        head_begin = i + 1;  // look inside
      } else if (close == TokenStream::kNone) {
        head_begin = i + 1;  // one of two heads that an #if chooses from; the other one has the body
      } else if (is_function) {
        note_kernel(head);
        if (!head.qualifiers.global) kernels.add_other_function(std::string(code[head.name].text));
        functions_.push_back({std::string(code[head.name].text), head.qualifiers, head.parameters,
                              code.partner(head.parameters), i, close});
        i = close;
        head_begin = close + 1;
      } else {
        i = close;  // an enum, or an initial value
        head_begin = close + 1;
      }
    }
  }
}

bool FunctionMap::is_variable(std::size_t token) const {
  const Function* function = enclosing(token);
  if (function == nullptr) return false;
  const auto [entry, is_new] = variables_.try_emplace(function);
  if (is_new) {
    for (std::size_t i = function->parameters_begin + 1; i < function->body_end; ++i) {
      if (!code_.is_identifier(i)) continue;
      // "Kernel kernel,", "auto kernel =", "void (*kernel)(" and "K&& kernel)", but not "return kernel;"
      const Token& before = code_[i - 1];
      const bool typed = (before.is_identifier() && !before.is("return") && !before.is("else")) ||
                         before.is("*") || before.is("&") || before.is("&&") || before.is(">");
      const bool declared = code_.is(i + 1, "=") || code_.is(i + 1, ",") || code_.is(i + 1, ")") ||
                            code_.is(i + 1, ";") || code_.is(i + 1, ":") || code_.is(i + 1, "{");
      if (typed && declared) entry->second.insert(code_[i].text);
    }
  }
  return entry->second.count(code_[token].text) != 0;
}

const Function* FunctionMap::enclosing(std::size_t token) const {
  auto next = std::upper_bound(
      functions_.begin(), functions_.end(), token,
      [](std::size_t index, const Function& function) { return index < function.body_begin; });
  if (next == functions_.begin()) return nullptr;
  --next;
  return token <= next->body_end ? &*next : nullptr;
}

}  // namespace emulator::translator
