"""What is wrong with a request, in the words of AWS's own validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sensorium.wire.fault import AwsFault

VALIDATION = "ValidationException"
SERIALIZATION = "SerializationException"
MOST = 100
"""Violations that one answer tells of; a request of 20 MiB could hold millions."""
_SHOWN_CHARS = 128

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """A member that breaks a constraint. ``length`` stands for texts, lists and maps whose length is the matter."""

    path: Path
    constraint: str
    length: int | None = None
    value: Any = None

    @property
    def pointer(self) -> str:
        """``/vectors/0/key``, as AWS names the member."""
        return pointer(self.path)

    @property
    def message(self) -> str:
        found = "Value" if self.length is None else f"Value with length {self.length}"
        return f"{found} at '{self.pointer}' failed to satisfy constraint: {self.constraint}"


class Violations:
    """Gathers what is wrong with one request."""

    def __init__(self) -> None:
        self.found: list[Violation] = []

    def add(self, path: Path, constraint: str, length: int | None = None, value: Any = None) -> None:
        if len(self.found) < MOST:
            self.found.append(Violation(path, constraint, length, value))


def smithy(found: Sequence[Violation]) -> AwsFault:
    """The ValidationException of the newer services (S3 Vectors): all violations in one message, and a field list."""
    count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected."
    return AwsFault(
        VALIDATION,
        f"{count} {'; '.join(violation.message for violation in found)}",
        tuple((violation.pointer, violation.message) for violation in found),
    )


def misfit(path: Path, wanted: str, found: object) -> AwsFault:
    """The error for JSON of another type than the model's, which AWS cannot read at all."""
    place = f"at '{pointer(path)}'" if path else "as the request"
    return AwsFault(SERIALIZATION, f"Expected {wanted} {place}, found {kind(found)}")


def kind(value: object) -> str:
    """What a decoded JSON value is called in a message."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str() | bytes():
            return "a string"
        case dict():
            return "an object"
        case list() | tuple():
            return "an array"
    return f"a {type(value).__name__}"


def pointer(path: Path) -> str:
    """``/vectors/0/key``; a map's key is shown as far as it is short."""
    return "".join(f"/{str(part)[:_SHOWN_CHARS]}" for part in path)
