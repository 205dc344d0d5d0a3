"""Columns of rows that have come to stay: frozen, and joined or thinned out without a look at any value in Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.series import View, code_dtype, in_turn
from sensorium.stores.embedded.strings import Strings, merged
from sensorium.stores.embedded.values import Values


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """The columns of the slots from ``begin`` to before ``end`` of one generation. Never changes; safe from any thread.

    A slot that was dead when its row was read holds nothing.
    """

    begin: int
    end: int
    seq: int
    """The newest commit that any of its rows was read at."""
    columns: Mapping[str, Values]
    """By key, rows counted from 0; the texts of each are :class:`Strings`. Corrupt where a file is found damaged."""
    path: Path | None = None
    """The file that it is mapped from; None where it is in memory only."""

    @property
    def rows(self) -> int:
        return self.end - self.begin

    def values(self, key: str) -> Values | None:
        """The values under a key; None where no row has it."""
        return self.columns.get(key)


def joined(segments: Sequence[Segment]) -> Iterator[tuple[str, Values]]:
    """The columns of segments that follow one another, key by key, so that one at a time need be in memory."""
    start = segments[0].begin
    for key in sorted({key for segment in segments for key in segment.columns}):
        found = [(segment.begin - start, segment.values(key)) for segment in segments]
        yield key, _joined([(offset, values) for offset, values in found if values is not None])


def thinned(segments: Sequence[Segment], kept: NDArray[np.int64]) -> Iterator[tuple[str, Values]]:
    """The columns of some slots (rising) once these are numbered from 0, key by key."""
    bounds = [int(np.searchsorted(kept, segment.begin)) for segment in segments] + [len(kept)]
    places = []
    for segment, begin, end in zip(segments, bounds[:-1], bounds[1:], strict=True):
        place = np.full(segment.rows, -1, np.int32)
        place[kept[begin:end] - segment.begin] = np.arange(end - begin, dtype=np.int32)
        places.append(place)
    for key in sorted({key for segment in segments for key in segment.columns}):
        found = [
            (offset, _thinned(values, place))
            for offset, place, segment in zip(bounds[:-1], places, segments, strict=True)
            if (values := segment.values(key)) is not None
        ]
        values = _joined(found)
        if any(values[:4]):
            yield key, values


def _joined(parts: list[tuple[int, Values]]) -> Values:
    """Values of rows that follow one another, each with what its row 0 becomes."""
    if len(parts) == 1 and not parts[0][0]:
        return parts[0][1]
    strings, codes = merged([_strings(values) for _, values in parts])
    dtype = code_dtype(max(0, len(strings) - 1))
    coded = [
        tuple(view._replace(values=code.astype(dtype)[view.values[: view.size]]) for view in values.strings)
        for (_, values), code in zip(parts, codes, strict=True)
    ]
    offsets = [offset for offset, _ in parts]
    return Values(
        _lanes(offsets, coded),
        _lanes(offsets, [values.numbers for _, values in parts]),
        _lanes(offsets, [values.booleans for _, values in parts]),
        _lanes(offsets, [values.empties for _, values in parts]),
        strings,
    )


def _lanes(offsets: list[int], parts: list[tuple[View, ...]]) -> tuple[View, ...]:
    lanes = []
    for lane in range(max(map(len, parts))):
        views = [(at, part[lane]) for at, part in zip(offsets, parts, strict=True) if lane < len(part)]
        lanes.append(_one_view([(at, view) for at, view in views if view.size]))
    return tuple(lanes)


def _one_view(parts: list[tuple[int, View]]) -> View:
    first = after = parts[0][0] + parts[0][1].first
    whole = True
    for offset, view in parts:
        whole = whole and view.owners is None and offset + view.first == after
        after += view.size
    owners = None if whole else np.concatenate([view.rows() + np.int32(offset) for offset, view in parts])
    values = np.concatenate([view.values[: view.size] for _, view in parts])
    return View(len(values), first, owners, values)


def _thinned(values: Values, place: NDArray[np.int32]) -> Values:
    """Without the rows whose ``place`` is negative; the others in their new places, the strings that they use."""
    coded, numbers, booleans, empties = (
        tuple(thin for view in lanes if (thin := _thin(view, place)).size) for lanes in values[:4]
    )
    strings = _strings(values)
    used = np.zeros(len(strings), np.bool_)
    for view in coded:
        used[view.values] = True
    if not used.all():
        strings = strings.selected(np.flatnonzero(used))
        codes = (np.cumsum(used) - 1).astype(code_dtype(max(0, len(strings) - 1)))
        coded = tuple(view._replace(values=codes[view.values]) for view in coded)
    return Values(coded, numbers, booleans, empties, strings)


def _thin(view: View, place: NDArray[np.int32]) -> View:
    owners = place[view.first : view.first + view.size] if view.owners is None else place[view.rows()]
    kept = owners >= 0
    owners = owners[kept]
    values: NDArray[Any] = view.values[: view.size][kept]
    if len(owners) and in_turn(owners):
        return View(len(values), int(owners[0]), None, values)
    return View(len(values), 0, owners, values)


def _strings(values: Values) -> Strings:
    assert isinstance(values.texts, Strings), "only frozen values are in segments"
    return values.texts
