"""Metadata by column, in numpy, for filters that look at every row in a few milliseconds.

Derived from the records and rebuildable from them: nothing here is on disk, and nothing here is the truth.

How a store uses them::

    columns = Columns(spec.non_filterable)
    columns.extend(metadata_of_each_slot)   # row number = position: the first is row 0
    columns.replace(7, metadata)            # a slot used again
    columns.delete(8)                       # matches no filter any more; or AND the mask with a live mask of your own
    snapshot = columns.snapshot()           # O(1) when nothing changed; take it at each commit
    snapshot.mask(filter)                   # bool (snapshot.rows,), the caller's to change; from any thread, no lock

One writer at a time (the store's write lock); any number of readers at once, each with a snapshot, which is what the
columns held when it was taken and never changes. Everything is append-only: a replacement or a deletion is an entry of
a log that the mask applies last, so many of them (say a third of the rows) are the time to build new columns.

A row costs one to four bytes for each string (alone or in a list), eight for a number, one for a boolean, and four more
for each where not every row has one. Distinct strings are held once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sensorium.filter import And, Compare, Filter, Op, Or
from sensorium.stores.embedded.column import Column
from sensorium.stores.embedded.series import Mask, Series, View
from sensorium.types import Metadata

_DELETED = -1
_FLUSH_ROWS = 16_384
"""Rows queued as Python numbers, at some 60 bytes a value, before they go into arrays."""


class Columns:
    """The filterable metadata of rows that are numbered from 0."""

    def __init__(self, non_filterable: frozenset[str] = frozenset()) -> None:
        self._rows = _Table(non_filterable)
        self._versions = _Table(non_filterable)
        """What replaced rows hold, numbered apart."""
        self._changed = Series(np.int32)
        self._version = Series(np.int32)
        """The log: the row that changed, and the version that it has since; the last entry of a row is what counts."""
        self._changes = 0

    def __len__(self) -> int:
        """How many rows there are, the deleted among them."""
        return self._rows.count

    def append(self, metadata: Metadata) -> int:
        """Add one row; its number."""
        self._rows.append(metadata)
        return self._rows.count - 1

    def extend(self, rows: Iterable[Metadata]) -> None:
        """Add rows in order."""
        for metadata in rows:
            self._rows.append(metadata)

    def replace(self, row: int, metadata: Metadata) -> None:
        """Give a row other metadata; a deleted row lives again. IndexError where there is no such row."""
        self._log(row, self._versions.count)
        self._versions.append(metadata)

    def delete(self, row: int) -> None:
        """Let a row match no filter from now on. IndexError where there is no such row."""
        self._log(row, _DELETED)

    def snapshot(self) -> Snapshot:
        """What the columns hold now, for readers. To be called by the writer, or under its lock."""
        for part in (self._rows, self._versions, self._changed, self._version):
            part.flush()
        return Snapshot(
            self._rows.count, self._rows, self._versions.count, self._versions, self._changed.view, self._version.view
        )

    def _log(self, row: int, version: int) -> None:
        if not 0 <= row < self._rows.count:
            raise IndexError(f"there is no row {row} among {self._rows.count}")
        self._changed.add(self._changes, row)
        self._version.add(self._changes, version)
        self._changes += 1


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
    """How many rows there are, the deleted among them."""
    table: _Table
    version_count: int
    versions: _Table
    changed: View
    version: View

    def mask(self, filter: Filter) -> Mask:
        """Which rows match, ``(rows,)``, as :func:`sensorium.filter.matches` says; a fresh array."""
        mask = self.table.mask(filter, self.rows)
        if self.changed.size:
            # One place more than there are versions: the deleted version, -1, reads the last, which is False.
            versions = np.zeros(self.version_count + 1, np.bool_)
            versions[:-1] = self.versions.mask(filter, self.version_count)
            changed = self.changed.values[: self.changed.size]
            mask[changed] = versions[self.version.values[: self.version.size]]  # of equal rows the last wins
        return mask
