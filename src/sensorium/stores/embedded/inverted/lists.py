"""The rows of an inverted index, list after list: which slot each is of, and its code."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.int64]
Codes = NDArray[np.uint8]


class Lists(NamedTuple):
    """Slots and codes in the order of the lists."""

    sizes: Slots
    """Rows of each list, ``(nlist,)``."""
    slots: Slots
    """``(n,)``"""
    codes: Codes
    """``(n, code size)``"""

    @classmethod
    def sorted(cls, nlist: int, owners: Slots, slots: Slots, codes: Codes) -> Lists:
        """Rows in any order, each with the list that owns it; within a list the order stays."""
        order = np.argsort(owners, kind="stable")
        return cls(np.bincount(owners, minlength=nlist), slots[order], np.take(codes, order, axis=0))

    @property
    def owners(self) -> Slots:
        """The list of each row."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def kept(self, rows: NDArray[np.bool_], renumbered: Slots | None = None) -> Lists:
        """Those rows alone; ``renumbered[slot]`` is the new slot of each."""
        slots = self.slots[rows]
        sizes = np.bincount(self.owners[rows], minlength=len(self.sizes))
        return Lists(sizes, slots if renumbered is None else renumbered[slots], np.compress(rows, self.codes, axis=0))

    def joined(self, other: Lists) -> Lists:
        """The rows of both."""
        return Lists.sorted(
            len(self.sizes),
            np.concatenate([self.owners, other.owners]),
            np.concatenate([self.slots, other.slots]),
            np.concatenate([self.codes, other.codes]),
        )
