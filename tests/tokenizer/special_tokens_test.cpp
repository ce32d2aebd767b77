#include "small_vocabularies.h"
#include "support/catch.h"

using namespace tokenizer_test;

namespace {

struct Chat {
  Vocabulary vocabulary = small_bpe({{"a", "b"}});
  Token begin = add_token(vocabulary, "<|im_start|>", TokenType::kControl);
  Token end = add_token(vocabulary, "<|im_end|>", TokenType::kControl);
  Token think = add_token(vocabulary, "<think>", TokenType::kUserDefined);
  Token thinking = add_token(vocabulary, "<think>ing", TokenType::kUserDefined);
};

constexpr tokenizer::EncodeOptions kParse{.add_special = false, .parse_special = true};

}  // namespace

TEST_CASE("control tokens in a text count only when asked for") {
  const Chat chat;
  const Tokenizer tokenizer(chat.vocabulary);
  CHECK(tokenizer.encode("<|im_start|>ab<|im_end|>", kParse) ==
        std::vector<Token>{chat.begin, 256, chat.end});
  const std::vector<Token> as_text = tokenizer.encode("<|im_start|>ab", kPlain);
  CHECK(std::count(as_text.begin(), as_text.end(), chat.begin) == 0);
  CHECK(tokenizer.decode(as_text) == "<|im_start|>ab");
}

TEST_CASE("user-defined tokens are always one token, the longest that fits") {
  const Chat chat;
  const Tokenizer tokenizer(chat.vocabulary);
  CHECK(tokenizer.encode("<think>", kPlain) == std::vector<Token>{chat.think});
  CHECK(tokenizer.encode("a<think>in", kPlain) == std::vector<Token>{'a', chat.think, 'i', 'n'});
  CHECK(tokenizer.encode("<think>ingab", kPlain) == std::vector<Token>{chat.thinking, 256});
  CHECK(tokenizer.encode("<think><think>", kPlain) == std::vector<Token>{chat.think, chat.think});
}

TEST_CASE("a special token keeps merges and words apart") {
  const Chat chat;
  CHECK(Tokenizer(chat.vocabulary).encode("a<|im_end|>b", kParse) == std::vector<Token>{'a', chat.end, 'b'});
}

TEST_CASE("SentencePiece puts its space in front of text that follows a special token") {
  auto vocabulary = small_sentencepiece({"\u2581", "a",
                                         "\u2581"
                                         "a"});
  const Tokenizer tokenizer(vocabulary);
  CHECK(tokenizer.encode("</s>a", kParse) == std::vector<Token>{2, kFirstPiece + 2});
  CHECK(tokenizer.encode("<unk>", kParse) == std::vector<Token>{0});
}

TEST_CASE("control tokens are shown only when asked for") {
  const Chat chat;
  const Tokenizer tokenizer(chat.vocabulary);
  const std::vector<Token> tokens = {chat.begin, 'a', chat.think, chat.end};
  CHECK(tokenizer.decode(tokens) == "a<think>");
  CHECK(tokenizer.decode(tokens, {.show_special = true}) == "<|im_start|>a<think><|im_end|>");
}

TEST_CASE("generation ends at EOS, at the end of a turn, and at tokens known to end one") {
  Chat chat;
  const Token eos =
      chat.vocabulary.eos.emplace(add_token(chat.vocabulary, "<|the_end|>", TokenType::kControl));
  const Token turn =
      chat.vocabulary.end_of_turn.emplace(add_token(chat.vocabulary, "<|stop|>", TokenType::kControl));
  const Tokenizer tokenizer(chat.vocabulary);
  for (const Token token : {eos, turn, chat.end}) CHECK(tokenizer.is_end_of_generation(token));
  for (const Token token : {Token{'a'}, chat.begin, chat.think, -1, 1 << 30})
    CHECK_FALSE(tokenizer.is_end_of_generation(token));
}

TEST_CASE("special tokens are found by their text") {
  const Chat chat;
  const Tokenizer tokenizer(chat.vocabulary);
  CHECK(tokenizer.find_special("<|im_end|>") == chat.end);
  for (const char* text : {"", "a", "<|im_end|", "<|im_end|>a", " <|im_end|>"})
    CHECK_FALSE(tokenizer.find_special(text).has_value());
}
