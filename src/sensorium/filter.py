"""Metadata filters: the grammar of Amazon S3 Vectors, parsed, written back, and given its meaning by :func:`matches`.

Every store must agree with :func:`matches`; the suites compare them on random filters.

* A filter is ``{field: condition}``, ``{"$and": [filter, …]}`` or ``{"$or": [filter, …]}``: one key an object.
* A condition is a bare string, number or boolean (``$eq``), or an object of operators, all of which must hold.
* Three kinds of value never equal one another: ``True``, ``1`` and ``"1"``. Numbers compare as JSON numbers, that is as
  float64: ``1 == 1.0``, and ``2**53 == 2**53 + 1``; an integer beyond float64's range compares as infinite.
* A list matches a positive operator when any of its elements does; it matches ``$ne`` and ``$nin`` when none is equal.
* An absent key matches ``$ne``, ``$nin`` and ``{"$exists": false}``, and nothing else. A value of another type than the
  operand's never matches a positive operator, and is never an error. Dots are ordinary characters of a key.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from sensorium.errors import Invalid
from sensorium.types import Metadata, MetadataValue

Scalar = str | int | float | bool
Operand = Scalar | tuple[Scalar, ...]

MAX_DEPTH = 64
"""Levels of ``$and`` and ``$or`` that a parsed filter may nest."""


class Op(enum.StrEnum):
    """The comparison operators, by their names on the wire."""

    EQ = "$eq"
    NE = "$ne"
    GT = "$gt"
    GTE = "$gte"
    LT = "$lt"
    LTE = "$lte"
    IN = "$in"
    NIN = "$nin"
    EXISTS = "$exists"
    STARTS_WITH = "$startsWith"


_OPS = {op.value: op for op in Op}
_RANGES = frozenset({Op.GT, Op.GTE, Op.LT, Op.LTE})


@dataclass(frozen=True, slots=True, eq=False)
class Compare:
    """One operator on one metadata key. ``operand`` is a tuple for ``$in`` and ``$nin``, else a single value.

    Raises Invalid where the operator does not take the operand. Equality keeps True, 1 and "1" apart.
    """

    key: str
    op: Op
    operand: Operand

    def __post_init__(self) -> None:
        _check_key(self.key)
        _operand(self.key, self.op, self.operand)

    def _identity(self) -> tuple[object, ...]:
        values = self.operand if isinstance(self.operand, tuple) else (self.operand,)
        return (self.key, self.op, *(token(value) for value in values))

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, Compare) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity())


@dataclass(frozen=True, slots=True)
class And:
    """Every part matches."""

    parts: tuple[Filter, ...]

    def __post_init__(self) -> None:
        _check_parts("$and", self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part matches."""

    parts: tuple[Filter, ...]

    def __post_init__(self) -> None:
        _check_parts("$or", self.parts)


Filter = And | Or | Compare


def parse(json: object) -> Filter:
    """The filter that a decoded JSON value says; Invalid (code ``invalid_filter``) names the part that is wrong."""
    return _parse(json, 0)


def unparse(filter: Filter) -> dict[str, object]:
    """The JSON of a filter: ``parse(unparse(f)) == f``."""
    match filter:
        case And(parts):
            return {"$and": [unparse(part) for part in parts]}
        case Or(parts):
            return {"$or": [unparse(part) for part in parts]}
        case Compare(key, op, operand):
            return {key: {op.value: list(operand) if isinstance(operand, tuple) else operand}}


def matches(filter: Filter, metadata: Metadata) -> bool:
    """The meaning of a filter; see the head of this module."""
    match filter:
        case And(parts):
            return all(matches(part, metadata) for part in parts)
        case Or(parts):
            return any(matches(part, metadata) for part in parts)
        case Compare(key, op, operand):
            return _holds(op, operand, metadata.get(key))


def conditions(filter: Filter) -> Iterator[Compare]:
    """Every comparison of the tree, from left to right."""
    if isinstance(filter, Compare):
        yield filter
    else:
        for part in filter.parts:
            yield from conditions(part)


def keys(filter: Filter) -> frozenset[str]:
    """The metadata keys that the filter looks at."""
    return frozenset(condition.key for condition in conditions(filter))


def constraints(filter: Filter) -> int:
    """How many constraints S3 Vectors counts: each value counts, so ``$in`` of three is three."""
    return sum(len(c.operand) if isinstance(c.operand, tuple) else 1 for c in conditions(filter))


