"""The values under one metadata key, of whatever types they are."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sensorium.filter import Op, Operand, number
from sensorium.stores.embedded.dictionary import Dictionary
from sensorium.stores.embedded.series import CodeSeries, Mask, Series, View, scatter
from sensorium.types import MetadataValue

_FEW = 8
"""Up to so many values are looked for one after the other; more by a table."""


class Column:
    """Strings, numbers, booleans and empty lists apart, so that no value is taken for one of another type."""

    __slots__ = ("_booleans", "_dictionary", "_empties", "_numbers", "_strings")

    def __init__(self) -> None:
        self._dictionary = Dictionary()
        self._strings: Series | None = None
        self._numbers: Series | None = None
        self._booleans: Series | None = None
        self._empties: Series | None = None

    def add(self, row: int, value: MetadataValue) -> None:
        """Queue the value of a row; rows come in rising order."""
        if isinstance(value, str):
            if self._strings is None:
                self._strings = CodeSeries()
            self._strings.add(row, self._dictionary.add(value))
        elif isinstance(value, bool):
            if self._booleans is None:
                self._booleans = Series(np.bool_)
            self._booleans.add(row, value)
        elif isinstance(value, int | float):
            if self._numbers is None:
                self._numbers = Series(np.float64)
            self._numbers.add(row, number(value))
        elif value:
            for element in value:
                self.add(row, element)
        else:
            if self._empties is None:
                self._empties = Series(np.bool_)
            self._empties.add(row, True)

    def flush(self) -> None:
        """Show the queued values to readers."""
        for series in (self._strings, self._numbers, self._booleans, self._empties):
            if series is not None:
                series.flush()

    def present(self, rows: int) -> Mask:
        """Which of the first ``rows`` rows have the key, ``(rows,)``."""
        mask = np.zeros(rows, np.bool_)
        for series in (self._strings, self._numbers, self._booleans, self._empties):
            if series is not None:
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
            self._mark_numbers(mask, {number(value) for value in wanted if not isinstance(value, str | bool)})
            self._mark_booleans(mask, {value for value in wanted if isinstance(value, bool)})
        elif self._numbers is not None and isinstance(operand, int | float):
            entries = self._numbers.at(rows)
            scatter(mask, entries, _compared(op, entries.values, number(operand)))
        return mask

    def _mark_strings(self, mask: Mask, codes: NDArray[np.uint32]) -> None:
        """Set the rows that hold one of these strings; no code twice."""
        if self._strings is None or not len(codes):
            return
        entries = self._strings.at(len(mask))
        low, high = int(codes.min()), int(codes.max())
        if len(codes) == 1:
            hits = entries.values == low
        elif high - low + 1 == len(codes):
            hits = (entries.values >= low) & (entries.values <= high)
        elif len(codes) <= _FEW:
            hits = _any_equal(entries, codes.tolist())
        else:
            table = np.zeros(len(self._dictionary), np.bool_)
            table[codes] = True
            hits = table[entries.values]
        scatter(mask, entries, hits)

    def _mark_numbers(self, mask: Mask, wanted: set[float]) -> None:
        if self._numbers is None or not wanted:
            return
        entries = self._numbers.at(len(mask))
        hits = _any_equal(entries, wanted) if len(wanted) <= _FEW else np.isin(entries.values, list(wanted))
        scatter(mask, entries, hits)

    def _mark_booleans(self, mask: Mask, wanted: set[bool]) -> None:
        if self._booleans is None or not wanted:
            return
        entries = self._booleans.at(len(mask))
        scatter(mask, entries, _any_equal(entries, wanted))


def _any_equal(entries: View, wanted: Iterable[float]) -> Mask:
    hits = np.zeros(entries.size, np.bool_)
    for value in wanted:
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
