/// @file
/// `__shared__` variables. A declaration becomes a typedef of the same shape and references to the block's
/// memory:
/// @code
///   __shared__ float tile[32][33], *row;
///   typedef float emulator_type_tile[32][33], *emulator_type_row;
///       static thread_local ::emulator::SharedSite emulator_site_tile;
///       auto& tile = ::emulator::shared_array<emulator_type_tile>(emulator_site_tile, "tile", 12); ... ;
/// @endcode
/// The typedef keeps every way of writing a declarator working, in templates too. `extern __shared__` becomes
/// a pointer. Those at file scope become visible in each device function that uses their name.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "rewriter.h"
#include "translation_error.h"

namespace emulator::translator {
namespace {

constexpr std::size_t kNone = TokenStream::kNone;

/// One name of a declaration.
struct Variable {
  std::size_t name;  ///< index of the token
  bool is_array;
};

struct Declaration {
  std::size_t begin = 0;      ///< first token
  std::size_t qualifier = 0;  ///< `__shared__`
  std::size_t end = 0;        ///< the ';', or the end of a macro
  bool is_extern = false;
  std::string alignment;             ///< what alignas() or __align__() says; empty if nothing
  std::vector<std::size_t> dropped;  ///< tokens that have no place in the typedef, ascending
  std::vector<Variable> variables;
};

bool takes_alignment(const Token& token) {
  return token.is("alignas") || token.is("__align__") || token.is("__builtin_align__");
}

bool is_attribute(const Token& token) { return takes_alignment(token) || token.is("__attribute__"); }

class DeclarationReader {
 public:
  DeclarationReader(const TokenStream& tokens, const Vocabulary& vocabulary)
      : tokens_(tokens), vocabulary_(vocabulary) {}

  Declaration read(std::size_t qualifier) const {
    Declaration declaration;
    declaration.qualifier = qualifier;
    declaration.begin = find_begin(qualifier);
    declaration.end = find_end(qualifier);
    read_specifiers(declaration);
    read_variables(declaration);
    return declaration;
  }

 private:
  /// The end of the bracket group that opens at `i`.
  std::size_t group_end(std::size_t i) const { return tokens_.partner(i) == kNone ? i : tokens_.partner(i); }

  [[noreturn]] void fail(std::size_t token, const std::string& sentence) const {
    throw TranslationError(tokens_.file(), tokens_[token], sentence);
  }

  std::size_t find_begin(std::size_t qualifier) const {
    std::size_t begin = qualifier;
    while (begin > 0) {
      const std::size_t i = begin - 1;
      const Token& token = tokens_[i];
      if (token.is(";") || token.is("{") || token.is("}") || token.is(":") || token.is("(") ||
          token.is("[") || token.is(","))
        break;
      if (token.is(")") || token.is("]")) {
        const std::size_t open = tokens_.partner(i);
        if (open == kNone || open == 0) break;
        if (token.is(")") && !is_attribute(tokens_[open - 1])) break;
        begin = open;
      } else if (token.is(">")) {
        const std::size_t open = tokens_.opening_angle(i);
        // template <int N> __shared__ is no declaration of ours to go back over
        if (open == kNone || open == 0) break;
        begin = open;
      } else {
        begin = i;
      }
    }
    if (begin > 0 && (tokens_.is(begin - 1, "(") || tokens_.is(begin - 1, ","))) {
      fail(qualifier, "a parameter cannot be __shared__; pass a pointer to the shared array");
    }
    return begin;
  }

  std::size_t find_end(std::size_t qualifier) const {
    for (std::size_t i = qualifier; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.is(";")) return i;
      if (token.is(")") || token.is("]") || token.is("}")) break;
      if (token.is("(") || token.is("[") || token.is("{")) {
        if (tokens_.partner(i) == kNone) break;
        i = tokens_.partner(i);
      }
      if (i + 1 == tokens_.size() && tokens_.in_macro()) return i + 1;
    }
    fail(qualifier, "this __shared__ declaration does not end in ';'");
  }

  void read_specifiers(Declaration& declaration) const {
    for (std::size_t i = declaration.begin; i < declaration.end; ++i) {
      const Token& token = tokens_[i];
      const Qualifiers word = vocabulary_.qualifiers(token);
      declaration.is_extern |= token.is("extern") || word.is_extern;
      const bool drop = token.is("extern") || token.is("static") || word.device || word.shared;
      if (drop && i != declaration.qualifier) declaration.dropped.push_back(i);
      if (is_attribute(token) && tokens_.is(i + 1, "(") && tokens_.partner(i + 1) != kNone) {
        const std::size_t close = tokens_.partner(i + 1);
        read_alignment(declaration, i, close);
        for (; i <= close; ++i) declaration.dropped.push_back(i);
        i = close;
      } else if (token.is("(") || token.is("[") || token.is("{")) {
        i = group_end(i);
      }
    }
  }

