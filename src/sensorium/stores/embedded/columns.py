"""Metadata by column, in numpy, for filters that look at every row in a few milliseconds.

Derived from the records and rebuildable from them: nothing here is on disk, and nothing here is the truth.

How a store uses them::

    columns = Columns(spec.non_filterable)
    columns.extend(metadata_of_each_slot)   # row number = position: the first is row 0
    snapshot = columns.snapshot()           # O(1) when nothing changed; take it at each commit
    snapshot.mask(filter)                   # bool (snapshot.rows,), the caller's to change; from any thread, no lock

One writer at a time (the store's write lock); any number of readers at once, each with a snapshot, which is what the
columns held when it was taken and never changes. Everything is append-only: a replaced record has a new slot, and which
slots are dead is the store's to say (AND the mask with its live mask).

A row costs one to four bytes for each string (alone or in a list), eight for a number, one for a boolean, and four more
for each where not every row has one. Distinct strings are held once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sensorium.filter import And, Compare, Filter, Op, Or
from sensorium.stores.embedded.column import Column
from sensorium.stores.embedded.series import Mask
from sensorium.types import Metadata

_FLUSH_ROWS = 16_384
"""Rows queued as Python numbers, at some 60 bytes a value, before they go into arrays."""


class Columns:
    """The filterable metadata of rows that are numbered from 0."""

    def __init__(self, non_filterable: frozenset[str] = frozenset()) -> None:
        self._rows = _Table(non_filterable)

    def __len__(self) -> int:
        """How many rows there are."""
        return self._rows.count

    def append(self, metadata: Metadata) -> int:
        """Add one row; its number."""
        self._rows.append(metadata)
        return self._rows.count - 1

    def extend(self, rows: Iterable[Metadata]) -> None:
        """Add rows in order."""
        for metadata in rows:
            self._rows.append(metadata)

    def snapshot(self) -> Snapshot:
        """What the columns hold now, for readers. To be called by the writer, or under its lock."""
        self._rows.flush()
        return Snapshot(self._rows.count, self._rows)


class _Table:
    """Columns by key, for rows that never change."""

    __slots__ = ("_columns", "_dirty", "_hidden", "count")

    def __init__(self, hidden: frozenset[str]) -> None:
        self.count = 0
        self._hidden = hidden
        self._columns: dict[str, Column] = {}
        self._dirty: set[Column] = set()

    def append(self, metadata: Metadata) -> None:
        for key, value in metadata.items():
            if key in self._hidden:
                continue
            column = self._columns.get(key)
            if column is None:
                column = self._columns[key] = Column()
            column.add(self.count, value)
            self._dirty.add(column)
        self.count += 1
        if self.count % _FLUSH_ROWS == 0:
            self.flush()

    def flush(self) -> None:
        for column in self._dirty:
            column.flush()
        self._dirty.clear()

    def mask(self, filter: Filter, rows: int) -> Mask:
        """Which of the first ``rows`` rows match; a fresh array."""
        match filter:
            case And(parts):
                mask = self.mask(parts[0], rows)
                for part in parts[1:]:
                    mask &= self.mask(part, rows)
            case Or(parts):
                mask = self.mask(parts[0], rows)
                for part in parts[1:]:
                    mask |= self.mask(part, rows)
            case Compare():
                mask = self._compare(filter, rows)
        return mask

    def _compare(self, compare: Compare, rows: int) -> Mask:
        column = self._columns.get(compare.key)
        negative = compare.op in (Op.NE, Op.NIN) or (compare.op is Op.EXISTS and compare.operand is False)
        if column is None:
            return np.full(rows, negative)
        mask = column.present(rows) if compare.op is Op.EXISTS else column.holding(compare.op, compare.operand, rows)
        return np.logical_not(mask, out=mask) if negative else mask


class Snapshot(NamedTuple):
    """What columns held at one moment. Never changes; safe from any thread."""

    rows: int
    table: _Table

    def mask(self, filter: Filter) -> Mask:
        """Which rows match, ``(rows,)``, as :func:`sensorium.filter.matches` says; a fresh array."""
        return self.table.mask(filter, self.rows)
