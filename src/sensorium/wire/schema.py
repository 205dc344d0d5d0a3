"""What a model's request body may hold, as data, and Bedrock's wording for what it may not.

Bedrock checks a body against a JSON schema before the model sees it. It answers ``Malformed input request: PATH:
REASON, please reformat your input and try again.`` and only counts several violations. The wording here is that one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sensorium.wire.fault import AwsFault

_SHOWN = 100
"""Characters of a caller's own value that a message repeats."""
_MOST = 100
"""Violations that are looked for: a body of 25 MB could hold millions."""
_TRY_AGAIN = "please reformat your input and try again."


@dataclass(frozen=True, slots=True)
class Text:
    """A string of ``low`` to ``high`` characters; one of ``values`` where there are any; whole match of ``pattern``."""

    low: int = 0
    high: int | None = None
    values: tuple[str, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``low`` to ``high``; one of ``values`` where there are any."""

    low: int | None = None
    high: int | None = None
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Real:
    """A finite number from ``low`` to ``high``."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""


@dataclass(frozen=True, slots=True)
class Items:
    """An array of ``low`` to ``high`` items of one kind."""

    of: Schema
    low: int = 0
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Object:
    """An object of these members and no others; exactly one member of each group in ``choices``."""

    members: Mapping[str, Schema]
    required: tuple[str, ...] = ()
    choices: tuple[tuple[str, ...], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class TextOr:
    """A string or an object."""

    text: Text
    other: Object


Schema = Text | Whole | Real | Flag | Items | Object | TextOr


def check(schema: Object, document: object) -> dict[str, Any]:
    """The document, once it fits. Raises AwsFault (ValidationException) with the violations in its ``fields``."""
    found = list(islice(_violations(schema, document, "#"), _MOST))
    if found:
        raise malformed(*found)
    assert isinstance(document, dict)
    return document


def malformed(*violations: tuple[str, str]) -> AwsFault:
    """The fault for violations (path, reason); for none it says only that the body could not be read as JSON."""
    match violations:
        case []:
            message = f"Malformed input request, {_TRY_AGAIN}"
        case [(path, reason)]:
            message = f"Malformed input request: {path}: {reason}, {_TRY_AGAIN}"
        case _:
            message = f"Malformed input request: {len(violations)} schema violations found, {_TRY_AGAIN}"
    return AwsFault("ValidationException", message, tuple(violations))


def _violations(schema: Schema, value: object, path: str) -> Iterator[tuple[str, str]]:
    match schema:
        case Object():
            yield from _object(schema, value, path)
        case Items():
            yield from _items(schema, value, path)
        case TextOr(text, other):
            yield from _violations(text if isinstance(value, str) else other, value, path)
        case Text():
            yield from ((path, reason) for reason in _text(schema, value))
        case Whole() | Real():
            yield from ((path, reason) for reason in _number(schema, value))
        case Flag():
            if not isinstance(value, bool):
                yield path, _mistyped("Boolean", value)


def _object(schema: Object, value: object, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield path, _mistyped("JSONObject", value)
        return
    for name in schema.required:
        if name not in value:
            yield path, f"required key [{name}] not found"
    for choice in schema.choices:
        given = [name for name in choice if name in value]
        if len(given) != 1:
            found = f"found [{', '.join(given)}]" if given else "found none"
            yield path, f"exactly one of [{', '.join(choice)}] is required, {found}"
    for name, member in value.items():
        if name not in schema.members:
            yield path, f"extraneous key [{_shown(name)}] is not permitted"
        else:
            yield from _violations(schema.members[name], member, f"{path}/{name}")


def _items(schema: Items, value: object, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield path, _mistyped("JSONArray", value)
        return
    if len(value) < schema.low:
        yield path, f"expected minimum item count: {schema.low}, found: {len(value)}"
    if schema.high is not None and len(value) > schema.high:
        yield path, f"expected maximum item count: {schema.high}, found: {len(value)}"
        return
    for place, item in enumerate(value):
        yield from _violations(schema.of, item, f"{path}/{place}")


def _text(schema: Text, value: object) -> Iterator[str]:
    if not isinstance(value, str):
        yield _mistyped("String", value)
        return
    if schema.values and value not in schema.values:
        yield f"{_shown(value)} is not a valid enum value"
    if len(value) < schema.low:
        yield f"expected minLength: {schema.low}, actual: {len(value)}"
    if schema.high is not None and len(value) > schema.high:
        yield f"expected maxLength: {schema.high}, actual: {len(value)}"
    if schema.pattern is not None and re.fullmatch(schema.pattern, value, re.DOTALL) is None:
        yield f"string [{_shown(value)}] does not match pattern {schema.pattern}"


def _number(schema: Whole | Real, value: object) -> Iterator[str]:
    whole = isinstance(schema, Whole)
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or _endless(value):
        yield _mistyped("Integer" if whole else "Number", value)
        return
    if isinstance(schema, Whole) and schema.values and value not in schema.values:
        yield f"{_shown(value)} is not a valid enum value"
    if schema.low is not None and value < schema.low:
        yield f"{_shown(value)} is not greater or equal to {schema.low:g}"
    if schema.high is not None and value > schema.high:
        yield f"{_shown(value)} is not less or equal to {schema.high:g}"


def _mistyped(expected: str, value: object) -> str:
    kinds: Sequence[tuple[type, str]] = (
        *((bool, "Boolean"), (int, "Integer"), (float, "BigDecimal"), (str, "String")),
        *((dict, "JSONObject"), (list, "JSONArray")),
    )
    found = next((name for kind, name in kinds if isinstance(value, kind)), "Null")
    return f"expected type: {expected}, found: {found}"


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _endless(value: float) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
