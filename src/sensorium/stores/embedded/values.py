"""The values of some rows under one metadata key, and which rows hold one that a comparison wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sensorium.filter import Op, Operand, number
from sensorium.stores.embedded.series import Mask, View, scatter

_FEW = 16
"""Up to so many values are looked for one after the other; more by a table."""
_RANGES = {Op.GT: np.greater, Op.GTE: np.greater_equal, Op.LT: np.less, Op.LTE: np.less_equal}
Codes = Sequence[int] | NDArray[np.uint32]
"""Codes of strings, none twice; a ``range`` where they follow one another."""
_Test = Callable[[NDArray[Any], Mask | None], Mask]
"""Which entries pass, written into the mask where one is given."""


class Texts(Protocol):
    """Distinct strings under codes from 0."""

    def __len__(self) -> int: ...

    def code(self, string: str) -> int | None:
        """The code of a string, or None where it is not here."""
        ...

    def starting(self, prefix: str) -> Codes:
        """The codes of the strings that begin with ``prefix``."""
        ...


class Values(NamedTuple):
    """Strings, numbers, booleans and empty lists apart, so that no value is taken for one of another type.

    Each in lanes: the first string of a row in the first lane, the second of a list in the second … The views are taken
    before ``texts`` is asked anything, so that it knows all their codes.
    """

    strings: tuple[View, ...]
    """Codes of :attr:`texts`."""
    numbers: tuple[View, ...]
    booleans: tuple[View, ...]
    empties: tuple[View, ...]
    texts: Texts


def present(values: Values, mask: Mask) -> None:
    """Set ``mask`` to which of the first ``len(mask)`` rows have the key."""
    mask.fill(False)
    for lanes in values[:4]:
        for view in lanes[:1]:  # a row with a second string has a first
            scatter(mask, view.at(len(mask)), None)


def holding(values: Values, op: Op, operand: Operand, mask: Mask) -> None:
    """Set ``mask`` to which of the first ``len(mask)`` rows have a value for which a comparison holds.

    Of a negative comparison, those that it shuts out: the caller turns them over. ``$exists`` is :func:`present`.
    """
    tests: list[tuple[tuple[View, ...], _Test]] = []
    wanted = operand if isinstance(operand, tuple) else (operand,)
    if op is Op.STARTS_WITH:
        if isinstance(operand, str) and len(codes := values.texts.starting(operand)):
            tests.append((values.strings, _coded(codes, len(values.texts))))
    elif op in (Op.EQ, Op.NE, Op.IN, Op.NIN):
        found = {values.texts.code(value) for value in wanted if isinstance(value, str)}
        if codes := sorted(code for code in found if code is not None):
            tests.append((values.strings, _coded(codes, len(values.texts))))
        if numbers := {number(value) for value in wanted if not isinstance(value, str | bool)}:
            tests.append((values.numbers, partial(_equal, list(numbers))))
        if booleans := {value for value in wanted if isinstance(value, bool)}:
            tests.append((values.booleans, partial(_equal, list(booleans))))
    elif isinstance(operand, int | float):
        tests.append((values.numbers, partial(_compared, op, number(operand))))
    _mark(mask, tests)


def _mark(mask: Mask, tests: list[tuple[tuple[View, ...], _Test]]) -> None:
    """Set ``mask`` to the rows that own an entry which passes; written at once where an entry is to every row."""
    blank = True
    for views, test in tests:
        for view in views:
            entries = view.at(len(mask))
            if blank and entries.owners is None and entries.size == len(mask):
                test(entries.values, mask)
            else:
                if blank:
                    mask.fill(False)
                scatter(mask, entries, test(entries.values, None))
            blank = False
    if blank:
        mask.fill(False)


def _coded(codes: Codes, known: int) -> _Test:
    """The test for at least one code, of ``known`` that there are."""
    low, high = (codes[0], codes[-1]) if isinstance(codes, range) else (int(np.min(codes)), int(np.max(codes)))
    if high - low + 1 == len(codes):
        return partial(_equal, [low]) if low == high else partial(_between, low, high, known)
    if len(codes) <= _FEW:
        return partial(_equal, [int(code) for code in codes])
    table = np.zeros(known, np.bool_)
    table[codes] = True
    return partial(_looked_up, table)


def _equal(wanted: Sequence[float], values: NDArray[Any], out: Mask | None) -> Mask:
    if len(wanted) > _FEW:
        hits: Mask = np.isin(values, wanted)
        return hits if out is None else _copied(hits, out)
    hits = np.equal(values, wanted[0], out=out)
    for value in wanted[1:]:
        hits |= values == value
    return hits


def _between(low: int, high: int, known: int, values: NDArray[Any], out: Mask | None) -> Mask:
    if not low and high == known - 1:
        return np.ones(len(values), np.bool_) if out is None else _copied(True, out)
    hits: Mask = np.greater_equal(values, low, out=out) if low else np.less_equal(values, high, out=out)
    if low and high < known - 1:
        hits &= values <= high
    return hits


def _looked_up(table: Mask, values: NDArray[Any], out: Mask | None) -> Mask:
    return np.take(table, values, out=out, mode="clip")  # no code is past the table, and clipping saves the check


def _compared(op: Op, bound: float, values: NDArray[Any], out: Mask | None) -> Mask:
    hits: Mask = _RANGES[op](values, bound, out=out)
    return hits


def _copied(hits: Mask | bool, out: Mask) -> Mask:
    out[:] = hits
    return out
