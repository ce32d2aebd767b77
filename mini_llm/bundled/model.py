"""A Llama, as small as one screen: the same mathematics that mini_llm runs from the GGUF file.

Shapes in comments: B rows, T tokens, D head size. Names of modules follow the tensor names of GGUF.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Config:
    vocab: int = 2560
    context: int = 512
    embedding: int = 256
    layers: int = 4
    heads: int = 8
    kv_heads: int = 4
    feed_forward: int = 512
    rope_base: float = 10000.0
    rms_epsilon: float = 1e-5

    @property
    def head_size(self) -> int:
        return self.embedding // self.heads


def rope_table(config: Config) -> tuple[Tensor, Tensor]:
    """cos and sin of every angle, [context][head_size / 2]."""
    exponent = torch.arange(0, config.head_size, 2, dtype=torch.float64) / config.head_size
    angle = torch.arange(config.context, dtype=torch.float64)[:, None] / config.rope_base**exponent
    return angle.cos().float(), angle.sin().float()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turns each pair of neighbours (x[2i], x[2i + 1]), as GGUF's `llama` does. x: [B][T][heads][D]."""
    even, odd = x.unflatten(-1, (-1, 2)).unbind(-1)
    cos, sin = cos[:, None, :], sin[:, None, :]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class KvCache:
    """The keys and values of all earlier tokens of one layer, [B][kv_heads][T][D]. Only for generating."""

    def __init__(self) -> None:
        self.keys = self.values = torch.empty(0)

    def __len__(self) -> int:
        return self.keys.shape[2] if self.keys.ndim == 4 else 0

    def extend(self, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        if len(self):
            k, v = torch.cat((self.keys, k), 2), torch.cat((self.values, v), 2)
        self.keys, self.values = k, v
        return k, v


class RmsNorm(nn.Module):
    def __init__(self, size: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.epsilon) * self.weight


class Block(nn.Module):
    """One transformer block: grouped-query attention, then SwiGLU, each on a normalized copy."""

    def __init__(self, c: Config) -> None:
        super().__init__()
        self.config = c
        self.attn_norm = RmsNorm(c.embedding, c.rms_epsilon)
        self.attn_q = nn.Linear(c.embedding, c.heads * c.head_size, bias=False)
        self.attn_k = nn.Linear(c.embedding, c.kv_heads * c.head_size, bias=False)
        self.attn_v = nn.Linear(c.embedding, c.kv_heads * c.head_size, bias=False)
        self.attn_output = nn.Linear(c.heads * c.head_size, c.embedding, bias=False)
        self.ffn_norm = RmsNorm(c.embedding, c.rms_epsilon)
        self.ffn_gate = nn.Linear(c.embedding, c.feed_forward, bias=False)
        self.ffn_up = nn.Linear(c.embedding, c.feed_forward, bias=False)
        self.ffn_down = nn.Linear(c.feed_forward, c.embedding, bias=False)

    def attention(self, x: Tensor, cos: Tensor, sin: Tensor, cache: KvCache | None) -> Tensor:
        size = self.config.head_size
        q = rotate(self.attn_q(x).unflatten(-1, (-1, size)), cos, sin).transpose(1, 2)
        k = rotate(self.attn_k(x).unflatten(-1, (-1, size)), cos, sin).transpose(1, 2)
        v = self.attn_v(x).unflatten(-1, (-1, size)).transpose(1, 2)
        if cache is not None:
            k, v = cache.extend(k, v)
        group = self.config.heads // self.config.kv_heads
        k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=q.shape[2] == k.shape[2])
        return self.attn_output(mixed.transpose(1, 2).flatten(-2))

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, cache: KvCache | None = None) -> Tensor:
        x = x + self.attention(self.attn_norm(x), cos, sin, cache)
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))


class Llama(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.token_embd = nn.Embedding(config.vocab, config.embedding)
        self.blk = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.output_norm = RmsNorm(config.embedding, config.rms_epsilon)
        cos, sin = rope_table(config)
        self.register_buffer("rope_cos", cos, persistent=False)
        self.register_buffer("rope_sin", sin, persistent=False)
        self.apply(self._initialize)

    def _initialize(self, module: nn.Module) -> None:
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, Block):  # start each block as a small change to the residual stream
            scale = 0.02 / (2 * self.config.layers) ** 0.5
            nn.init.normal_(module.attn_output.weight, std=scale)
            nn.init.normal_(module.ffn_down.weight, std=scale)

    def forward(self, tokens: Tensor, where: Tensor | None = None, caches: list[KvCache] | None = None) -> Tensor:
        """tokens: [B][T] -> logits: [B][T][vocab], or [N][vocab] at the N positions where `where` is true.

        With caches (one a layer) the tokens follow those of earlier calls: first a prompt, then one at a time.
        The output matrix is the embedding (tied).
        """
        start = len(caches[0]) if caches else 0
        cos, sin = self.rope_cos[start : start + tokens.shape[1]], self.rope_sin[start : start + tokens.shape[1]]
        x = self.token_embd(tokens)
        for layer, block in enumerate(self.blk):
            x = block(x, cos, sin, caches[layer] if caches else None)
        x = x if where is None else x[where]
        return F.linear(self.output_norm(x), self.token_embd.weight)
