#include "translator/lexer.h"

#include <string>
#include <vector>

#include "support/catch.h"
#include "translator/translation_error.h"

using emulator::translator::Directive;
using emulator::translator::lex;
using emulator::translator::LexedFile;
using emulator::translator::SourceFile;
using emulator::translator::Token;
using emulator::translator::TokenKind;

namespace {

std::vector<std::string> words(const std::string& text) {
  const SourceFile file{"test.cu", text};
  std::vector<std::string> result;
  for (const Token& token : lex(file).code) result.emplace_back(token.text);
  return result;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("comments leave no tokens") {
  CHECK(words("a /* b <<< */ c // d <<<\n e") == Words{"a", "c", "e"});
  CHECK(words("a // goes on \\\n b\n c") == Words{"a", "c"});
  CHECK(words("a /* // */ b") == Words{"a", "b"});
}

TEST_CASE("strings are one token whatever they hold") {
  CHECK(words("f(\"<<<1, 2>>>(\\\" // )\", x)") ==
        Words{"f", "(", "\"<<<1, 2>>>(\\\" // )\"", ",", "x", ")"});
  CHECK(words("u8\"a\" L'b' U\"c\"") == Words{"u8\"a\"", "L'b'", "U\"c\""});
  CHECK(words("\"a\\\nb\" c") == Words{"\"a\\\nb\"", "c"});
}

TEST_CASE("raw strings end at their own delimiter") {
  CHECK(words("R\"(a \" ) b)\" c") == Words{"R\"(a \" ) b)\"", "c"});
  CHECK(words("u8R\"xy(a )\" )xz\" )xy\" c") == Words{"u8R\"xy(a )\" )xz\" )xy\"", "c"});
}

TEST_CASE("digit separators do not start character literals") {
  CHECK(words("1'000'000 + 'x' + 0x1.8p-3 + 1e+5f") ==
        Words{"1'000'000", "+", "'x'", "+", "0x1.8p-3", "+", "1e+5f"});
}

TEST_CASE("shifts and nested template arguments are single angle brackets") {
  CHECK(words("a<b<c>>::d") == Words{"a", "<", "b", "<", "c", ">", ">", "::", "d"});
  CHECK(words("p->x") == Words{"p", "->", "x"});
}

TEST_CASE("tokens know their lines across comments, raw strings and continuation lines") {
  const SourceFile file{"test.cu", "/*\n*/ a R\"(\n\n)\" b \\\n c\nd"};
  const LexedFile lexed = lex(file);
  std::vector<unsigned> lines;
  for (const Token& token : lexed.code) lines.push_back(token.line);
  CHECK(lines == std::vector<unsigned>{2, 2, 4, 5, 6});
}

TEST_CASE("preprocessor lines are kept apart from code") {
  const SourceFile file{"test.cu", "a\n  # define F(x) \\\n  x<<<1>>>()\nb # c\n#\n"};
  const LexedFile lexed = lex(file);
  REQUIRE(lexed.directives.size() == 2);
  CHECK(lexed.directives[0].named("define"));
  CHECK(lexed.directives[0].line == 2);
  CHECK(lexed.directives[0].last_line == 3);
  CHECK(lexed.directives[0].position == 1);
  CHECK(lexed.directives[1].tokens.empty());
  CHECK(lexed.code.size() == 4);
}

TEST_CASE("groups that are certainly removed yield nothing") {
  CHECK(words("#if 0\n don't \"care\n#if X\n#else\n a\n#endif\n#else\n b\n#endif\n c") == Words{"b", "c"});
  CHECK(words("#if 1\n a\n#else\n isn't\n#endif\n b") == Words{"a", "b"});
  CHECK(words("#if 0\n a\n#elif X\n b\n#endif") == Words{"b"});
}

TEST_CASE("prose in a conditional group or an #error line is no unterminated literal") {
  CHECK(words("#ifdef X\n don't\n#endif\n#error don't\n a").back() == "a");
}

TEST_CASE("UTF-8 letters belong to names") { CHECK(words("größe = 1") == Words{"größe", "=", "1"}); }

TEST_CASE("literals and comments that are never closed are reported at their start") {
  const auto message = [](const std::string& text) -> std::string {
    const SourceFile file{"test.cu", text};
    try {
      lex(file);
    } catch (const emulator::translator::TranslationError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(message("a\n b \"c\nd").rfind("test.cu:2:4: error: this string", 0) == 0);
  CHECK(message("'a\n").rfind("test.cu:1:1: error: this character", 0) == 0);
  CHECK(message("a\n/* b\n\n").rfind("test.cu:2:1: error: this comment", 0) == 0);
  CHECK(message("R\"x(a)\"").rfind("test.cu:1:1: error: this raw string", 0) == 0);
  CHECK(message("R\"without a parenthesis").rfind("test.cu:1:1: error: this raw string", 0) == 0);
}
