"""Reads the exported file back: metadata, dequantized tensors, and the tokenizer and model made from them.

Only for evaluate.py, and only for what export_gguf.py writes; mini_llm has the reader for files of strangers.
"""

import struct
from pathlib import Path

import numpy as np
import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from export_gguf import ALIGNMENT, ARRAY, BLOCK, BOOL, CONTROL, F32, FLOAT32, INT32, STRING, UINT32
from model import Config, Llama
from train_tokenizer import LLAMA_BPE


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def string(self) -> str:
        (length,) = self.take("Q")
        self.at += length
        return self.data[self.at - length : self.at].decode()

    def value(self, kind: int) -> object:
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            item, count = self.take("IQ")
            return [self.value(item) for _ in range(count)]
        return self.take({UINT32: "I", INT32: "i", FLOAT32: "f", BOOL: "?"}[kind])[0]


def read(path: Path) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    reader = Reader(path.read_bytes())
    _, _, tensor_count, entry_count = reader.take("4sIQQ")
    entries = {}
    for _ in range(entry_count):
        key = reader.string()
        entries[key] = reader.value(*reader.take("I"))
    infos = []
    for _ in range(tensor_count):
        name = reader.string()
        (rank,) = reader.take("I")
        infos.append((name, reader.take(f"{rank}Q")[::-1], *reader.take("IQ")))
    start = reader.at + -reader.at % ALIGNMENT
    tensors = {}
    for name, shape, kind, offset in infos:
        size = int(np.prod(shape))
        if kind == F32:
            tensors[name] = np.frombuffer(reader.data, "<f4", size, start + offset).reshape(shape)
        else:
            blocks = np.dtype([("scale", "<f2"), ("q", "i1", BLOCK)])
            packed = np.frombuffer(reader.data, blocks, size // BLOCK, start + offset)
            tensors[name] = (packed["scale"].astype(np.float32)[:, None] * packed["q"]).reshape(shape)
    return entries, tensors


def load(path: Path) -> tuple[Llama, Tokenizer, dict[str, object]]:
    """The model with the weights that ship, its tokenizer, and the metadata."""
    entries, tensors = read(path)
    config = Config(
        vocab=entries["llama.vocab_size"],
        context=entries["llama.context_length"],
        embedding=entries["llama.embedding_length"],
        layers=entries["llama.block_count"],
        heads=entries["llama.attention.head_count"],
        kv_heads=entries["llama.attention.head_count_kv"],
        feed_forward=entries["llama.feed_forward_length"],
        rope_base=entries["llama.rope.freq_base"],
        rms_epsilon=entries["llama.attention.layer_norm_rms_epsilon"],
    )
    model = Llama(config)
    model.load_state_dict({name: torch.from_numpy(tensor.copy()) for name, tensor in tensors.items()})
    model.eval()

    tokens: list[str] = entries["tokenizer.ggml.tokens"]
    merges = [tuple(m.split(" ")) for m in entries["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)}, merges, ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(LLAMA_BPE), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    kinds = zip(tokens, entries["tokenizer.ggml.token_type"])
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t, kind in kinds if kind == CONTROL])
    return model, tokenizer, entries
