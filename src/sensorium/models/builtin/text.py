"""The text encoder at run time: hashed token vectors from an int8 table, then a small transformer in ONNX.

A row never depends on its neighbours: every text is cut into pieces, every piece goes into a block whose shape follows
from its own length alone, and blocks are filled up with empty pieces. So the same kernel sees the same numbers whatever
else is in the batch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sensorium.models.builtin.features import buckets
from sensorium.models.builtin.session import open_net
from sensorium.models.builtin.tokens import tokens
from sensorium.types import Matrix, Vector

BLOCKS = ((8, 12), (12, 12), (16, 12), (24, 8), (32, 8), (64, 4), (96, 4))
"""(tokens, pieces) of the blocks, shortest first; the longest is the longest piece."""
LONGEST = BLOCKS[-1][0]
WHOLE, SHARED = 64, 32
"""A text of up to WHOLE tokens is one piece; in a longer one, sentences share a piece up to SHARED tokens."""
REMEMBERED = 50_000
"""Token vectors kept in memory: about 25 MB when full."""

_SENTENCE_END = re.compile(r"(?<=[.!?।؟…])\s+|(?<=[。！？])|\n+")


class TextEncoder:
    """Text of any script and length to unit vectors of the shared space, centred.

    The folder holds `text_table.npy` (rows, width) int8, `text_scales.npy` (rows,) float16 and `text.onnx`
    (`vectors` (pieces, tokens, width), `mask` (pieces, tokens) -> `vector` (pieces, dim), unit rows).
    """

    def __init__(self, folder: Path) -> None:
        self._table: NDArray[np.int8] = np.load(folder / "text_table.npy", mmap_mode="r")
        self._scales: NDArray[np.float32] = np.load(folder / "text_scales.npy").astype(np.float32)
        self._net = open_net(folder / "text.onnx")
        self._width = self._table.shape[1]
        self.dim = int(self._net.get_outputs()[0].shape[1])
        self._vector = lru_cache(REMEMBERED)(self._token_vector)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit rows (n, dim). A long text is the mean of its pieces; one without a single token is the empty text."""
        owners: list[int] = []
        pieces: list[list[str]] = []
        for i, text in enumerate(texts):
            cut = pieces_of(text)
            pieces.extend(cut)
            owners.extend([i] * len(cut))
        sums = np.zeros((len(texts), self.dim), np.float32)
        for owner, piece, row in zip(owners, pieces, self._encode(pieces), strict=True):
            sums[owner] += np.float32(max(1, len(piece))) * row
        sums /= np.linalg.norm(sums, axis=1, keepdims=True)
        return sums

    def _encode(self, pieces: list[list[str]]) -> Matrix:
        out = np.empty((len(pieces), self.dim), np.float32)
        waiting: dict[tuple[int, int], list[int]] = {block: [] for block in BLOCKS}
        for i, piece in enumerate(pieces):
            waiting[next(block for block in BLOCKS if len(piece) <= block[0])].append(i)
        for (length, size), members in waiting.items():
            for start in range(0, len(members), size):
                part = members[start : start + size]
                vectors = np.zeros((size, length, self._width), np.float32)
                mask = np.zeros((size, length), np.float32)
                mask[:, 0] = 1.0
                for row, i in enumerate(part):
                    for column, token in enumerate(pieces[i]):
                        vectors[row, column] = self._vector(token)
                    mask[row, : len(pieces[i])] = 1.0
                out[part] = self._net.run(None, {"vectors": vectors, "mask": mask})[0][: len(part)]
        return out

    def _token_vector(self, token: str) -> Vector:
        rows = buckets(token)
        vector: Vector = (self._table[rows] * self._scales[rows, None]).sum(0) / np.float32(np.sqrt(len(rows)))
        vector.flags.writeable = False
        return vector


def pieces_of(text: str) -> list[list[str]]:
    """Tokens of a text in pieces: a short text whole, a longer one by sentences, short ones of which share a piece.

    There is always one piece; it is empty for a text without tokens.
    """
    whole = tokens(text)
    if len(whole) <= WHOLE:
        return [whole]
    pieces: list[list[str]] = []
    for sentence in _SENTENCE_END.split(text):
        found = tokens(sentence)
        if pieces and len(pieces[-1]) + len(found) <= SHARED:
            pieces[-1].extend(found)
        elif found:
            pieces.extend(even(found))
    return pieces


def even(found: list[str]) -> list[list[str]]:
    """Parts of at most LONGEST tokens, as even as can be."""
    number = max(1, -(-len(found) // LONGEST))
    edges = [len(found) * i // number for i in range(number + 1)]
    return [found[a:b] for a, b in pairwise(edges)]
