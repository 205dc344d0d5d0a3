"""Columns of rows that have come to stay: frozen, and joined or thinned out without a look at any value in Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.series import NO_BOOLEAN, View, code_dtype, in_turn, narrowed
from sensorium.stores.embedded.strings import Strings, merged
from sensorium.stores.embedded.values import Values

_HOLES = 3
"""All rows get an entry, some of them holes, where this takes at most so many times the room: no owners to scatter."""


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
    start, rows = segments[0].begin, segments[-1].end - segments[0].begin
    for key in _keys(segments):
        found = [(segment.begin - start, segment.values(key)) for segment in segments]
        yield key, _joined([(offset, values) for offset, values in found if values is not None], rows)


def thinned(segments: Sequence[Segment], kept: NDArray[np.int64]) -> Iterator[tuple[str, Values]]:
    """The columns of some slots (rising) once these are numbered from 0, key by key."""
    bounds = [int(np.searchsorted(kept, segment.begin)) for segment in segments] + [len(kept)]
    places = []
    for segment, begin, end in zip(segments, bounds[:-1], bounds[1:], strict=True):
        place = np.full(segment.rows, -1, np.int32)
        place[kept[begin:end] - segment.begin] = np.arange(end - begin, dtype=np.int32)
        places.append(place)
    for key in _keys(segments):
        found = [
            (offset, _thinned(values, place))
            for offset, place, segment in zip(bounds[:-1], places, segments, strict=True)
            if (values := segment.values(key)) is not None
        ]
        values = _joined(found, len(kept))
        if any(values[:4]):
            yield key, values


def _keys(segments: Sequence[Segment]) -> list[str]:
    return sorted({key for segment in segments for key in segment.columns})


def _joined(parts: list[tuple[int, Values]], rows: int) -> Values:
    """Values of ``rows`` rows in all, each with what its row 0 becomes."""
    strings, codes = merged([strings_of(values) for _, values in parts])
    hole = len(strings)
    coded = [
        tuple(view._replace(values=_recoded(view, code, hole)) for view in values.strings)
        for (_, values), code in zip(parts, codes, strict=True)
    ]
    offsets = [offset for offset, _ in parts]
    return Values(
        _lanes(offsets, coded, rows, code_dtype(hole).type(hole)),
        tuple(map(narrowed, _lanes(offsets, [values.numbers for _, values in parts], rows, np.float64(np.nan)))),
        _lanes(offsets, [values.booleans for _, values in parts], rows, np.uint8(NO_BOOLEAN)),
        _lanes(offsets, [values.empties for _, values in parts], rows, np.uint8(NO_BOOLEAN)),
        strings,
    )


def _recoded(view: View, codes: NDArray[np.uint32], hole: int) -> NDArray[Any]:
    """A view's values once each code is another one; ``hole`` is the one for none, then."""
    recoded: NDArray[Any] = np.append(codes, hole).astype(code_dtype(hole))[view.values[: view.size]]
    return recoded


def _lanes(offsets: list[int], parts: list[tuple[View, ...]], rows: int, hole: np.generic) -> tuple[View, ...]:
    lanes = []
    for lane in range(max(map(len, parts))):
        there = [(at, part[lane]) for at, part in zip(offsets, parts, strict=True) if lane < len(part)]
        found = [(at, _without_holes(view, hole)) for at, view in there]
        found = [(at, view) for at, view in found if view.size]
        if found:
            lanes.append(_lane(found, rows, hole))
    return tuple(lanes)


def _lane(parts: list[tuple[int, View]], rows: int, hole: np.generic) -> View:
    """One view of views that follow one another, in the form that is fastest to search."""
    size = sum(view.size for _, view in parts)
    first = after = parts[0][0] + parts[0][1].first
    in_a_row = True
    for offset, view in parts:
        in_a_row = in_a_row and view.owners is None and offset + view.first == after
        after += view.size
    values = np.concatenate([view.values[: view.size] for _, view in parts])
    values = values.astype(hole.dtype, copy=False)
    if in_a_row:
        return View(size, first, None, values)
    owners = np.concatenate([view.rows() + np.int32(offset) for offset, view in parts])
    room = values.itemsize * rows
    if room > _HOLES * (values.nbytes + owners.nbytes) or not (owners[1:] > owners[:-1]).all():
        return View(size, 0, owners, values)
    filled = np.full(rows, hole)
    filled[owners] = values
    return View(rows, 0, None, filled, holes=True)


def _without_holes(view: View, hole: np.generic) -> View:
    if not view.holes:
        return view
    values = view.values[: view.size]
    there = values == values if np.isnan(hole) else values != hole
    if there.all():
        return view._replace(holes=False)
    return View(int(np.count_nonzero(there)), 0, view.rows()[there], values[there])


def _thinned(values: Values, place: NDArray[np.int32]) -> Values:
    """Without the rows whose ``place`` is negative; the others in their new places, the strings that they use."""
    coded, numbers, booleans, empties = (tuple(_thin(view, place) for view in lanes) for lanes in values[:4])
    strings = strings_of(values)
    used = np.zeros(len(strings) + 1, np.bool_)  # and one for holes
    for view in coded:
        used[view.values] = True
    used = used[:-1]
    if not used.all():
        strings = strings.selected(np.flatnonzero(used))
        codes = np.cumsum(used, dtype=np.uint32) - np.uint32(1)
        coded = tuple(view._replace(values=_recoded(view, codes, len(strings))) for view in coded)
    return Values(coded, numbers, booleans, empties, strings)


def _thin(view: View, place: NDArray[np.int32]) -> View:
    owners = place[view.first : view.first + view.size] if view.owners is None else place[view.rows()]
    kept = owners >= 0
    owners = owners[kept]
    values: NDArray[Any] = view.values[: view.size][kept]
    if len(owners) and in_turn(owners):
        return View(len(values), int(owners[0]), None, values, view.holes)
    return View(len(values), 0, owners, values)


def strings_of(values: Values) -> Strings:
    """The texts of frozen values."""
    assert isinstance(values.texts, Strings), "only frozen values are in segments"
    return values.texts
