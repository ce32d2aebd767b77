#include "exercise_model.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "backend/cpu_backend.h"
#include "backend/cpu_weights.h"
#include "backend/create.h"
#include "backend/reference_backend.h"
#include "model/model.h"
#include "session/session.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/utf8.h"

void exercise_file(const gguf::File& file) {
  volatile unsigned sum = 0;  // so that the reads stay
  for (const gguf::KeyValue& entry : file.metadata()) {
    if (file.find(entry.key) != &entry) throw std::logic_error("a key that is not found by its name");
    for (const std::byte byte : entry.data) sum = sum + static_cast<unsigned>(byte);
    sum = sum + static_cast<unsigned>(describe(entry).size());
  }
  for (const gguf::TensorInfo& tensor : file.tensors()) {
    if (file.find_tensor(tensor.name) != &tensor)
      throw std::logic_error("a tensor that is not found by its name");
    for (const std::byte byte : tensor.data) sum = sum + static_cast<unsigned>(byte);
    sum = sum + static_cast<unsigned>(gguf::shape_text(tensor).size());
  }
}

namespace {

void run_two_tokens(const model::Model& model, backend::Backend& backend) {
  session::Session session(model, backend);
  const auto last = static_cast<model::Token>(model.config.vocabulary - 1);
  const std::vector<model::Token> tokens = {0, last};
  if (session.append(tokens).size() != model.config.vocabulary)
    throw std::logic_error("scores of another number than the vocabulary's");
}

}  // namespace

void exercise_model(const gguf::File& file) {
  model::Model model = model::load(file);
  backend::ReferenceBackend reference(model.config, {2, 2, 1});
  run_two_tokens(model, reference);
  backend::CpuBackend fast(model.config, {2, 2, 1});
  run_two_tokens(model, fast);
  const auto weights =
      backend::CpuWeights::rearrange(model, 1, [&](std::span<const std::byte> part) { file.forget(part); });
  if (weights.size() != 0) run_two_tokens(model, fast);
}

void exercise_tokenizer(const gguf::File& file, std::string_view text) {
  const auto tokenizer = tokenizer::Tokenizer::load(file);
  for (const bool special : {false, true}) {
    for (const bool parse : {false, true}) {
      const auto tokens = tokenizer->encode(text, {special, parse});
      tokenizer::Utf8Stream stream;
      for (const tokenizer::Token token : tokens) {
        const std::string piece = stream.push(tokenizer->decode_piece(token, {parse}));
        if (!tokenizer::is_valid_utf8(piece)) throw std::logic_error("a stream that is not UTF-8");
        tokenizer->is_end_of_generation(token);
        tokenizer->token_text(token);
      }
      stream.flush();
      tokenizer->decode(tokens, {special});
    }
  }
  tokenizer->find_special(text);
}

bool accepts(const std::function<void()>& action) {
  try {
    action();
    return true;
  } catch (const gguf::Error&) {
  } catch (const model::Error&) {
  } catch (const tokenizer::Error&) {
  } catch (const backend::Error&) {
  } catch (const session::Error&) {
  }
  return false;
}
