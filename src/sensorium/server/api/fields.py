"""Members of a request, read with their types; what is left over is refused by name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from sensorium.errors import Invalid

MAX_TEXT = 50_000


class Fields:
    """A request's members. Each reader takes one and raises Invalid, naming it, for a value of another type."""

    def __init__(self, members: Mapping[str, Any], where: str = "") -> None:
        self._left = dict(members)
        self._where = where

    def text(self, name: str, default: str | None = None, most: int = MAX_TEXT) -> str | None:
        """A string that is not empty."""
        value = self._taken(name)
        if value is None:
            return default
        if not isinstance(value, str) or not value or len(value) > most:
            self._refuse(name, value, f"a string of 1 to {most:,} characters")
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            self._refuse(name, "a lone surrogate", "text")
        return value

    def required(self, name: str, most: int = MAX_TEXT) -> str:
        """A string that has to be there."""
        value = self.text(name, None, most)
        if value is None:
            self._refuse(name, None, "a string")
        return value

    def number(self, name: str, default: float | None = None) -> float | None:
        """A finite number."""
        value = self._taken(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self._refuse(name, value, "a finite number")
        return float(value)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self._taken(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._refuse(name, value, f"a whole number from {least:,} to {most:,}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """true or false."""
        value = self._taken(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._refuse(name, value, "true or false")
        return value

    def texts(self, name: str, most: int = 10_000) -> tuple[str, ...]:
        """A list of strings, empty where it is not there."""
        value = self._taken(name)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) and one for one in value):
            self._refuse(name, value, f"a list of at most {most:,} strings")
        return tuple(value)

    def objects(self, name: str, most: int) -> Sequence[Mapping[str, Any]]:
        """A list of objects, empty where it is not there."""
        value = self._taken(name)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > most or not all(isinstance(one, dict) for one in value):
            self._refuse(name, value, f"a list of at most {most:,} objects")
        return value

    def document(self, name: str) -> Mapping[str, Any] | None:
        """An object, or None."""
        value = self._taken(name)
        if value is not None and not isinstance(value, dict):
            self._refuse(name, value, "an object")
        return value

    def done(self) -> None:
        """Raises Invalid for members that nobody took."""
        if self._left:
            name = next(iter(self._left))
            raise Invalid(f"unknown member {str(name)[:100]!r}", path=self._path(str(name)[:100]))

    def _taken(self, name: str) -> Any:
        return self._left.pop(name, None)

    def _refuse(self, name: str, value: object, wanted: str) -> NoReturn:
        found = "nothing" if value is None else repr(value)
        raise Invalid(f"{name}: found {found[:100]}; {wanted} is needed", path=self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name
