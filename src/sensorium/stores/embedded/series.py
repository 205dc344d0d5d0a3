"""Append-only arrays that readers use without a lock while one writer goes on appending."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Mask = NDArray[np.bool_]
NO_BOOLEAN = 2
"""What stands for none where booleans are bytes."""

_FIRST_CAPACITY = 4
_CODES: tuple[tuple[int, np.dtype[Any]], ...] = (
    (2**8 - 1, np.dtype(np.uint8)),
    (2**16 - 1, np.dtype(np.uint16)),
    (2**32 - 1, np.dtype(np.uint32)),
)


class View(NamedTuple):
    """The entries of a series at one moment. ``values`` and ``owners`` may have room to spare after ``size``."""

    size: int
    first: int
    owners: NDArray[np.int32] | None
    """The row that each entry belongs to, never falling; None where entry i belongs to row ``first + i``."""
    values: NDArray[Any]
    holes: bool = False
    """Whether some of the values stand for none: NaN among numbers, the code after the last, :data:`NO_BOOLEAN`. Only
    where the owners are not stored."""

    def at(self, rows: int) -> View:
        """The entries that belong to the first ``rows`` rows, cut to size."""
        count = self.size
        if self.owners is None:
            count = min(count, max(0, rows - self.first))
        elif count and self.owners[count - 1] >= rows:
            count = int(np.searchsorted(self.owners[:count], rows))
        return self._cut(0, count)

    def blocks(self, size: int) -> Iterator[View]:
        """The entries in pieces of ``size``."""
        return (self._cut(begin, min(begin + size, self.size)) for begin in range(0, self.size, size))

    def _cut(self, begin: int, end: int) -> View:
        owners = None if self.owners is None else self.owners[begin:end]
        return View(end - begin, self.first + begin, owners, self.values[begin:end], self.holes)

    def rows(self) -> NDArray[np.int32]:
        """The row of each entry, ``(size,)``, also where these are not stored."""
        if self.owners is None:
            return np.arange(self.first, self.first + self.size, dtype=np.int32)
        return self.owners[: self.size]


class Series:
    """Values and the rows that own them: a row may own none, one, or several (a list).

    Rows must come in rising order. Adding replaces the view in one step and never touches an entry of an earlier one.
    While every row in turn owns exactly one entry, the owners are not stored. Whole numbers without sign are codes
    counted from 0: one byte each while they fit, then two, then four.
    """

    __slots__ = ("view",)

    def __init__(self, dtype: type[np.generic]) -> None:
        self.view = View(0, 0, None, np.empty(0, dtype))

    def add(self, rows: ArrayLike, added: ArrayLike) -> None:
        """Add entries, a row each."""
        fresh, new = np.asarray(rows, np.int32), np.asarray(added)
        if not len(new):
            return
        count, first, owners, values, _ = self.view
        total = count + len(new)
        if owners is None:
            start = first if count else int(fresh[0])
            if int(fresh[0]) == start + count and in_turn(fresh):
                first = start
            else:
                owners = np.arange(first, first + count, dtype=np.int32)
        if owners is not None:
            owners = _room(owners, count, total, owners.dtype)
            owners[count:total] = fresh
        dtype = values.dtype
        if dtype.kind == "u":  # codes widen with the highest of them; other values have the type they began with
            dtype = max(dtype, code_dtype(int(new.max())), key=lambda one: one.itemsize)
        values = _room(values, count, total, dtype)
        values[count:total] = new
        self.view = View(total, first, owners, values)


def code_dtype(highest: float) -> np.dtype[Any]:
    """The smallest type for codes up to ``highest``."""
    return next(dtype for most, dtype in _CODES if highest <= most)


def narrowed(view: View) -> View:
    """The same numbers, whole ones from 0 in as few bytes as codes: filters compare one byte far faster than eight."""
    numbers = view.values[: view.size]
    if not len(numbers) or not (numbers.min() >= 0 and numbers.max() <= _CODES[-1][0]):  # nor where there is a NaN
        return view
    whole = numbers.astype(code_dtype(float(numbers.max())))
    return view._replace(values=whole) if (whole == numbers).all() else view


def in_turn(owners: NDArray[np.int32]) -> bool:
    """Whether each owner is the row after the one before it; there is at least one."""
    first, count = int(owners[0]), len(owners)
    return int(owners[-1]) == first + count - 1 and bool(
        (owners == np.arange(first, first + count, dtype=owners.dtype)).all()
    )


def scatter(mask: Mask, entries: View, hits: Mask) -> None:
    """Set the rows that own a hit, in place; ``hits`` of shape ``(entries.size,)``."""
    if entries.owners is None:
        part = mask[entries.first : entries.first + entries.size]
        part |= hits
    else:
        mask[entries.owners.compress(hits)] = True  # far faster than owners[hits]


def _room(array: NDArray[Any], count: int, total: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The array, or a larger copy of its first ``count`` entries; earlier views keep the one they have."""
    if total <= len(array) and dtype == array.dtype:
        return array
    larger = np.empty(max(total, _FIRST_CAPACITY, count + count // 2), dtype)
    larger[:count] = array[:count]
    return larger
