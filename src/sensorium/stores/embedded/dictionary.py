"""Strings under whole numbers, so that a column of them is an array of small integers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.strings import Strings

_TAIL = 1024
"""Strings after the sorted ones that a prefix search reads one by one before it sorts again."""


class Dictionary:
    """Distinct strings, numbered from 0 in the order of arrival. One writer; readers need no lock."""

    __slots__ = ("_codes", "_order", "_strings")

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._strings: list[str] = []
        self._order: NDArray[np.uint32] = np.empty(0, np.uint32)

    def __len__(self) -> int:
        return len(self._codes)

    def add(self, strings: Sequence[str]) -> list[int]:
        """The codes of strings, new ones where they are new."""
        known, before = self._codes, len(self._codes)
        codes = [known.setdefault(string, len(known)) for string in strings]
        self._strings.extend(reversed([*islice(reversed(known), len(known) - before)]))
        return codes

    def code(self, string: str) -> int | None:
        """The code of a string, or None where it is not here."""
        return self._codes.get(string)

    def in_order(self) -> tuple[NDArray[np.uint32], Strings]:
        """The codes in the order of their strings, and the strings in it."""
        order = sorted(range(len(self._strings)), key=self._strings.__getitem__)
        return np.array(order, np.uint32), Strings.of(self._strings[code] for code in order)

    def starting(self, prefix: str) -> NDArray[np.uint32]:
        """The codes of the strings that begin with ``prefix``, by bisection of an order that is kept for next time."""
        order = self._order
        known = len(self._strings)
        if known - len(order) > max(_TAIL, len(order) // 8):
            order = self._order = np.array(sorted(range(known), key=self._strings.__getitem__), np.uint32)
        low = bisect_left(order, prefix, key=lambda code: self._strings[code])
        high = bisect_right(order, prefix, low, key=lambda code: self._strings[code][: len(prefix)])
        tail = [code for code in range(len(order), known) if self._strings[code].startswith(prefix)]
        return np.concatenate([order[low:high], np.array(tail, np.uint32)])