  /// alignas(X), __align__(X) and __attribute__((aligned(X))).
  void read_alignment(Declaration& declaration, std::size_t word, std::size_t close) const {
    std::size_t open = word + 1;
    if (tokens_[word].is("__attribute__")) {
      while (open < close && !tokens_.is(open, "aligned") && !tokens_.is(open, "__aligned__")) ++open;
      if (open + 1 >= close || !tokens_.is(open + 1, "(")) return;
      close = tokens_.partner(++open);
    }
    for (std::size_t i = open + 1; i < close; ++i) (declaration.alignment += tokens_[i].text) += ' ';
  }

  void read_variables(Declaration& declaration) const {
    const auto is_dropped = [&](std::size_t i) {
      return std::binary_search(declaration.dropped.begin(), declaration.dropped.end(), i);
    };
    std::size_t name = kNone;
    std::size_t words = 0;
    bool is_array = false;
    const auto finish = [&](std::size_t at) {
      const bool first = declaration.variables.empty();
      if (name == kNone || (first && words < 2)) {
        fail(declaration.qualifier, "this __shared__ declaration has no name that the translator can find");
      }
      if (tokens_.is(at, "=") || tokens_.is(at, "{")) {
        fail(name,
             fmt::format("a __shared__ variable has no initial value (nvcc refuses one, too); let a thread "
                         "store it, followed by __syncthreads()"));
      }
      declaration.variables.push_back({name, is_array});
      name = kNone;
      is_array = false;
    };
    for (std::size_t i = declaration.begin; i < declaration.end; ++i) {
      const Token& token = tokens_[i];
      if (is_dropped(i)) continue;
      if (token.is_identifier()) {
        if (!token.is("const") && !token.is("volatile") && !token.is("__restrict__")) name = i;
        if (i != declaration.qualifier) ++words;
        if (i == declaration.qualifier) name = kNone;
      } else if (token.is("<")) {
        const std::size_t close = tokens_.closing_angle(i, declaration.end);
        if (close == kNone) fail(i, "this '<' in a __shared__ declaration is never closed");
        i = close;
      } else if (token.is("[")) {
        // [[maybe_unused]] comes before any name
        is_array |= !tokens_.is(i + 1, "[");
        i = group_end(i);
      } else if (token.is("(")) {
        // decltype(x) is a type; (*table)[4] holds the name
        const bool is_type =
            i > declaration.begin &&
            (tokens_.is(i - 1, "decltype") || tokens_.is(i - 1, "typeof") || tokens_.is(i - 1, "__typeof__"));
        if (!is_type) {
          for (std::size_t inner = i; inner < group_end(i); ++inner) {
            if (tokens_[inner].is_identifier()) name = inner;
          }
        }
        i = group_end(i);
        ++words;
      } else if (token.is("{")) {
        // struct { ... } name: the name comes behind the body
        const bool is_body = declaration.variables.empty() && defines_type(declaration.begin, i);
        if (!is_body) finish(i);
        i = group_end(i);
        name = kNone;
        ++words;
      } else if (token.is("=")) {
        finish(i);
      } else if (token.is(",")) {
        finish(kNone);
      }
    }
    finish(kNone);
  }

  bool defines_type(std::size_t begin, std::size_t brace) const {
    for (std::size_t i = begin; i < brace; ++i) {
      if (tokens_.is(i, "struct") || tokens_.is(i, "class") || tokens_.is(i, "union") ||
          tokens_.is(i, "enum")) {
        // "struct Pair pair{}" has one word more than "struct Pair {"
        return brace - i <= 2 || tokens_.is(i + 2, ":");
      }
    }
    return false;
  }

