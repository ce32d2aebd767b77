#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <set>

#include "backend/reference_backend.h"
#include "bytes/printable.h"
#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "gguf/file.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace cli {
namespace {

struct InspectOptions {
  std::string model;
  bool tensors = false;
  bool metadata = false;
};

/// 4.4 MiB, 1.2 GiB
std::string size_text(double bytes) {
  const char* const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024.0 && unit + 1 < std::size(units); ++unit) bytes /= 1024.0;
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, units[unit]);
}

std::string count_text(double count) {
  if (count >= 1e9) return fmt::format("{:.2f} billion", count / 1e9);
  if (count >= 1e6) return fmt::format("{:.2f} million", count / 1e6);
  return fmt::format("{:.0f}", count);
}

/// One line: what, then the value, aligned with the others.
std::string line(std::string_view what, std::string_view value) {
  return fmt::format("{:<16}{}\n", what, value);
}

std::string value_or_dash(const gguf::File& file, std::string_view key) {
  const gguf::KeyValue* entry = file.find(key);
  return entry == nullptr ? "-" : gguf::describe(*entry, 60);
}

/// What the metadata says, whether this program can run it or not.
std::string architecture_text(const gguf::File& file) {
  std::string text = line("architecture", value_or_dash(file, "general.architecture"));
  const gguf::KeyValue* entry = file.find("general.architecture");
  if (entry == nullptr || entry->type != gguf::ValueType::kString) return text;
  const std::string architecture(file.get_string("general.architecture"));
  const std::pair<const char*, const char*> keys[] = {
      {"layers", "block_count"},
      {"embedding", "embedding_length"},
      {"feed-forward", "feed_forward_length"},
      {"heads", "attention.head_count"},
      {"kv heads", "attention.head_count_kv"},
      {"trained context", "context_length"},
      {"rope base", "rope.freq_base"},
      {"experts", "expert_count"},
  };
  for (const auto& [what, key] : keys) {
    const std::string full = architecture + "." + key;
    if (file.has(full)) text += line(what, value_or_dash(file, full));
  }
  return text;
}

std::string weights_text(const gguf::File& file) {
  struct Share {
    std::size_t tensors = 0;
    double elements = 0;
    double bytes = 0;
  };
  std::map<std::string_view, Share> types;
  Share all;
  for (const gguf::TensorInfo& tensor : file.tensors()) {
    for (Share* share : {&types[gguf::name(tensor.type)], &all}) {
      ++share->tensors;
      share->elements += static_cast<double>(tensor.elements());
      share->bytes += static_cast<double>(tensor.data.size());
    }
  }
  std::string text =
      line("parameters", fmt::format("{} in {} tensors", count_text(all.elements), all.tensors));
  text += line("weights", size_text(all.bytes));
  for (const auto& [type, share] : types) {
    text += line("", fmt::format("{:<8} {:>5} tensors  {:>10}  {:>5.1f}%", type, share.tensors,
                                 size_text(share.bytes), 100.0 * share.bytes / all.bytes));
  }
  return text;
}

/// Why something does not work, without the file's name, which the first line has.
std::string reason_text(const gguf::File& file, const std::exception& error) {
  std::string_view reason = error.what();
  const std::string file_name = bytes::printable(file.path().string(), 1000) + ": ";
  if (reason.starts_with(file_name)) reason.remove_prefix(file_name.size());
  return std::string(reason);
}

std::string tokenizer_text(const gguf::File& file) {
  try {
    const auto tokenizer = tokenizer::Tokenizer::load(file);
    std::string text =
        fmt::format("{}, {} tokens", value_or_dash(file, "tokenizer.ggml.model"), tokenizer->vocab_size());
    const auto add = [&](const char* what, std::optional<tokenizer::Token> token) {
      if (!token) return;
      text += fmt::format(", {} {} {}", what, *token, bytes::printable(tokenizer->token_text(*token), 60));
    };
    add("BOS", tokenizer->bos());
    add("EOS", tokenizer->eos());
    return line("tokenizer", text);
  } catch (const std::exception& error) {
    return line("tokenizer", fmt::format("cannot be used: {}", reason_text(file, error)));
  }
}

/// Whether this program can run the file, and the memory that takes.
/// @param damage  set when the file contradicts itself, as opposed to needing what is not supported
std::string runs_text(const gguf::File& file, std::exception_ptr& damage) {
  std::string text;
  try {
    const model::Model model = model::load(file);
    const std::size_t trained = model.config.context_length;
    for (const std::size_t context : std::set{std::min<std::size_t>(trained, 4096), trained}) {
      const double bytes = backend::ReferenceBackend::memory_bytes(model.config, {context, 64, 1});
      text += line("context memory", fmt::format("{} for {} tokens", size_text(bytes), context));
    }
    load_tokenizer(file, model.config);
    return text + line("runs", "yes, with the reference backend");
  } catch (const model::Unsupported& error) {
    return text + line("runs", fmt::format("no: {}", reason_text(file, error)));
  } catch (const tokenizer::Unsupported& error) {
    return text + line("runs", fmt::format("no: {}", reason_text(file, error)));
  } catch (const std::exception&) {
    damage = std::current_exception();
    return text + line("runs", "no, because the file is damaged");
  }
}

std::string metadata_text(const gguf::File& file) {
  std::string text = "\nmetadata\n";
  for (const gguf::KeyValue& entry : file.metadata()) {
    text += fmt::format("  {:<42} {:<8} {}\n", bytes::printable(entry.key, 200), gguf::name(entry.type),
                        gguf::describe(entry));
  }
  return text;
}

std::string tensors_text(const gguf::File& file) {
  std::string text = "\ntensors\n";
  for (const gguf::TensorInfo& tensor : file.tensors()) {
    text += fmt::format("  {:<32} {:<8} {:>20} {:>12}\n", bytes::printable(tensor.name, 200),
                        gguf::name(tensor.type), gguf::shape_text(tensor),
                        size_text(static_cast<double>(tensor.data.size())));
  }
  return text;
}

int inspect(const InspectOptions& options) {
  const gguf::File file = gguf::File::open(options.model);
  std::string text = line("file", bytes::printable(options.model, 1000));
  text += line("format", fmt::format("GGUF version {}, {}, {} metadata entries", file.version(),
                                     size_text(static_cast<double>(file.size())), file.metadata().size()));
  text += line("name", value_or_dash(file, "general.name"));
  text += architecture_text(file);
  text += weights_text(file);
  text += tokenizer_text(file);
  std::exception_ptr damage;
  text += runs_text(file, damage);
  if (options.metadata) text += metadata_text(file);
  if (options.tensors) text += tensors_text(file);
  print(text);
  if (damage) std::rethrow_exception(damage);
  return 0;
}

}  // namespace

void add_inspect(CLI::App& app, Action& action) {
  auto options = std::make_shared<InspectOptions>();
  CLI::App* command = app.add_subcommand("inspect", "Shows what is in a model file");
  command->add_option("-m,--model,model", options->model, "The GGUF file")->required()->type_name("FILE");
  command->add_flag("--metadata", options->metadata, "Lists all metadata");
  command->add_flag("--tensors", options->tensors, "Lists all tensors");
  command->callback([options, &action] { action = [options] { return inspect(*options); }; });
}

}  // namespace cli
