"""Writes the trained model as GGUF: export_gguf.py WORK_FOLDER OUT.gguf

Matrices become Q8_0 and norms stay F32. RoPE pairs are already the neighbours that GGUF's `llama` rotates, so
no row is permuted.
"""

import json
import struct
import sys
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch

from generate_text import BEGIN, CHAT_TEMPLATE, END, SPECIAL_TOKENS, TURN_END

UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9  # GGUF value types
F32, Q8_0 = 0, 8  # GGML tensor types
MOSTLY_Q8_0 = 7  # general.file_type
NORMAL, CONTROL = 1, 3  # token types
ALIGNMENT = 32
BLOCK = 32  # weights that share a scale in Q8_0


def quantize_q8_0(weights: np.ndarray) -> bytes:
    """[rows][cols] -> blocks of one half scale and 32 signed bytes: w = scale * q."""
    blocks = weights.astype(np.float32).reshape(-1, BLOCK)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / 127
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    packed = np.zeros(len(blocks), dtype=[("scale", "<f2"), ("q", "i1", BLOCK)])
    packed["scale"] = scale[:, 0]
    packed["q"] = np.rint(blocks * inverse)
    return packed.tobytes()


def string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def value(item: object) -> bytes:
    """A metadata value with its type. A list is an array of strings or of int32."""
    if isinstance(item, bool):
        return struct.pack("<IB", BOOL, item)
    if isinstance(item, int):
        return struct.pack("<II", UINT32, item)
    if isinstance(item, float):
        return struct.pack("<If", FLOAT32, item)
    if isinstance(item, str):
        return struct.pack("<I", STRING) + string(item)
    if isinstance(item, list) and isinstance(item[0], str):
        return struct.pack("<IIQ", ARRAY, STRING, len(item)) + b"".join(map(string, item))
    if isinstance(item, list):
        return struct.pack("<IIQ", ARRAY, INT32, len(item)) + struct.pack(f"<{len(item)}i", *item)
    raise TypeError(f"no GGUF type for {item!r}")


def metadata(config: object, tokenizer: dict) -> dict[str, object]:
    ids: dict[str, int] = tokenizer["model"]["vocab"]
    tokens = sorted(ids, key=ids.__getitem__)
    return {
        "general.architecture": "llama",
        "general.name": "vecadd-to-llama course model",
        "general.author": "the vecadd-to-llama project",
        "general.license": "mit",
        "general.description": "Tells short tales and answers questions about the course. See its model card.",
        "general.file_type": MOSTLY_Q8_0,
        "general.alignment": ALIGNMENT,
        "general.quantization_version": 2,
        "llama.vocab_size": config.vocab,
        "llama.context_length": config.context,
        "llama.embedding_length": config.embedding,
        "llama.block_count": config.layers,
        "llama.feed_forward_length": config.feed_forward,
        "llama.attention.head_count": config.heads,
        "llama.attention.head_count_kv": config.kv_heads,
        "llama.attention.layer_norm_rms_epsilon": config.rms_epsilon,
        "llama.rope.dimension_count": config.head_size,
        "llama.rope.freq_base": config.rope_base,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "llama-bpe",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [CONTROL if t in SPECIAL_TOKENS else NORMAL for t in tokens],
        "tokenizer.ggml.merges": [" ".join(pair) for pair in tokenizer["model"]["merges"]],
        "tokenizer.ggml.bos_token_id": ids[BEGIN],
        "tokenizer.ggml.eos_token_id": ids[END],
        "tokenizer.ggml.eot_token_id": ids[TURN_END],
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_eos_token": False,
        "tokenizer.chat_template": CHAT_TEMPLATE,
    }


def pad(file: BinaryIO) -> None:
    file.write(b"\0" * (-file.tell() % ALIGNMENT))


def write(path: Path, entries: dict[str, object], tensors: dict[str, np.ndarray]) -> None:
    """Header, metadata, tensor entries, then the data of each tensor on a boundary of 32 bytes."""
    data = {n: quantize_q8_0(t) if t.ndim == 2 else t.astype("<f4").tobytes() for n, t in tensors.items()}
    with path.open("wb") as file:
        file.write(struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(entries)))
        for key, item in entries.items():
            file.write(string(key) + value(item))
        offset = 0
        for name, tensor in tensors.items():
            dimensions = tensor.shape[::-1]  # GGUF names the fastest changing dimension first
            file.write(string(name) + struct.pack(f"<I{len(dimensions)}Q", len(dimensions), *dimensions))
            file.write(struct.pack("<IQ", Q8_0 if tensor.ndim == 2 else F32, offset))
            offset += len(data[name]) + -len(data[name]) % ALIGNMENT
        pad(file)
        for item in data.values():
            file.write(item)
            pad(file)


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    state = torch.load(folder / "model.pt", map_location="cpu", weights_only=False)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tensors = {name: tensor.float().numpy() for name, tensor in state["model"].items()}
    write(out, metadata(state["config"], tokenizer), tensors)
    print(f"{out}: {out.stat().st_size} bytes, {len(tensors)} tensors, step {state['step']}")


if __name__ == "__main__":
    main()
