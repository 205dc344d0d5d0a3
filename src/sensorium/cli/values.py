"""Values on the command line that hold more than one word: ``k=v`` pairs, weights, filters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sensorium.errors import Invalid

if TYPE_CHECKING:
    from sensorium.types import MetadataValue, Purpose, Vector


def metadata(pairs: Iterable[str]) -> dict[str, MetadataValue]:
    """``k=v`` pairs. A value that is a JSON number, true or false is that, any other a string; a key given several
    times holds a list."""
    found: dict[str, list[str | int | float]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise Invalid(f"--metadata {pair!r}: it is given as KEY=VALUE", path="metadata")
        found.setdefault(key, []).append(scalar(value))
    return {key: list(values) if len(values) > 1 else values[0] for key, values in found.items()}


def scalar(text: str) -> str | int | float | bool:
    """A JSON number, true or false; the text itself otherwise."""
    try:
        value = json.loads(text, parse_constant=str)
    except ValueError:
        return text
    return value if isinstance(value, bool | int | float) else text


def weights(text: str | None) -> list[float] | None:
    """``1,0.5,-2`` as numbers."""
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise Invalid(f"--weights {text!r}: numbers with commas between, as in 1,0.5", path="weights") from None


def filter(text: str | None) -> dict[str, object] | None:
    """A filter as decoded JSON; the space parses its grammar."""
    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Invalid(
            f'--filter is not JSON: {error}; an example: \'{{"year": {{"$gte": 2020}}}}\'', path="filter"
        ) from None
    if not isinstance(found, dict):
        raise Invalid('--filter: a JSON object is needed, as in \'{"colour": "red"}\'', path="filter")
    return found


def purpose(name: str) -> Purpose:
    """The purpose of that name."""
    from sensorium.types import Purpose

    try:
        return Purpose(name)
    except ValueError:
        raise Invalid(f"no purpose {name!r}; there are {', '.join(Purpose)}", path="purpose") from None


def vector(row: Vector) -> list[float]:
    """The numbers of a vector, as short as float32 can be written without loss."""
    return [float(f"{value:.9g}") for value in row.tolist()]
