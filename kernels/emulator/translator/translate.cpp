#include "translate.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <memory>
#include <optional>

#include "includes.h"
#include "rewriter.h"
#include "source_text.h"

namespace emulator::translator {
namespace {

/// One file of the program.
struct Unit {
  /// An #include of another file of the program.
  struct Include {
    const Directive* directive;
    std::size_t unit;  ///< index in Program::units_
  };

  std::filesystem::path path;
  SourceFile file;
  LexedFile lexed;
  std::optional<TokenStream> code;
  std::vector<TokenStream> macros;
  std::optional<FunctionMap> functions;
  std::vector<Include> includes;
  Edits edits;
  bool changed = false;          ///< it, or something it includes, differs from its original
  std::filesystem::path output;  ///< where its translation goes
};

class Program {
 public:
  explicit Program(const TranslationRequest& request) : request_(request) {}

  Translation translate() {
    read_all();
    for (auto unit = units_.rbegin(); unit != units_.rend(); ++unit) learn(**unit);
    for (auto& unit : units_)
      unit->functions.emplace(*unit->code, unit->lexed.directives, vocabulary_, kernels_);
    for (auto& unit : units_) rewrite(*unit);
    mark_changed();
    return write_all();
  }

 private:
  /// Reads the source and, one after another, what it includes.
  void read_all() {
    add(request_.source, request_.source.string());
    for (std::size_t i = 0; i < units_.size(); ++i) {
      for (const Directive& directive : units_[i]->lexed.directives) {
        const std::optional<IncludedName> name = included_name(units_[i]->file, directive);
        if (!name) continue;
        const auto found = find_included(*name, units_[i]->path, request_.include_folders);
        if (found) units_[i]->includes.push_back({&directive, add(*found, found->string())});
      }
    }
  }

  std::size_t add(const std::filesystem::path& path, const std::string& shown) {
    std::error_code error;
    std::filesystem::path absolute = std::filesystem::canonical(path, error);
    if (error) absolute = std::filesystem::absolute(path);
    const auto [entry, is_new] = index_.emplace(absolute, units_.size());
    if (!is_new) return entry->second;
    const bool is_main = units_.empty();
    auto unit = std::make_unique<Unit>();
    unit->path = absolute;
    unit->file = read_source(path, shown);
    unit->lexed = lex(unit->file);
    unit->code = TokenStream::code(unit->file, unit->lexed, /*complete=*/is_main);
    for (const Directive& directive : unit->lexed.directives) {
      if (directive.named("define")) unit->macros.push_back(TokenStream::macro_body(unit->file, directive));
    }
    unit->output = is_main ? request_.output
                           : std::filesystem::path(request_.output.string() + ".headers") /
                                 fmt::format("{}_{}", units_.size(), absolute.filename().string());
    units_.push_back(std::move(unit));
    return units_.size() - 1;
  }

  void learn(const Unit& unit) {
    for (const Directive& directive : unit.lexed.directives) vocabulary_.learn(directive);
  }

  void rewrite(Unit& unit) {
    rewrite(Rewriter{*unit.code, &*unit.functions, kernels_, vocabulary_, unit.edits});
    for (const TokenStream& macro : unit.macros) {
      rewrite(Rewriter{macro, nullptr, kernels_, vocabulary_, unit.edits});
    }
    refuse_missing_libraries(unit);
    unit.changed = !unit.edits.empty();
  }

  void rewrite(Rewriter rewriter) const {
    refuse_unsupported(rewriter);
    rewrite_launches(rewriter);
    rewrite_shared_memory(rewriter);
    rewrite_inline_assembly(rewriter);
    rewrite_kernel_addresses(rewriter);
    if (request_.instrumented) rewrite_device_loops(rewriter);
    rewrite_spin_loops(rewriter);
    rewrite_kernel_exits(rewriter);
    rewrite_parameter_names(rewriter);
    rewrite_constant_variables(rewriter);
    rewrite_noinline(rewriter);
  }

  static void refuse_missing_libraries(Unit& unit) {
    for (const Directive& directive : unit.lexed.directives) {
      const std::optional<IncludedName> name = included_name(unit.file, directive);
      if (!name || is_own(unit, directive)) continue;
      const std::optional<MissingLibrary> missing = missing_library(name->name);
      if (!missing) continue;
      const std::string error = fmt::format("#error {}", string_literal(refusal(missing->sentence)));
      if (missing->may_exist) {
        const std::string here = fmt::format("#line {}\n", directive.line);
        const std::string header =
            name->quoted ? string_literal(name->name) : fmt::format("<{}>", name->name);
        unit.edits.insert(directive.offset,
                          fmt::format("#if !__has_include({})\n{}{}\n#else\n{}", header, here, error, here));
        unit.edits.insert(directive.end, fmt::format("\n#endif\n#line {}", directive.last_line + 1));
      } else {
        unit.edits.insert(directive.offset, error + " //");
      }
    }
  }

  static bool is_own(const Unit& unit, const Directive& directive) {
    for (const Unit::Include& include : unit.includes) {
      if (include.directive == &directive) return true;
    }
    return false;
  }

  /// A file that includes a changed one has to include its translation instead.
  void mark_changed() {
    units_.front()->changed = true;
    for (bool again = true; again;) {
      again = false;
      for (auto& unit : units_) {
        if (unit->changed) continue;
        for (const Unit::Include& include : unit->includes) unit->changed |= units_[include.unit]->changed;
        again |= unit->changed;
      }
    }
  }

  Translation write_all() {
    Translation translation;
    for (auto& unit : units_) {
      translation.sources.push_back(unit->path);
      if (!unit->changed) continue;
      redirect_includes(*unit);
      const bool is_main = unit == units_.front();
      std::string text = is_main ? "#include <cuda_runtime.h>\n#include <emulator/translated_code.h>\n" : "";
      text += fmt::format("#line 1 {}\n", string_literal(unit->file.path));
      text += unit->edits.apply(unit->file.text);
      write(unit->output, text);
      translation.written.push_back(unit->output);
    }
    return translation;
  }

  void redirect_includes(Unit& unit) {
    for (const Unit::Include& include : unit.includes) {
      const Unit& included = *units_[include.unit];
      const std::filesystem::path path =
          included.changed ? std::filesystem::absolute(included.output) : included.path;
      const std::vector<Token>& tokens = include.directive->tokens;
      const std::size_t begin = tokens[1].offset;
      const std::size_t end =
          tokens[1].is("<") ? unit.file.text.find('>', begin) + 1 : std::size_t{tokens[1].end()};
      unit.edits.replace(begin, end - begin, fmt::format("\"{}\"", path.string()));
    }
  }

  static void write(const std::filesystem::path& path, const std::string& text) {
    std::error_code error;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream stream(path, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream)
      throw TranslationError(path.string(),
                             "cannot be written; is the folder writable and the disk not full?");
  }

  const TranslationRequest& request_;
  std::vector<std::unique_ptr<Unit>> units_;  ///< the source first; each where it is, since tokens are views
  std::map<std::filesystem::path, std::size_t> index_;
  Vocabulary vocabulary_;
  KernelTable kernels_;
};

}  // namespace

Translation translate(const TranslationRequest& request) { return Program(request).translate(); }

}  // namespace emulator::translator