  const TokenStream& tokens_;
  const Vocabulary& vocabulary_;
};

/// Pastes a macro parameter to what is put before it.
std::string prefixed(const TokenStream& tokens, const char* prefix, const Token& name) {
  return fmt::format("{}{}{}", prefix, tokens.is_macro_parameter(name) ? "##" : "", name.text);
}

/// `auto& tile = ...` for one variable. `site` declares what remembers its place.
struct Reference {
  std::string site;
  std::string variable;
};

Reference reference_to(const TokenStream& tokens, const Declaration& declaration, const Variable& variable) {
  const Token& name = tokens[variable.name];
  const std::string type = prefixed(tokens, "emulator_type_", name);
  const std::string display =
      tokens.is_macro_parameter(name) ? fmt::format("#{}", name.text) : string_literal(name.text);
  if (declaration.is_extern) {
    return {"",
            variable.is_array
                ? fmt::format("auto* {} = ::emulator::dynamic_shared<::std::remove_extent_t<{}>>({})",
                              name.text, type, display)
                : fmt::format("auto& {} = *::emulator::dynamic_shared<{}>({})", name.text, type, display)};
  }
  const std::string line = tokens.in_macro() ? "__LINE__" : std::to_string(name.line);
  std::string site = prefixed(tokens, "emulator_site_", name);
  std::string declared = fmt::format("static thread_local ::emulator::SharedSite {}", site);
  std::string function = fmt::format("shared_array<{}>", type);
  if (!declaration.alignment.empty()) {
    // alignas takes numbers and types; a structure turns both into a number.
    const std::string aligned = prefixed(tokens, "emulator_aligned_", name);
    declared += fmt::format("; struct alignas({}) {} {{}}", declaration.alignment, aligned);
    function = fmt::format("aligned_shared_array<{}, alignof({})>", type, aligned);
  }
  return {declared,
          fmt::format("auto& {} = ::emulator::{}({}, {}, {})", name.text, function, site, display, line)};
}

/// Which device functions use which names, without those of their parameters.
class NameUses {
 public:
  NameUses(const TokenStream& tokens, const FunctionMap& functions) {
    for (const Function& function : functions.all()) {
      if (!function.on_device()) continue;
      std::unordered_set<std::string_view> seen;
      for (std::size_t i = function.parameters_begin; i < function.body_end; ++i) {
        if (!tokens[i].is_identifier() || !seen.insert(tokens[i].text).second) continue;
        if (i > function.body_begin) functions_[tokens[i].text].push_back(&function);
      }
    }
  }

  const std::vector<const Function*>& of(std::string_view name) { return functions_[name]; }

 private:
  std::unordered_map<std::string_view, std::vector<const Function*>> functions_;
};

class SharedMemoryRewriter {
 public:
  explicit SharedMemoryRewriter(Rewriter& rewriter) : rewriter_(rewriter), tokens_(rewriter.tokens) {}

  void run() {
    const DeclarationReader reader(tokens_, rewriter_.vocabulary);
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!rewriter_.vocabulary.qualifiers(tokens_[i]).shared) continue;
      // "#define LOCAL __shared__" is a word for it, declared elsewhere.
      if (tokens_.in_macro() && is_word_for_it()) return;
      const Declaration declaration = reader.read(i);
      rewrite(declaration);
      i = declaration.end;
    }
  }

 private:
  bool is_word_for_it() const {
    return std::all_of(&tokens_[0], &tokens_[0] + tokens_.size(), [](const Token& token) {
      return token.is("__shared__") || token.is("extern") || token.is("static") || token.is("volatile");
    });
  }

  void rewrite(const Declaration& declaration) {
    rewriter_.edits.replace(tokens_[declaration.qualifier], "typedef");
    for (const std::size_t token : declaration.dropped) rewriter_.edits.remove(tokens_[token]);
    const bool local = tokens_.in_macro() || rewriter_.enclosing(declaration.qualifier) != nullptr;
    std::string behind;
    for (const Variable& variable : declaration.variables) {
      const Token& name = tokens_[variable.name];
      rewriter_.edits.replace(name, prefixed(tokens_, "emulator_type_", name));
      const Reference reference = reference_to(tokens_, declaration, variable);
      if (!reference.site.empty()) behind += "; " + reference.site;
      if (local) {
        behind += "; " + reference.variable;
      } else {
        show_in_functions(declaration, name, reference.variable);
      }
    }
    const std::size_t end = declaration.end < tokens_.size() ? tokens_[declaration.end].offset
                                                             : tokens_[declaration.end - 1].end();
    rewriter_.edits.insert(end, behind);
  }

  /// A variable of file scope: declared again at the start of each later function that uses its name.
  void show_in_functions(const Declaration& declaration, const Token& name, const std::string& variable) {
    if (rewriter_.functions == nullptr) return;
    // Two branches of an #if may declare it differently; either way the functions name the same typedef.
    if (!shown_.insert(name.text).second) return;
    if (!uses_) uses_.emplace(tokens_, *rewriter_.functions);
    for (const Function* function : uses_->of(name.text)) {
      if (function->body_begin < declaration.end) continue;
      rewriter_.edits.insert(tokens_[function->body_begin].end(),
                             fmt::format(" [[maybe_unused]] {};", variable));
    }
  }

  Rewriter& rewriter_;
  const TokenStream& tokens_;
  std::optional<NameUses> uses_;
  std::unordered_set<std::string_view> shown_;
};

}  // namespace

void rewrite_shared_memory(Rewriter& rewriter) { SharedMemoryRewriter(rewriter).run(); }

}  // namespace emulator::translator
