"""Metadata by column, in numpy, for filters that look at every row in a few milliseconds.

Derived from the records and rebuildable from them: nothing here is the truth.

How rows become columns::

    columns = Columns(spec.non_filterable)
    columns.extend(metadata_of_each_slot)   # row number = position: the first is row 0
    snapshot = columns.snapshot()           # O(1) when nothing changed; take it at each commit
    snapshot.mask(filter)                   # bool (snapshot.rows,), the caller's to change; from any thread, no lock

One writer at a time; any number of readers at once, each with a snapshot, which is what the columns held when it was
taken and never changes. Everything is append-only: a replaced record has a new slot, and which slots are dead is the
store's to say (AND the mask with its live mask). Rows that have come to stay are frozen into segments
(:mod:`~sensorium.stores.embedded.segment`), which are kept in files; a snapshot may be of several of these, side by
side, and of the rows after them (:mod:`~sensorium.stores.embedded.keptcolumns`).

A row costs one to four bytes for each string (alone or in a list), eight for a number, one for a boolean, and four more
for each where not every row has one; in a segment whole numbers of which every row has one cost as little as strings.
Distinct strings are held once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import numpy as np

from sensorium.filter import And, Compare, Filter, Op, Or
from sensorium.stores.embedded.column import Column
from sensorium.stores.embedded.series import Mask
from sensorium.stores.embedded.values import Values, holding, present
from sensorium.types import Metadata, MetadataValue

_FLUSH_ROWS = 4096
"""Rows that wait as Python values, at some 100 bytes each, before they go into arrays."""


class Source(Protocol):
    """Where values of some rows are."""

    def values(self, key: str) -> Values | None:
        """Those under a key, rows counted from 0; None where no row has it."""
        ...


class Part(NamedTuple):
    """The rows from ``begin`` to before ``end``; row ``begin`` is row 0 of the source, which may have more."""

    begin: int
    end: int
    source: Source


class Snapshot(NamedTuple):
    """What columns held at one moment. Never changes; safe from any thread."""

    rows: int
    parts: tuple[Part, ...]
    """Side by side, from row 0 to ``rows``."""

    def mask(self, filter: Filter) -> Mask:
        """Which rows match, ``(rows,)``, as :func:`sensorium.filter.matches` says; a fresh array."""
        mask = np.empty(self.rows, np.bool_)
        for begin, end, source in self.parts:
            _fill(mask[begin:end], source, filter)
        return mask


class Columns:
    """The filterable metadata of rows that are numbered from 0."""

    def __init__(self, non_filterable: frozenset[str] = frozenset()) -> None:
        self._hidden = non_filterable
        self._rows = 0
        self._columns: dict[str, Column] = {}
        self._waiting: dict[str, tuple[list[int], list[MetadataValue]]] = {}
        """Rows and their values by key, until they go into a column together."""

    def __len__(self) -> int:
        """How many rows there are."""
        return self._rows

    def append(self, metadata: Metadata) -> int:
        """Add one row; its number."""
        row = self._rows
        for key, value in metadata.items():
            waiting = self._waiting.get(key)
            if waiting is None:
                if key in self._hidden:
                    continue
                waiting = self._waiting[key] = ([], [])
            waiting[0].append(row)
            waiting[1].append(value)
        self._rows += 1
        if self._rows % _FLUSH_ROWS == 0:
            self._flush()
        return row

    def extend(self, rows: Iterable[Metadata]) -> None:
        """Add rows in order."""
        for metadata in rows:
            self.append(metadata)

    def skip(self, row: int) -> None:
        """Let the next row have this number: those before it that are not there yet hold nothing."""
        self._rows = max(self._rows, row)

    def snapshot(self) -> Snapshot:
        """What the columns hold now, for readers. To be called by the writer, or under its lock."""
        self._flush()
        return Snapshot(self._rows, (Part(0, self._rows, self),))

    def values(self, key: str) -> Values | None:
        """The values under a key, as far as a snapshot was taken at least; None where no row has it."""
        column = self._columns.get(key)
        return None if column is None else column.values()

    def frozen(self) -> dict[str, Values]:
        """All values by key, once no more rows come."""
        self._flush()
        return {key: column.frozen() for key, column in self._columns.items()}

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for key, (rows, values) in waiting.items():
            column = self._columns.get(key) or Column()
            column.add(rows, values)
            self._columns[key] = column


def _fill(mask: Mask, source: Source, filter: Filter) -> None:
    """Set ``mask`` to which of the source's first rows match."""
    match filter:
        case And(parts) | Or(parts):
            _fill(mask, source, parts[0])
            joined = np.logical_and if isinstance(filter, And) else np.logical_or
            other = np.empty(len(mask) if len(parts) > 1 else 0, np.bool_)
            for part in parts[1:]:
                _fill(other, source, part)
                joined(mask, other, out=mask)
        case Compare(key, op, operand):
            values = source.values(key)
            negative = op in (Op.NE, Op.NIN) or (op is Op.EXISTS and operand is False)
            if values is None:
                mask.fill(negative)
                return
            if op is Op.EXISTS:
                present(values, mask)
            else:
                holding(values, op, operand, mask)
            if negative:
                np.logical_not(mask, out=mask)
