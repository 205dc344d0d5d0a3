"""The text student: hashed features -> token vectors -> a small transformer -> a unit vector in the teacher's space.

A token's vector is the sum of its table rows over the square root of their number (`WordTable`, 131,072 x 128). Two
pre-norm transformer layers of width 192 see the tokens in order; learned weights pool them. The pooled token vectors
also reach the output directly, so that rare words and names, which no layer has learned, still count.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sensorium.models.builtin.features import BUCKETS

WIDTH, TABLE_WIDTH, OUT = 192, 128, 384
LAYERS, HEADS, INNER, HIDDEN = 2, 6, 576, 512
MAX_TOKENS = 96


class WordTable(nn.Module):
    """Flat table rows with offsets a token -> token vectors (tokens, 128)."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = nn.EmbeddingBag(BUCKETS, TABLE_WIDTH, mode="sum", sparse=True, include_last_offset=True)
        nn.init.normal_(self.rows.weight, std=0.05)

    def forward(self, buckets: Tensor, offsets: Tensor) -> Tensor:
        number = (offsets[1:] - offsets[:-1]).clamp(min=1)
        vectors: Tensor = self.rows(buckets, offsets) / number[:, None].sqrt()
        return vectors


class Layer(nn.Module):
    """Pre-norm self-attention and feed-forward."""

    def __init__(self) -> None:
        super().__init__()
        self.norm_attention, self.norm_inner = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.join = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """x (n, tokens, width); bias (n, 1, 1, tokens): 0 for a token, a large negative number for padding."""
        n, t, _ = x.shape
        q, k, v = self.qkv(self.norm_attention(x)).view(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + bias, -1)
        x = x + self.join((weights @ v).transpose(1, 2).reshape(n, t, WIDTH))
        result: Tensor = x + self.down(F.gelu(self.up(self.norm_inner(x)), approximate="tanh"))
        return result


class Reader(nn.Module):
    """Token vectors (n, tokens, 128) and mask (n, tokens) -> (n, 384), not yet of unit length."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(TABLE_WIDTH, WIDTH)
        self.position = nn.Parameter(torch.randn(MAX_TOKENS, WIDTH) * 0.02)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.weigh = nn.Linear(WIDTH, 1)
        self.direct = nn.Linear(TABLE_WIDTH, OUT)
        self.hidden = nn.Linear(WIDTH + TABLE_WIDTH, HIDDEN)
        self.out = nn.Linear(HIDDEN, OUT)
        nn.init.normal_(self.enter.weight, std=0.5)
        nn.init.normal_(self.direct.weight, std=0.5)

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        bias = (mask - 1)[:, None, None, :] * 1e4
        x = self.enter(vectors) + self.position[: vectors.shape[1]]
        for layer in self.layers:
            x = layer(x, bias)
        x = self.norm(x)
        weights = F.softplus(self.weigh(x)) * mask[:, :, None]
        weights = weights / weights.sum(1, keepdim=True).clamp(min=1e-6)
        seen, bag = (weights * x).sum(1), (weights * vectors).sum(1)
        result: Tensor = self.direct(bag) + self.out(F.gelu(self.hidden(torch.cat([seen, bag], 1)), approximate="tanh"))
        return result


class Student(nn.Module):
    """Table and reader together; `forward` takes the batch that `training.packing.Packed.batch` makes."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.reader = WordTable(), Reader()

    def forward(self, buckets: Tensor, offsets: Tensor, parts: list[tuple[Tensor, Tensor, Tensor]]) -> Tensor:
        """Each part: rows of the result, token numbers (n, tokens) and mask. Returns unit rows (texts, 384)."""
        vectors = self.table(buckets, offsets)
        rows, found = [], []
        for where, numbers, mask in parts:
            with torch.autocast("cpu", torch.bfloat16):
                found.append(self.reader(vectors[numbers], mask).float())
            rows.append(where)
        order = torch.argsort(torch.cat(rows))
        return F.normalize(torch.cat(found)[order], dim=1)
