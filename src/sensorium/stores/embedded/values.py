"""The values of some rows under one metadata key, and which rows hold one that a comparison wants."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sensorium.filter import Op, Operand, number
from sensorium.stores.embedded.series import NO_BOOLEAN, Mask, View, scatter

_FEW = 16
"""Up to so many values are looked for one after the other; more by a table."""
_RANGES = {Op.GT: np.greater, Op.GTE: np.greater_equal, Op.LT: np.less, Op.LTE: np.less_equal}
_ODD = np.uint64(secrets.randbits(64) | 1)
"""What a number's bits are multiplied with for its hash. Nobody outside of the process knows it, and can choose numbers
whose hashes are the same."""
_ROOMS = 8
"""A table of numbers by their hashes has at least half as many places for each."""
Codes = Sequence[int] | NDArray[np.uint32]
"""Codes of strings, none twice; a sequence is rising, an array need not be."""
_BLOCK = (1 << 17) - (1 << 12)
"""Entries compared at a time: what is between two steps stays in the processor's cache, and in memory that the process
already has."""


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


_Step = tuple[Callable[..., object], object]
"""A comparison as numpy has them, ``compare(values, operand, out=mask)``, and its operand."""


class _Test(NamedTuple):
    """Which entries of some lanes are wanted: those for which all steps hold, or any."""

    lanes: tuple[View, ...]
    steps: Sequence[_Step]
    """None: all entries are."""
    join: np.ufunc = np.logical_or


def present(values: Values, mask: Mask) -> None:
    """Set ``mask`` to which of the first ``len(mask)`` rows have the key: own an entry that is no hole."""
    boolean: _Step = (np.not_equal, NO_BOOLEAN)
    steps: list[_Step] = [(np.not_equal, len(values.texts)), (np.less_equal, np.inf), boolean, boolean]
    first = [lanes[:1] for lanes in values[:4]]  # a row with a second string has a first
    tests = zip(first, steps, strict=True)
    _mark(mask, [_Test(lane, [step] if lane[0].holes else []) for lane, step in tests if lane])


def holding(values: Values, op: Op, operand: Operand, mask: Mask) -> None:
    """Set ``mask`` to which of the first ``len(mask)`` rows have a value for which a comparison holds.

    Of a negative comparison, those that it shuts out: the caller turns them over. ``$exists`` is :func:`present`.
    """
    tests: list[_Test] = []
    wanted = operand if isinstance(operand, tuple) else (operand,)
    if op is Op.STARTS_WITH:
        if isinstance(operand, str) and len(codes := values.texts.starting(operand)):
            tests.append(_coded(values, codes))
    elif op in (Op.EQ, Op.NE, Op.IN, Op.NIN):
        found = {values.texts.code(value) for value in wanted if isinstance(value, str)}
        if codes := sorted(code for code in found if code is not None):
            tests.append(_coded(values, codes))
        if numbers := {number(value) for value in wanted if not isinstance(value, str | bool)}:
            tests += _numbered(values, _equal(list(numbers)))
        if booleans := {value for value in wanted if isinstance(value, bool)}:
            tests.append(_Test(values.booleans, _equal(list(booleans))))
    elif isinstance(operand, int | float):
        tests += _numbered(values, [(_RANGES[op], number(operand))])
    _mark(mask, tests)


def _numbered(values: Values, steps: Sequence[_Step]) -> Iterator[_Test]:
    """Tests for at least one number; numpy compares whole ones fast with a whole one only."""
    for view in values.numbers:
        yield _Test((view,), steps if view.values.dtype.kind == "f" else [_among_whole(*step) for step in steps])


def _among_whole(compare: Callable[..., object], operand: Any) -> _Step:
    """The same step where all values are whole and not less than zero."""
    if compare is _in_hashed:
        return compare, operand
    bound = min(max(operand, -1.0), 2.0**53)
    if compare in (np.greater, np.less_equal):
        return compare, math.floor(bound)
    if compare in (np.greater_equal, np.less):
        return compare, math.ceil(bound)
    return compare, int(bound) if bound.is_integer() else -1


def _coded(values: Values, codes: Codes) -> _Test:
    """The test for at least one code."""
    low, high = (int(codes.min()), int(codes.max())) if isinstance(codes, np.ndarray) else (codes[0], codes[-1])
    if low == high:
        return _Test(values.strings, [(np.equal, low)])
    if high - low + 1 == len(codes):
        steps = [(np.less_equal, high), (np.greater_equal, low)]
        return _Test(values.strings, steps if low else steps[:1], np.logical_and)
    if len(codes) <= _FEW:
        return _Test(values.strings, _equal([int(code) for code in codes]))
    table = np.zeros(len(values.texts) + 1, np.bool_)  # and one for holes
    table[codes] = True
    return _Test(values.strings, [(_in_table, table)])


def _equal(wanted: Sequence[float]) -> list[_Step]:
    """A step for each of a few values; tables of more numbers. Sorting them takes five times as long (measured)."""
    if len(wanted) <= _FEW:
        return [(np.equal, value) for value in wanted]  # as they are: booleans and codes are not compared as floats
    steps: list[_Step] = []
    sought = np.array(wanted, np.float64)
    while len(sought) > _FEW:
        table = np.full(1 << (_ROOMS * len(sought)).bit_length() - 1, np.nan)
        places = _hashed(sought, len(table))
        table[places] = sought
        steps.append((_in_hashed, table))
        sought = sought[table[places] != sought]  # who lost their place to another
    return [*steps, *((np.equal, value) for value in sought.tolist())]


def _in_table(values: NDArray[Any], table: Mask, out: Mask) -> None:
    np.take(table, values, out=out, mode="clip")  # no code is past the table, and clipping saves the check


def _in_hashed(values: NDArray[np.float64], table: NDArray[np.float64], out: Mask) -> None:
    np.equal(np.take(table, _hashed(values, len(table)), mode="clip"), values, out=out)


def _hashed(values: NDArray[np.float64], places: int) -> NDArray[np.int64]:
    """The places of numbers in a table of so many, a power of two. Adding zero makes one of both zeros."""
    bits = (values + 0.0).view(np.uint64) * _ODD
    return (bits >> np.uint64(65 - places.bit_length())).view(np.int64)


def _mark(mask: Mask, tests: list[_Test]) -> None:
    """Set ``mask`` to the rows that own an entry which is wanted; written at once where an entry is to every row."""
    blank = True
    room: tuple[Mask, Mask] | None = None
    for lanes, steps, join in tests:
        for view in lanes:
            entries = view.at(len(mask))
            whole = blank and entries.owners is None and entries.size == len(mask)
            if blank and not whole:
                mask.fill(False)
            blank = False
            if not steps:
                mask[
                    slice(entries.first, entries.first + entries.size) if entries.owners is None else entries.owners
                ] = True
                continue
            (compare, operand), *more = steps
            if whole and not more and compare is not _in_hashed:  # which takes room for each entry
                compare(entries.values, operand, out=mask)
                continue
            if room is None:
                room = np.empty(_BLOCK, np.bool_), np.empty(_BLOCK, np.bool_)
            for block in [entries] if entries.size <= _BLOCK else entries.blocks(_BLOCK):
                hits = mask[block.first : block.first + block.size] if whole else room[0][: block.size]
                compare(block.values, operand, out=hits)
                for compare_too, operand_too in more:
                    spare = room[1][: block.size]
                    compare_too(block.values, operand_too, out=spare)
                    join(hits, spare, out=hits)
                if not whole:
                    scatter(mask, block, hits)
    if blank:
        mask.fill(False)