def number(value: int | float) -> float:
    """A JSON number as float64; an integer that float64 cannot hold becomes infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def token(value: Scalar) -> tuple[type, str | float]:
    """Kind and value, equal exactly when two values are equal to a filter: bool, number and string stay apart."""
    if isinstance(value, bool):
        return (bool, float(value))
    if isinstance(value, str):
        return (str, value)
    return (float, number(value))


def _holds(op: Op, operand: Operand, value: MetadataValue | None) -> bool:
    if op is Op.EXISTS:
        return (value is not None) is operand
    elements: list[Scalar] = [] if value is None else list(value) if isinstance(value, list | tuple) else [value]
    if op in (Op.EQ, Op.NE, Op.IN, Op.NIN):
        wanted = {token(item) for item in (operand if isinstance(operand, tuple) else (operand,))}
        found = any(token(element) in wanted for element in elements)
        return found if op in (Op.EQ, Op.IN) else not found
    if op is Op.STARTS_WITH:
        return any(isinstance(e, str) and isinstance(operand, str) and e.startswith(operand) for e in elements)
    assert not isinstance(operand, str | tuple)
    bound = number(operand)
    numbers = (number(e) for e in elements if not isinstance(e, str | bool))
    match op:
        case Op.GT:
            return any(n > bound for n in numbers)
        case Op.GTE:
            return any(n >= bound for n in numbers)
        case Op.LT:
            return any(n < bound for n in numbers)
        case _:
            return any(n <= bound for n in numbers)


def _parse(json: object, depth: int) -> Filter:
    if not isinstance(json, Mapping):
        raise _invalid(f"a filter is an object with one key, found {_shown(json)}")
    if not json:
        raise _invalid("a filter object has exactly one key, found an empty object")
    if len(json) > 1:
        names = ", ".join(_shown(key) for key in islice(json, 3))
        raise _invalid(f"a filter object has exactly one key, found {len(json)} ({names} …); join them with $and")
    ((key, body),) = json.items()
    if key in ("$and", "$or"):
        if depth >= MAX_DEPTH:
            raise _invalid(f"$and and $or are nested more than {MAX_DEPTH} deep")
        if not isinstance(body, list | tuple) or not body:
            raise _invalid(f"{key} takes a non-empty array of filters, found {_shown(body)}")
        parts = tuple(_parse(part, depth + 1) for part in body)
        return And(parts) if key == "$and" else Or(parts)
    _check_key(key)
    if not isinstance(body, Mapping):
        return Compare(key, Op.EQ, body)
    if not body:
        raise _invalid(f"{_shown(key)} has an empty condition; it takes a value or an object of operators")
    found_ops = tuple(_compare(key, name, operand) for name, operand in body.items())
    return found_ops[0] if len(found_ops) == 1 else And(found_ops)


def _compare(key: str, name: object, operand: object) -> Compare:
    op = _OPS.get(name) if isinstance(name, str) else None
    if op is None:
        raise _invalid(f"{_shown(key)} has the unknown operator {_shown(name)}; the operators are {', '.join(_OPS)}")
    return Compare(key, op, _operand(key, op, tuple(operand) if isinstance(operand, list) else operand))


def _operand(key: str, op: Op, found: object) -> Operand:
    """``found`` where the operator takes it, else Invalid."""
    if op in (Op.IN, Op.NIN):
        wanted = "a non-empty array of strings, numbers and booleans"
        if isinstance(found, tuple) and found:
            bad = [item for item in found if not _is_scalar(item)]
            if not bad:
                return found
            raise _invalid(f"{op.value} on {_shown(key)} takes {wanted}, found {_shown(bad[0])} in it")
    elif op is Op.EXISTS:
        wanted = "true or false"
        if isinstance(found, bool):
            return found
    elif op is Op.STARTS_WITH:
        wanted = "a string"
        if isinstance(found, str):
            return found
    elif op in _RANGES:
        wanted = "a finite number"
        if isinstance(found, int | float) and not isinstance(found, bool) and _is_scalar(found):
            return found
    else:
        wanted = "a string, a finite number or a boolean"
        if isinstance(found, str | int | float) and _is_scalar(found):
            return found
    raise _invalid(f"{op.value} on {_shown(key)} takes {wanted}, found {_shown(found)}")


def _check_key(key: object) -> None:
    if not isinstance(key, str) or key.startswith("$"):
        raise _invalid(f"a metadata key (none begins with '$'), $and or $or has to stand where {_shown(key)} stands")


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _check_parts(name: str, parts: tuple[Filter, ...]) -> None:
    if not isinstance(parts, tuple) or not parts:
        raise _invalid(f"{name} takes at least one filter")


def _shown(value: object) -> str:
    """A value in a message: short whatever the caller sent (arrays may be deep, integers thousands of digits long)."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "an object"
        case list() | tuple():
            return "an array" if value else "an empty array"
        case int() if value.bit_length() > 128:
            return f"an integer of {value.bit_length()} bits"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _invalid(what: str) -> Invalid:
    return Invalid(f"Invalid filter: {what}", code="invalid_filter", path="filter")
