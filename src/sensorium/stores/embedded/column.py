"""The values under one metadata key, of whatever types they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from sensorium.filter import Op, Operand, number
from sensorium.stores.embedded.dictionary import Dictionary
from sensorium.stores.embedded.series import Mask, Series, View, scatter
from sensorium.types import MetadataValue

_FEW = 16
"""Up to so many values are looked for one after the other; more by a table."""
_LANES = 8
"""The first so many strings, and numbers, of a list have a series each: where every row has one, its owners need no
storing and its hits no scattering. The elements after them share the last series."""


class Column:
    """Strings, numbers, booleans and empty lists apart, so that no value is taken for one of another type."""

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

    def present(self, rows: int) -> Mask:
        """Which of the first ``rows`` rows have the key, ``(rows,)``."""
        mask = np.zeros(rows, np.bool_)
        for lanes in (self._strings, self._numbers, self._booleans, self._empties):
            for series in lanes[:1]:  # a row with a second string has a first
                scatter(mask, series.at(rows), None)
        return mask

    def holding(self, op: Op, operand: Operand, rows: int) -> Mask:
        """Which of the first ``rows`` rows have a value for which a comparison holds, ``(rows,)``.

        Of a negative comparison, those that it shuts out: the caller turns them over. ``$exists`` is :meth:`present`.
        """
        mask = np.zeros(rows, np.bool_)
        wanted = operand if isinstance(operand, tuple) else (operand,)
        if op is Op.STARTS_WITH:
            if isinstance(operand, str):
                self._mark_strings(mask, self._dictionary.starting(operand))
        elif op in (Op.EQ, Op.NE, Op.IN, Op.NIN):
            codes = {self._dictionary.code(value) for value in wanted if isinstance(value, str)}
            self._mark_strings(mask, np.array([code for code in codes if code is not None], np.uint32))
            _mark_equal(mask, self._numbers, {number(value) for value in wanted if not isinstance(value, str | bool)})
            _mark_equal(mask, self._booleans, {value for value in wanted if isinstance(value, bool)})
        elif isinstance(operand, int | float):
            bound = number(operand)
            for series in self._numbers:
                entries = series.at(rows)
                scatter(mask, entries, _compared(op, entries.values, bound))
        return mask

    def _add(self, row: int, value: str | int | float | bool, place: int) -> None:
        if isinstance(value, str):
            _lane(self._strings, place, np.uint8).add(row, self._dictionary.add(value))
        elif isinstance(value, bool):
            _lane(self._booleans, place, np.bool_).add(row, value)
        else:
            _lane(self._numbers, place, np.float64).add(row, number(value))

    def _mark_strings(self, mask: Mask, codes: NDArray[np.uint32]) -> None:
        """Set the rows that hold one of these strings; no code twice."""
        if not len(codes):
            return
        low, high = int(codes.min()), int(codes.max())
        for series in self._strings:
            entries = series.at(len(mask))
            if high - low + 1 == len(codes):
                hits = entries.values == low if low == high else (entries.values >= low) & (entries.values <= high)
            elif len(codes) <= _FEW:
                hits = _any_equal(entries, codes.tolist())
            else:
                table = np.zeros(len(self._dictionary), np.bool_)  # made after the entries: it knows all their codes
                table[codes] = True
                hits = table[entries.values]
            scatter(mask, entries, hits)


def _lane(lanes: list[Series], place: int, dtype: type[np.generic]) -> Series:
    place = min(place, _LANES - 1)
    if place == len(lanes):
        lanes.append(Series(dtype))
    return lanes[place]


def _mark_equal(mask: Mask, lanes: list[Series], wanted: Collection[float]) -> None:
    """Set the rows that hold one of these numbers or booleans."""
    if not wanted:
        return
    for series in lanes:
        entries = series.at(len(mask))
        hits = _any_equal(entries, wanted) if len(wanted) <= _FEW else np.isin(entries.values, list(wanted))
        scatter(mask, entries, hits)


def _any_equal(entries: View, wanted: Iterable[float]) -> Mask:
    first, *others = wanted
    hits: Mask = entries.values == first
    for value in others:
        hits |= entries.values == value
    return hits


def _compared(op: Op, values: NDArray[np.float64], bound: float) -> Mask:
    match op:
        case Op.GT:
            return values > bound
        case Op.GTE:
            return values >= bound
        case Op.LT:
            return values < bound
        case _:
            return values <= bound
