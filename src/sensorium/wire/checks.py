"""A shape of a service model as a function that checks decoded JSON.

The functions are nested once per shape, so that a request of 500 vectors costs no Python step per number.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import math
import struct
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from botocore.model import Shape
from numpy.typing import NDArray

from sensorium.wire.patterns import anchored
from sensorium.wire.patterns import compiled as compiled_pattern
from sensorium.wire.violations import Path, Violations, misfit

Check = Callable[[Any, Path, Violations], Any]
"""(decoded JSON, where it stands, what is wrong so far) -> the value in our types."""

NOT_NULL = "Member must not be null"
_NAMED_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""What JSON has no numbers for. botocore and the JavaScript SDK write them as these strings, as their protocol says."""


def compiled(shape: Shape) -> Check:
    """The check of an input shape. The models that we serve hold no recursive ones."""
    match shape.type_name:
        case "structure":
            return _document if shape.metadata.get("document") else _structure(shape)
        case "list":
            plain = shape.member.type_name in ("float", "double") and not shape.member.metadata
            return _floats(shape) if plain else _list(shape)
        case "map":
            return _map(shape)
        case "string":
            return _string(shape)
        case "boolean":
            return _boolean
        case "integer" | "long" | "float" | "double":
            return _number(shape)
        case "timestamp":
            return _timestamp
        case "blob":
            return _blob(shape)
    raise AssertionError(f"{shape.name}: no check for the type {shape.type_name}")


def _document(value: Any, path: Path, found: Violations) -> Any:
    return value


def _boolean(value: Any, path: Path, found: Violations) -> Any:
    if not isinstance(value, bool):
        raise misfit(path, "true or false", value)
    return value


def _structure(shape: Shape) -> Check:
    members = [(name, name in shape.required_members, compiled(member)) for name, member in shape.members.items()]
    union = bool(shape.metadata.get("union"))
    one_of = f"Member must have exactly one of: [{', '.join(shape.members)}]"

    def check(value: Any, path: Path, found: Violations) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise misfit(path, "an object", value)
        result = {}
        for name, required, member in members:
            item = value.get(name)
            if item is not None:
                result[name] = member(item, (*path, name), found)
            elif required:
                found.add((*path, name), NOT_NULL)
        if union and len(result) != 1:
            found.add(path, one_of)
        return result

    return check


def _list(shape: Shape) -> Check:
    member = compiled(shape.member)
    sized = _sized(shape)

    def check(value: Any, path: Path, found: Violations) -> list[Any]:
        if not isinstance(value, list):
            raise misfit(path, "an array", value)
        if not sized(value, path, found):
            return value
        return [member(_not_null(item, path, at), (*path, at), found) for at, item in enumerate(value)]

    return check


def _map(shape: Shape) -> Check:
    key, value_of = compiled(shape.key), compiled(shape.value)
    sized = _sized(shape)

    def check(value: Any, path: Path, found: Violations) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise misfit(path, "an object", value)
        result = {}
        if sized(value, path, found):
            for name, item in value.items():
                result[key(name, path, found)] = value_of(_not_null(item, path, name), (*path, name), found)
        return result

    return check


def _string(shape: Shape) -> Check:
    sized = _sized(shape)
    values = shape.metadata.get("enum")
    pattern = shape.metadata.get("pattern")
    fits = compiled_pattern(pattern).fullmatch if pattern else None
    one_of = f"Member must satisfy enum value set: [{', '.join(values or ())}]"
    like = f"Member must satisfy regular expression pattern: {anchored(pattern or '')}"

    def check(value: Any, path: Path, found: Violations) -> str:
        if not isinstance(value, str):
            raise misfit(path, "a string", value)
        if sized(value, path, found) and fits is not None and not fits(value):
            found.add(path, like, value=value)
        if values and value not in values:
            found.add(path, one_of, value=value)
        return value

    return check


def _number(shape: Shape) -> Check:
    whole = shape.type_name in ("integer", "long")
    wanted, kinds = ("a whole number", int) if whole else ("a number", (int, float))
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    rule = _rule("Member must be", "greater than or equal to", "less than or equal to", least, most)

    def check(value: Any, path: Path, found: Violations) -> Any:
        if not whole and isinstance(value, str):
            value = _NAMED_FLOATS.get(value, value)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise misfit(path, wanted, value)
        if (least is not None and value < least) or (most is not None and value > most):
            found.add(path, rule, value=value)
        return value

    return check


def _timestamp(value: Any, path: Path, found: Violations) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    if isinstance(value, str):
        try:
            moment = datetime.datetime.fromisoformat(value)
        except ValueError as error:
            raise misfit(path, "a time in ISO 8601", value) from error
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()
    raise misfit(path, "a time", value)


def _blob(shape: Shape) -> Check:
    sized = _sized(shape)

    def check(value: Any, path: Path, found: Violations) -> bytes:
        if isinstance(value, str):
            try:
                value = base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError) as error:
                raise misfit(path, "base64", value) from error
        if not isinstance(value, bytes):
            raise misfit(path, "base64", value)
        sized(value, path, found)
        return value

    return check


def _floats(shape: Shape) -> Check:
    """A list of numbers, checked in C: struct takes neither strings nor nulls; booleans are sought among 0 and 1."""
    sized = _sized(shape)

    def check(value: Any, path: Path, found: Violations) -> NDArray[np.float64] | list[Any]:
        if not isinstance(value, list):
            raise misfit(path, "an array", value)
        if not sized(value, path, found):
            return value
        try:
            numbers = np.frombuffer(struct.pack(f"{len(value)}d", *value), np.float64)
        except (struct.error, OverflowError):
            return np.array([_float(item, (*path, at)) for at, item in enumerate(value)], np.float64)
        if ((numbers == 0) | (numbers == 1)).any() and bool in set(map(type, value)):
            at = next(at for at, item in enumerate(value) if isinstance(item, bool))
            raise misfit((*path, at), "a number", value[at])
        return numbers

    return check


def _float(item: Any, path: Path) -> float:
    if isinstance(item, str):
        item = _NAMED_FLOATS.get(item, item)
    if not isinstance(item, int | float) or isinstance(item, bool):
        raise misfit(path, "a number", item)
    try:
        return float(item)
    except OverflowError:
        return math.inf if item > 0 else -math.inf


def _sized(shape: Shape) -> Callable[[Any, Path, Violations], bool]:
    """Whether a text, list or map has a length that the shape takes; where not, it is noted."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    rule = _rule("Member must have length", "greater than or equal to", "less than or equal to", least, most)
    low, high = least or 0, math.inf if most is None else most

    def check(value: Any, path: Path, found: Violations) -> bool:
        if low <= len(value) <= high:
            return True
        found.add(path, rule, len(value), value)
        return False

    return check


def _rule(start: str, above: str, below: str, least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return f"{start} between {least} and {most}, inclusive"
    return f"{start} {above} {least}" if most is None else f"{start} {below} {most}"


def _not_null(item: Any, path: Path, at: str | int) -> Any:
    if item is None:
        raise misfit((*path, at), "a value", None)
    return item
