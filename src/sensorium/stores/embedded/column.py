"""The values under one metadata key of rows that come one after another."""

from __future__ import annotations

import numpy as np

from sensorium.filter import number
from sensorium.stores.embedded.dictionary import Dictionary
from sensorium.stores.embedded.series import Series, View, code_dtype
from sensorium.stores.embedded.values import Values
from sensorium.types import MetadataValue

_LANES = 8
"""The first so many strings, and numbers, of a list have a series each: where every row has one, its owners need no
storing and its hits no scattering. The elements after them share the last series."""


class Column:
    """Values as they arrive, for one writer; readers need no lock."""

    __slots__ = ("_booleans", "_dictionary", "_empties", "_numbers", "_strings")

    def __init__(self) -> None:
        self._dictionary = Dictionary()
        self._strings: list[Series] = []
        self._numbers: list[Series] = []
        self._booleans: list[Series] = []
        self._empties: list[Series] = []

    def add(self, row: int, value: MetadataValue) -> None:
        """Queue the value of a row; rows come in rising order."""
        if not isinstance(value, list | tuple):
            self._add(row, value, 0)
        elif value:
            texts = numbers = 0
            for element in value:
                if isinstance(element, str):
                    self._add(row, element, texts)
                    texts += 1
                else:
                    self._add(row, element, numbers)
                    numbers += 1
        else:
            _lane(self._empties, 0, np.bool_).add(row, True)

    def flush(self) -> None:
        """Show the queued values to readers."""
        for lanes in (self._strings, self._numbers, self._booleans, self._empties):
            for series in lanes:
                series.flush()

    def values(self) -> Values:
        """What is shown to readers, and perhaps rows that come after it."""
        return Values(
            _views(self._strings),
            _views(self._numbers),
            _views(self._booleans),
            _views(self._empties),
            self._dictionary,
        )

    def frozen(self) -> Values:
        """The values once no more rows come: the strings in order, and nothing in them an object of its own."""
        values = self.values()
        order, strings = self._dictionary.in_order()
        codes = np.empty(len(order), code_dtype(max(0, len(order) - 1)))
        codes[order] = np.arange(len(order))
        lanes = tuple(view._replace(values=codes[view.values[: view.size]]) for view in values.strings)
        return values._replace(strings=lanes, texts=strings)

    def _add(self, row: int, value: str | int | float | bool, place: int) -> None:
        if isinstance(value, str):
            _lane(self._strings, place, np.uint8).add(row, self._dictionary.add(value))
        elif isinstance(value, bool):
            _lane(self._booleans, place, np.bool_).add(row, value)
        else:
            _lane(self._numbers, place, np.float64).add(row, number(value))


def _lane(lanes: list[Series], place: int, dtype: type[np.generic]) -> Series:
    place = min(place, _LANES - 1)
    if place == len(lanes):
        lanes.append(Series(dtype))
    return lanes[place]


def _views(lanes: list[Series]) -> tuple[View, ...]:
    return tuple(series.view for series in lanes)
