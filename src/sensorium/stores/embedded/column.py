"""The values under one metadata key of rows that come one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sensorium.filter import number
from sensorium.stores.embedded.dictionary import Dictionary
from sensorium.stores.embedded.series import Series, View, code_dtype, narrowed
from sensorium.stores.embedded.values import Values
from sensorium.types import MetadataValue

_LANES = 8
"""The first so many strings, and numbers, of a list have a series each: where every row has one, its owners need no
storing and its hits no scattering. The elements after them share the last series."""
_Queued = tuple[list[int], list[Any]]
"""Rows, and an element of each."""


class Column:
    """Values as they arrive, for one writer; readers need no lock."""

    __slots__ = ("_booleans", "_dictionary", "_empties", "_numbers", "_strings")

    def __init__(self) -> None:
        self._dictionary = Dictionary()
        self._strings: list[Series] = []
        self._numbers: list[Series] = []
        self._booleans: list[Series] = []
        self._empties: list[Series] = []

    def add(self, rows: Sequence[int], values: Sequence[MetadataValue]) -> None:
        """Add the values of rows, which come in rising order."""
        kinds = set(map(type, values))
        if kinds == {str}:
            _lane(self._strings, 0, np.uint8).add(rows, self._dictionary.add(cast(Sequence[str], values)))
        elif kinds <= {int, float}:
            _lane(self._numbers, 0, np.float64).add(rows, _numbers(cast(Sequence[int | float], values)))
        elif kinds == {bool}:
            _lane(self._booleans, 0, np.bool_).add(rows, values)
        else:
            self._sort_out(rows, values)

    def _sort_out(self, rows: Sequence[int], values: Sequence[MetadataValue]) -> None:
        """Add values of several types, and lists."""
        strings: list[_Queued] = []
        numbers: list[_Queued] = []
        booleans: list[_Queued] = []
        empties: list[_Queued] = []
        for row, value in zip(rows, values, strict=True):
            elements = value if isinstance(value, list | tuple) else (value,)
            texts = figures = 0
            for element in elements:
                if isinstance(element, str):
                    _queue(strings, texts, row, element)
                    texts += 1
                elif isinstance(element, bool):
                    _queue(booleans, 0, row, element)
                else:
                    _queue(numbers, figures, row, element)
                    figures += 1
            if not elements:
                _queue(empties, 0, row, True)
        for place, (owners, queued) in enumerate(strings):
            _lane(self._strings, place, np.uint8).add(owners, self._dictionary.add(queued))
        for place, (owners, queued) in enumerate(numbers):
            _lane(self._numbers, place, np.float64).add(owners, _numbers(queued))
        for own, lanes in ((self._booleans, booleans), (self._empties, empties)):
            for owners, queued in lanes:
                _lane(own, 0, np.bool_).add(owners, queued)

    def values(self) -> Values:
        """What was added; what comes later does not show."""
        return Values(
            _views(self._strings),
            _views(self._numbers),
            _views(self._booleans),
            _views(self._empties),
            self._dictionary,
        )

    def frozen(self) -> Values:
        """The values once no more rows come: strings in order, numbers narrow, and no object in them of its own."""
        values = self.values()
        order, strings = self._dictionary.in_order()
        codes = np.empty(len(order), code_dtype(max(0, len(order) - 1)))
        codes[order] = np.arange(len(order))
        lanes = tuple(view._replace(values=codes[view.values[: view.size]]) for view in values.strings)
        return values._replace(strings=lanes, numbers=tuple(map(narrowed, values.numbers)), texts=strings)


def _queue(lanes: list[_Queued], place: int, row: int, element: object) -> None:
    place = min(place, _LANES - 1)
    if place == len(lanes):
        lanes.append(([], []))
    lanes[place][0].append(row)
    lanes[place][1].append(element)


def _lane(lanes: list[Series], place: int, dtype: type[np.generic]) -> Series:
    if place == len(lanes):
        lanes.append(Series(dtype))
    return lanes[place]


def _numbers(values: Sequence[int | float]) -> NDArray[np.float64]:
    try:
        return np.array(values, np.float64)
    except OverflowError:
        return np.array([number(value) for value in values])


def _views(lanes: list[Series]) -> tuple[View, ...]:
    return tuple(series.view for series in lanes)
