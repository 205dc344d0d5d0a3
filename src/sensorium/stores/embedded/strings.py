"""Distinct strings in rising order, as bytes one after another: no object a string, and used where a file is mapped.

UTF-8 has the order of code points, so that sorted bytes are sorted strings, and the strings with a prefix follow one
another. A string's code is its place.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK_BYTES = 1 << 20
"""What is sorted or copied at a time."""
_BLOCK_STRINGS = 1 << 16


class Strings:
    """Code i is ``blob[offsets[i]:offsets[i + 1]]``. Never changes; safe from any thread."""

    __slots__ = ("_bytes", "_ends", "blob", "offsets")

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[Any]) -> None:
        self.blob = blob
        self.offsets = offsets
        """``(n + 1,)``, of four or eight bytes, rising from 0."""
        self._bytes = blob.data
        self._ends = offsets.data

    @classmethod
    def of(cls, strings: Iterable[str]) -> Strings:
        """These, which are distinct and in rising order."""
        encoded = list(map(_encoded, strings))
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        return cls(np.frombuffer(b"".join(encoded), np.uint8), _offsets(lengths))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, code: int) -> bytes:
        """A string as UTF-8."""
        return bytes(self._bytes[self._ends[code] : self._ends[code + 1]])  # faster than by numpy

    def code(self, string: str) -> int | None:
        """The code of a string, or None where it is not here."""
        wanted = _encoded(string)
        place = bisect_left(self, wanted)
        return place if place < len(self) and self[place] == wanted else None

    def starting(self, prefix: str) -> range:
        """The codes of the strings that begin with ``prefix``."""
        wanted = _encoded(prefix)
        low = bisect_left(self, wanted)
        return range(low, bisect_right(self, wanted, low, key=lambda string: string[: len(wanted)]))

    def lengths(self, codes: slice | NDArray[Any] = slice(None)) -> NDArray[np.int64]:
        """The bytes of each string, or of those with some codes."""
        lengths: NDArray[np.int64] = (self.offsets[1:][codes] - self.offsets[:-1][codes]).astype(np.int64)
        return lengths

    def selected(self, codes: NDArray[Any]) -> Strings:
        """Those with these codes (rising)."""
        lengths = self.lengths(codes)
        offsets = _offsets(lengths)
        blob = np.empty(int(offsets[-1]), np.uint8)
        begin = 0
        while begin < len(codes):
            end = int(np.searchsorted(offsets, int(offsets[begin]) + _BLOCK_BYTES))
            end = min(max(end, begin + 1), len(codes))
            low, high = int(offsets[begin]), int(offsets[end])
            shifts = self.offsets[codes[begin:end]].astype(np.int64) - offsets[begin:end].astype(np.int64)
            blob[low:high] = self.blob[np.arange(low, high) + np.repeat(shifts, lengths[begin:end])]
            begin = end
        return Strings(blob, offsets)


def merged(parts: Sequence[Strings]) -> tuple[Strings, list[NDArray[np.uint32]]]:
    """The strings of all parts, each once, and by part the new code of each of its codes.

    Block by block in numpy: a block is sorted as a matrix of padded strings.
    """
    if len(parts) == 1:
        return parts[0], [np.arange(len(parts[0]), dtype=np.uint32)]
    codes = [np.empty(len(part), np.uint32) for part in parts]
    blobs: list[NDArray[np.uint8]] = []
    lengths: list[NDArray[np.int64]] = []
    known = 0
    waiting = [([0] * len(parts), [len(part) for part in parts])]
    while waiting:
        begins, ends = waiting.pop()
        split = _split(parts, begins, ends)
        if split is not None:
            waiting += [(split, ends), (begins, split)]  # the lower half is next
            continue
        blob, sizes, ranks = _sorted(parts, begins, ends)
        at = 0
        for own, begin, end in zip(codes, begins, ends, strict=True):
            own[begin:end] = ranks[at : at + end - begin] + known
            at += end - begin
        blobs.append(blob)
        lengths.append(sizes)
        known += len(sizes)
    return Strings(np.concatenate(blobs), _offsets(np.concatenate(lengths))), codes


def _split(parts: Sequence[Strings], begins: list[int], ends: list[int]) -> list[int] | None:
    """Where to part a range of each, so that what is below comes before what is above; None where it is small."""
    counts = [end - begin for begin, end in zip(begins, ends, strict=True)]
    largest = int(np.argmax(counts))
    if counts[largest] < 2 or (
        sum(counts) <= _BLOCK_STRINGS and _width(parts, begins, ends) * sum(counts) <= _BLOCK_BYTES
    ):
        return None
    middle = begins[largest] + counts[largest] // 2
    pivot = parts[largest][middle]
    return [bisect_left(part, pivot, begin, end) for part, begin, end in zip(parts, begins, ends, strict=True)]


def _sorted(
    parts: Sequence[Strings], begins: list[int], ends: list[int]
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """The distinct strings of a range of each part as bytes and lengths; the rank of each string that was given.

    Each byte is one more than it is (UTF-8 has none above 0xF4), so that the padding is less than all.
    """
    blobs, sizes = [], []
    for part, begin, end in zip(parts, begins, ends, strict=True):
        blobs.append(part.blob[part.offsets[begin] : part.offsets[end]])
        sizes.append(part.lengths(slice(begin, end)))
    lengths = np.concatenate(sizes)
    places = np.arange(max(1, int(lengths.max(initial=0))))
    padded = np.zeros((len(lengths), len(places)), np.uint8)
    padded[places < lengths[:, None]] = np.concatenate(blobs) + np.uint8(1)
    strings = padded.view(f"S{len(places)}")[:, 0]
    order = np.argsort(strings, kind="stable")  # which makes use of parts that are in order
    rising = strings[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = rising[1:] != rising[:-1]
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.cumsum(new) - 1
    first = order[new]
    blob = padded[first][places < lengths[first][:, None]] - np.uint8(1)
    return blob, lengths[first], ranks


def _width(parts: Sequence[Strings], begins: list[int], ends: list[int]) -> int:
    ranges = zip(parts, begins, ends, strict=True)
    return max(int(part.lengths(slice(begin, end)).max(initial=1)) for part, begin, end in ranges)


def _offsets(lengths: NDArray[np.int64]) -> NDArray[Any]:
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets.astype(np.uint32 if offsets[-1] < 2**32 else np.uint64)


def _encoded(string: str) -> bytes:
    """Also where it holds half a surrogate pair, which no stored string does."""
    return string.encode("utf-8", "surrogatepass")
